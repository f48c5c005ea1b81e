// Quotations: messages seen at once, the way back to the list. A quote is
// read, answered and sent without any of it.
const one = (selector, root = document) => root.querySelector(selector);
const typing = (el) => el?.closest?.("input, textarea, select, [contenteditable]");
const detail = () => one("#quote");
const answer = () => one("#answer");

// Which row is open is the address's to say, also in a list that comes fresh.
function mark() {
  for (const row of document.querySelectorAll("#box a[data-row]")) {
    const here = row.pathname === location.pathname;
    if (here) row.setAttribute("aria-current", "true"); else row.removeAttribute("aria-current");
  }
}
document.addEventListener("htmx:after:swap", mark);
document.addEventListener("htmx:after:history:push", mark);

// A part without a picture keeps its icon.
const bare = (image) => { if (image.matches?.(".ph img")) image.remove(); };
document.addEventListener("error", (event) => bare(event.target), true);
for (const image of document.images) if (image.complete && !image.naturalWidth && image.loading !== "lazy") bare(image);

document.addEventListener("htmx:after:settle", ({ detail: { newContent } }) => {
  if (!newContent?.some((part) => part.id === "quote")) return;
  // What was done here stands in the list at once, unless somebody searches there.
  if (!typing(document.activeElement)?.closest("#box, [role=search]")) one("#box")?.dispatchEvent(new CustomEvent("poll"));
});
document.addEventListener("click", (event) => { if (event.target.closest?.("[data-prints]")) print(); });

// Messages stand in the thread at once; one that fails goes back to where it was typed.
const ctxOf = (event, id) => event.detail.ctx?.sourceElement?.id === id && event.detail.ctx;
document.addEventListener("htmx:before:request", (event) => {
  if (!ctxOf(event, "say")) return;
  const field = one("#text"), bubble = one("#sending").content.firstElementChild.cloneNode(true);
  one("#text-said").replaceChildren();
  event.detail.ctx.said = field.value;
  event.detail.ctx.bubble = bubble;
  one(".tx", bubble).textContent = field.value;
  one("#talk").append(bubble);
  bubble.scrollIntoView({ block: "nearest" });
  field.value = "";
});
function failed(event) {
  const ctx = ctxOf(event, "say"), field = one("#text");
  if (!ctx?.bubble) return;
  ctx.bubble.remove();
  ctx.bubble = null;
  field.value = [ctx.said, field.value].filter(Boolean).join("\n");
}
document.addEventListener("htmx:response:error", failed);
document.addEventListener("htmx:error", failed);
document.addEventListener("htmx:finally:request", (event) => {
  const ctx = event.detail.ctx;
  if (ctx?.sourceElement?.id === "jot" && ctx.response?.raw?.ok !== false && ctx.response?.status < 400) { one("#note").value = ""; one("#note-said").replaceChildren(); }
  // What was done shows in the list too, without waiting for its turn.
  if (ctx && ctx.request?.method === "POST" && ["answer", "say", "read"].includes(ctx.sourceElement?.id)) one("#box")?.dispatchEvent(new CustomEvent("poll"));
});

// A quote that is only read shows by itself how it stands; one that is written is left alone.
document.addEventListener("htmx:after:swap", () => {
  const fresh = one("#quote-news [data-refresh]");
  if (!fresh || answer() || detail().contains(document.activeElement) && typing(document.activeElement) || one("#text")?.value) return;
  fresh.removeAttribute("data-refresh");
  window.htmx.ajax("GET", detail().dataset.url, { target: "#quote", swap: "outerHTML" });
});

document.addEventListener("keydown", (event) => {
  if (one("dialog[open]")) return;
  if ((event.metaKey || event.ctrlKey) && event.key === "Enter" && !typing(event.target)) return answer()?.requestSubmit(one("#send-quote"));
  if (event.key !== "Escape") return;
  if (typing(event.target)) return event.target.blur();
  const back = one("#quote .burger");
  if (back?.checkVisibility()) return back.click();
  (one("#box a.name[aria-current]") ?? one("#inbox-title"))?.focus();
});
one("[data-prints]")?.removeAttribute("hidden");
mark();
