// Quotations by the keyboard: from quote to quote, to the fields of the one that is open.
import { keys } from "./console.js";

const one = (selector) => document.querySelector(selector);
const rows = () => [...document.querySelectorAll("#box a.name")];
const inList = () => document.activeElement.closest?.("#box");

// Where j and k go on from: the row in focus, the quote that is opening, the one that is open.
// Where it has left the list, from its place there.
let opening = null, place = -1, then = null;
function here(all) {
  const row = document.activeElement.closest?.("#box li");
  const at = all.findIndex((each) => row ? row.contains(each) : opening ? each.id === opening : each.ariaCurrent === "true");
  if (at >= 0) place = at;
  return at;
}
function step(by) {
  const all = rows(), at = here(all), open = !inList() && one("#quote:not(.none)");
  const to = at >= 0 ? at + by : by > 0 ? Math.max(place, 0) : place - 1;
  if (to >= all.length) {
    const more = one("#more");
    if (!more) return;
    then = { came: "box", go: () => step(by) };
    return more.click();
  }
  const row = all[Math.max(to, 0)];
  if (!row || Math.max(to, 0) === at) return;
  if (!open) return row.focus();
  opening = row.id;
  row.click();
}
const focus = (selector) => { const field = one(selector); field?.focus(); field?.select?.(); return Boolean(field); };
const edit = () => focus("#lines input[name$='.unit_price']");

Object.assign(keys, {
  j: () => step(1),
  k: () => step(-1),
  m: () => focus("#text"),
  e: () => {
    if (edit()) return;
    then = { came: "quote", go: edit };
    one("#change")?.click();
  },
  u: () => one("#use-suggestion")?.click(),
  x: () => {
    const all = rows(), at = here(all);
    if (at >= 0) one(`#pick-${all[at].id}`)?.click();
  },
});

// What waited for the list or the quote to come goes on once it has.
document.addEventListener("htmx:after:settle", ({ detail: { newContent } }) => {
  const came = (id) => newContent?.some((part) => part.id === id);
  if (came("quote")) opening = null;
  if (!then || !came(then.came)) return;
  const { go } = then;
  then = null;
  go();
});
document.addEventListener("htmx:error", () => { opening = then = null; });
document.addEventListener("htmx:after:history:push", () => {
  const all = rows(), row = all.find((each) => each.pathname === location.pathname);
  if (row) place = all.indexOf(row);
  row?.scrollIntoView({ block: "nearest" });
});

// A row that moved keeps the focus it had; one that left gives it to the row that took its place.
let held = null;
document.addEventListener("htmx:before:swap", () => {
  held = inList() && { id: document.activeElement.id, at: rows().findIndex((row) => row.parentElement.contains(document.activeElement)) };
});
document.addEventListener("htmx:after:swap", () => {
  const was = held;
  held = null;
  if (!was || !document.activeElement.matches("body, #main")) return;
  const all = rows();
  (document.getElementById(was.id) ?? all[Math.min(was.at, all.length - 1)] ?? one("#inbox-title")).focus({ preventScroll: true });
});
