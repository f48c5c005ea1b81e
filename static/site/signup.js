// The time zone of this device, where the form was not filled in yet.
const zone = document.querySelector("#timezone");
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && !document.querySelector(".summary") && [...zone.options].some((option) => option.value === here)) zone.value = here;
