// What a custom print costs before it is asked for: looked up anew when what it depends on changes.
const find = (id) => document.getElementById(id);
const PAUSE = 300, COUNTS = /^(upload|units\..+|material|color\..+|quantity|needed_by|file_url|product_id|again)$/;
let asked = "", timer, away;

// What the price depends on: nobody's name, and of the words only that there are some.
function body() {
  const form = find("custom"), found = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string" && COUNTS.test(name)) found.append(name, value);
  if (form.elements.description.value.trim()) found.set("description", "-");
  return found;
}
function show(fresh) {
  const region = find("price"), said = fresh?.querySelector("#price-said"), sum = fresh?.querySelector("#price-sum");
  region.ariaBusy = null;
  region.dataset.act = fresh?.dataset.act ?? region.dataset.byHand;
  if (find("price-said").innerHTML !== (said?.innerHTML ?? "")) find("price-said").replaceChildren(...(said?.childNodes ?? []));
  find("price-sum").replaceChildren(...(sum?.childNodes ?? []));
  dispatchEvent(new Event("synqro:price"));
}
async function look() {
  const region = find("price"), sent = body();
  const moving = document.querySelector("#files > li:not([data-state=ready], [data-state=refused])");
  if (!region || (asked === `${sent}` && !moving)) return;
  away?.abort();
  asked = moving ? "" : `${sent}`;
  if (moving) return show(null);
  away = new AbortController();
  region.ariaBusy = "true";
  try {
    const answer = await fetch(region.dataset.url, { method: "POST", body: sent, signal: away.signal });
    const page = answer.status === 200 ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
    show(page?.getElementById("price"));
  } catch (error) {
    if (error.name === "AbortError") return;
    asked = ""; // looked up at the next change, or when the connection is back
    show(null);
  }
}
function soon() {
  clearTimeout(timer);
  timer = setTimeout(look, PAUSE);
}
for (const name of ["input", "change", "synqro:files", "online"]) addEventListener(name, soon);
if (document.querySelector("#files > li, #material input[value]:not([value='']):checked")) look();
