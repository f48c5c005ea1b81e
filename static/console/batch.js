// Quotes selected in the list. The bar shows by style alone; here it counts, and ends well.
const one = (selector) => document.querySelector(selector);
const bar = () => one("#bulk"), words = () => one("#picked");

function count() {
  const said = words(), number = document.querySelectorAll("#box .pick :checked").length;
  const text = number ? said?.dataset.words.replace("{n}", number) : "";
  if (said && said.textContent !== text) said.textContent = text;
}
document.addEventListener("change", ({ target }) => { if (target.closest(".pick")) count(); });
document.addEventListener("reset", ({ target }) => {
  if (target !== bar()) return;
  setTimeout(count);
  (one("#box a.name[aria-current]") ?? one("#inbox-title")).focus();
});
document.addEventListener("htmx:after:swap", count);
addEventListener("pageshow", count);

// A tick by hand leaves the list alive and the keys at its row; Enter on one opens the quote.
const row = (pick) => one(`#${CSS.escape(pick.value)}`);
document.addEventListener("click", (event) => {
  if (event.detail && event.target.matches(".pick input")) row(event.target)?.focus({ preventScroll: true });
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches?.(".pick input")) return;
  event.preventDefault();
  event.stopPropagation();
  row(event.target)?.click();
}, true);

// Once it is done: nothing is selected, the list and the open quote show it.
document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => { ctx.bulk = ctx.sourceElement?.id === "bulk-ask"; });
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  if (!ctx.bulk || !ctx.response?.raw?.ok) return;
  const open = one("#quote[data-url]"), id = open?.dataset.url.split("/").pop();
  const done = id && one(`#pick-${CSS.escape(id)}:checked`);
  bar().reset();
  if (!one("#dialog [data-report]")) one("#dialog").close();
  one("#box").dispatchEvent(new CustomEvent("poll"));
  if (done) window.htmx.ajax("GET", open.dataset.url, { target: "#quote", swap: "outerHTML" });
});
