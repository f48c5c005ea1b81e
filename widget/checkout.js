// The details page: errors appear in the frame, and what was typed is never lost.
import { leave, pressed } from "./leaving.js";
import { hostUrl, step, tell, untouched } from "./widget.js";

const find = (id) => document.getElementById(id);
const key = () => `synqro:${find("details").dataset.draft}`;
const store = (act) => { try { return act(sessionStorage); } catch { return null; } };
const KEPT = /^(customer\.|note$|shipping_option_id$)/;
// A way of delivery by hand, perhaps before this ran; until then the first that goes there.
let picked = !!find("alert") || ![...document.querySelectorAll("#ways [type=radio]")].every(untouched);

function keep() {
  const typed = [...new FormData(find("details"))].filter(([name]) => KEPT.test(name) && (picked || name !== "shipping_option_id"));
  store((s) => s.setItem(key(), JSON.stringify(typed)));
}
function restore() {
  const form = find("details");
  if (find("alert")) return;
  for (const [name, value] of JSON.parse(store((s) => s.getItem(key())) || "[]")) {
    const field = form.elements[name];
    if (!field || !value) continue;
    if (field instanceof RadioNodeList || field.type === "radio") {
      const way = [...form.querySelectorAll("[type=radio]")].find((r) => r.value === value);
      if (way && !picked) picked = way.checked = true;
    } else if (untouched(field) && (field.tagName !== "SELECT" || [...field.options].some((o) => o.value === value))) field.value = value;
  }
  keep();
}
// A way of delivery that does not go to the chosen country cannot be chosen.
function ways() {
  const country = find("customer-address-country")?.value;
  const all = [...document.querySelectorAll("#ways [type=radio]")];
  const goes = (way) => !country || !way.dataset.countries || way.dataset.countries.split(" ").includes(country);
  const open = all.filter(goes);
  for (const way of all) way.disabled = open.length && !goes(way);
  if (open.length && !(picked && open.some((way) => way.checked))) open[0].checked = true;
}
// Who comes back from the payment page without paying goes on with that order, not with a second.
async function unpaid(back) {
  const token = store((s) => s.getItem(`${key()}:open`));
  if (!token) return;
  const url = `/s/${find("details").dataset.draft}/orders/${token}`;
  const answer = await fetch(url).catch(() => null);
  if (!answer) return;
  if (!/data-state="(awaiting|left)"/.test(await answer.text())) store((s) => s.removeItem(`${key()}:open`));
  else if (back) location.replace(step(`${url}?result=cancel`));
  else {
    find("unpaid").querySelector("a").href = url;
    find("unpaid").hidden = false;
  }
}
function swap(text) {
  const page = new DOMParser().parseFromString(text.replace(/<style[^]*?<\/style>/, ""), "text/html");
  const fresh = page.querySelector("main");
  if (!page.getElementById("details")) {
    const title = page.querySelector("h1")?.textContent ?? "";
    return complain(title, page.querySelector("main p")?.textContent ?? "");
  }
  document.querySelector("main").replaceWith(fresh);
  document.querySelector(".bar").replaceWith(page.querySelector(".bar"));
  ways();
  find("alert")?.focus();
}
function complain(title, words) {
  let note = find("alert");
  if (!note) {
    note = document.createElement("div");
    Object.assign(note, { id: "alert", className: "note bad", tabIndex: -1 });
    note.setAttribute("role", "alert");
    find("details").prepend(note);
  }
  const bold = document.createElement("b");
  bold.textContent = title;
  const say = document.createElement("p");
  say.append(bold, document.createElement("br"), words);
  note.replaceChildren(find("unpaid").querySelector(".ic").cloneNode(true), say);
  note.focus();
}
function arrange(url, token) {
  const order = () => location.replace(step(`/s/${find("details").dataset.draft}/orders/${token}`));
  leave(url, order, () => { find("pay").ariaBusy = null; });
}
async function pay(form) {
  const button = find("pay");
  if (button.ariaBusy === "true") return;
  button.ariaBusy = "true";
  pressed();
  keep();
  const url = hostUrl();
  form.elements.return_url.value = /^https?:/.test(url) ? url : "";
  const body = new URLSearchParams(new FormData(form));
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    if (answer.headers.get("Content-Type")?.includes("json")) {
      const { checkout_url, order } = await answer.json();
      store((s) => s.setItem(`${key()}:open`, order.token));
      tell("checkout_started", { order }, true) || tell("checkout_started");
      return arrange(checkout_url, order.token);
    }
    swap(await answer.text());
  } catch {
    complain(form.dataset.offline, form.dataset.kept);
  }
  find("pay").ariaBusy = null;
}
document.addEventListener("submit", (event) => {
  if (event.target.id !== "details") return;
  event.preventDefault();
  pay(event.target);
});
document.addEventListener("change", (event) => {
  if (!event.target.form || event.target.form.id !== "details") return;
  if (event.target.type === "radio") picked = true;
  if (event.target.id === "customer-address-country") ways();
  keep();
});
document.addEventListener("input", ({ target }) => {
  keep();
  if (target.ariaInvalid !== "true" || !target.checkValidity()) return;
  target.ariaInvalid = null;
  find(`${target.id}-h`)?.remove();
});
addEventListener("pageshow", ({ persisted }) => {
  find("pay").ariaBusy = null;
  unpaid(persisted || performance.getEntriesByType("navigation")[0]?.type === "back_forward");
});
restore();
ways();
