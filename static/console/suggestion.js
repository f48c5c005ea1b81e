// The suggested price: what is worked out stands in its empty fields, and what is wrong beside
// the typed ones, once a person has left them. Without it the server writes both.
const said = (field) => document.getElementById(field.getAttribute("aria-describedby"));

function tell() {
  const working = document.querySelector("#working[data-worked]");
  if (!working) return;
  const worked = JSON.parse(working.dataset.worked), wrong = JSON.parse(working.dataset.wrong);
  for (const field of document.querySelectorAll("#suggestion-change [name]")) {
    const text = worked[field.name] ?? "";
    if (field.matches("select")) field.options[0].text = text; else field.placeholder = text;
    mark(field, wrong[field.name]);
  }
}

function mark(field, words) {
  if (words && field === document.activeElement && !field.hasAttribute("aria-invalid")) return;
  const place = said(field);
  if (!words) {
    field.removeAttribute("aria-invalid");
    place.replaceChildren();
  } else if (place.textContent !== words) {
    field.setAttribute("aria-invalid", "true");
    const error = document.querySelector("#said-wrong").content.firstElementChild.cloneNode(true);
    error.querySelector("span").textContent = words;
    place.replaceChildren(error);
  }
}

document.addEventListener("htmx:after:swap", tell);
document.addEventListener("focusout", ({ target }) => { if (target.closest?.("#suggestion-change")) setTimeout(tell); });
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("#working a[href^='#part.']"), field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  document.querySelector("#suggestion-change").open = true;
  field.focus();
});
