// Quotations by the keyboard, and rows selected in the list. All of it can be done without.
import { keys } from "./console.js";

const one = (selector) => document.querySelector(selector);
const on = (name, does, capture) => document.addEventListener(name, does, capture);
const rows = () => [...document.querySelectorAll("#box a.name")];
const inList = () => document.activeElement.closest?.("#box");

// j and k go on from the row in focus, the quote that is opening or the one that is open; where
// it has left the list, from its place there.
let opening = null, place = -1, then = null;
function here(all) {
  const row = document.activeElement.closest?.("#box li");
  const at = all.findIndex((each) => row ? row.contains(each) : opening ? each.id === opening : each.ariaCurrent === "true");
  if (at >= 0) place = at;
  return at;
}
function step(by) {
  const all = rows(), at = here(all), open = !inList() && one("#quote:not(.none)");
  const to = Math.max(at >= 0 ? at + by : by > 0 ? place : place - 1, 0), row = all[to];
  if (row && to !== at) {
    if (!open) return row.focus();
    opening = row.id;
    row.click();
  } else if (to && one("#more")) {
    then = { came: "box", go: () => step(by) };
    one("#more").click();
  }
}
const focus = (selector) => { const field = one(selector); field?.focus(); field?.select?.(); return field; };
const edit = () => focus("#lines input[name$='.unit_price']");
const tick = (id) => one(`#pick-${CSS.escape(id)}`);

Object.assign(keys, {
  j: () => step(1),
  k: () => step(-1),
  m: () => { focus("#text"); },
  e: () => {
    if (edit()) return;
    then = { came: "quote", go: edit };
    one("#change")?.click();
  },
  u: () => one("#use-price")?.click(),
  x: () => { const all = rows(), at = here(all); if (at >= 0) tick(all[at].id)?.click(); },
});

on("htmx:after:settle", ({ detail: { newContent } }) => {
  const came = (id) => newContent?.some((part) => part.id === id);
  if (came("quote")) opening = null;
  if (!then || !came(then.came)) return;
  const { go } = then;
  then = null;
  go();
});
on("htmx:error", ({ detail: { ctx } }) => {
  const id = ctx?.sourceElement?.id;
  if (id === opening) opening = null;
  if (["change", "more"].includes(id)) then = null;
});
on("htmx:after:history:push", () => {
  const all = rows(), at = all.findIndex((row) => row.pathname === location.pathname);
  if (at < 0) return;
  place = at;
  all[at].scrollIntoView({ block: "nearest" });
});

// A row that moved keeps the focus; one that left gives it to the row that took its place.
let held = null;
on("htmx:before:swap", () => {
  const active = document.activeElement;
  held = inList() && { id: active.id, at: rows().findIndex((row) => row.parentElement.contains(active)) };
});
on("htmx:after:swap", () => {
  count();
  if (!held || !document.activeElement.matches("body, #main")) return;
  const all = rows();
  (document.getElementById(held.id) ?? all[Math.min(held.at, all.length - 1)] ?? one("#inbox-title")).focus({ preventScroll: true });
});

// Selected rows. The bar shows by style alone; here it counts, and ends well.
const PICK = ".pick input";
function count() {
  const said = one("#picked"), number = document.querySelectorAll("#box .pick :checked").length;
  const words = number ? said?.dataset.words.replace("{n}", number) : "";
  if (said && said.textContent !== words) said.textContent = words;
}
on("change", ({ target }) => { if (target.matches(PICK)) count(); });
on("reset", ({ target }) => {
  if (target !== one("#bulk")) return;
  setTimeout(count);
  (one("#box a.name[aria-current]") ?? one("#inbox-title")).focus();
});
addEventListener("pageshow", count);

// A tick by hand leaves the focus at its row; Enter on one opens the quote.
const row = (pick) => document.getElementById(pick.value);
on("click", ({ detail, target }) => { if (detail && target.matches(PICK)) row(target)?.focus({ preventScroll: true }); });
on("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches?.(PICK)) return;
  event.preventDefault();
  event.stopPropagation();
  row(event.target)?.click();
}, true);

// Once it is done nothing is selected; the list and the open quote show it.
on("htmx:before:request", ({ detail: { ctx } }) => { ctx.bulk = ctx.sourceElement?.id === "bulk-ask"; });
on("htmx:finally:request", ({ detail: { ctx } }) => {
  if (!ctx.bulk || !ctx.response?.raw?.ok) return;
  const url = one("#quote").dataset.url, done = url && tick(url.split("/").pop())?.checked;
  one("#bulk").reset();
  if (!one("#dialog [data-report]")) one("#dialog").close();
  one("#box").dispatchEvent(new CustomEvent("poll"));
  if (done) window.htmx.ajax("GET", url, { target: "#quote", swap: "outerHTML" });
});
