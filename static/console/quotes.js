// Quotations: drafts that survive, messages seen at once, the way back to the list. A quote is
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

// Drafts: what is typed and not sent, by store, person and quote, written every 2 s.
const EVERY = 2000, MOST = 50, MONTH = 30 * 86400e3, PREFIX = "synqro-draft:";
const store = { get(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } }, set(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* full or blocked */ } }, drop(key) { try { localStorage.removeItem(key); } catch { /* blocked */ } } };
const key = () => detail()?.dataset.quote && PREFIX + detail().dataset.quote;
const MINE = "#answer [name], #text, #note";
const typed = () => Object.fromEntries([...document.querySelectorAll(MINE)].filter((el) => el.name && el.name !== "do" && !el.closest("template")).map((el) => [el.name, el.value]));
const same = (a, b) => { const names = new Set([...Object.keys(a), ...Object.keys(b)]); names.delete("seen"); return [...names].every((name) => (a[name] ?? "") === (b[name] ?? "")); };
let clean = {}, of = null;

function keep() {
  if (!of || of !== key()) return;
  const values = typed();
  if (same(values, clean)) return;
  if (!same(values, store.get(of)?.values ?? {})) store.set(of, { values, at: Date.now(), form: Boolean(answer()) });
}
setInterval(keep, EVERY);
addEventListener("pagehide", keep);
document.addEventListener("visibilitychange", keep);

function prune() {
  try {
    const all = Object.keys(localStorage).filter((name) => name.startsWith(PREFIX)).map((name) => [name, store.get(name)?.at ?? 0]).sort((a, b) => b[1] - a[1]);
    all.forEach(([name, at], place) => { if (place >= MOST || Date.now() - at > MONTH) store.drop(name); });
  } catch { /* blocked */ }
}

function drop() { if (of) store.drop(of); clean = typed(); }

// A quote has come into view: fill in what was typed here before.
async function restore() {
  if (!detail() || of === null && !key()) return;
  of = key() || null;
  if (!of) return;
  if (detail().hasAttribute("data-sent")) store.drop(of);
  clean = typed();
  const draft = store.get(of);
  if (!draft) return;
  if (draft.sent && !answer()) return store.drop(of);
  if (one("#quote .summary, #quote .note.bad[data-focus]")) return; // the server gave back what was typed
  if (!answer()) { fill(draft.values, "#text, #note"); const kept = one("#draft-kept"); if (kept && draft.form) kept.hidden = false; return; }
  if (same(draft.values, clean)) return;
  const lines = Object.keys(draft.values).filter((name) => /^lines\.\d+\.description$/.test(name)).length;
  if (lines !== Number(one("#lines")?.dataset.lines)) {
    const body = new FormData();
    for (const [name, value] of Object.entries(draft.values)) body.set(name, value);
    const found = await fetch(one("#add-line").getAttribute("formaction"), { method: "POST", body, headers: { "HX-Request": "true" } });
    if (!found.ok) return;
    const html = new DOMParser().parseFromString(await found.text(), "text/html");
    one("#lines").replaceWith(html.querySelector("#lines"));
    window.htmx?.process(one("#lines"));
  }
  fill(draft.values, MINE);
  if (Object.keys(draft.values).some((name) => name in clean && !["text", "note", "seen"].includes(name) && draft.values[name] !== clean[name]) || lines !== Object.keys(clean).filter((name) => name.endsWith(".description")).length) one("#draft-said").hidden = false;
  one("#lines")?.dispatchEvent(new Event("input", { bubbles: true }));
}
function fill(values, which) {
  for (const el of document.querySelectorAll(which)) if (el.name in values && el.name !== "do" && el.type !== "submit") el.value = values[el.name];
}

document.addEventListener("htmx:before:swap", keep);
document.addEventListener("htmx:after:settle", ({ detail: { newContent } }) => {
  if (!newContent?.some((part) => part.id === "quote")) return;
  restore();
  // What was done here stands in the list at once, unless somebody searches there.
  if (!typing(document.activeElement)?.closest("#box, [role=search]")) one("#box")?.dispatchEvent(new CustomEvent("poll"));
});
document.addEventListener("htmx:after:history:restore", restore);
document.addEventListener("submit", ({ target }) => { if (target.id === "answer") { keep(); const draft = of && store.get(of); if (draft) store.set(of, { ...draft, sent: true }); } });
// A person who closes the draft wants what stands.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-drops], [data-prints]");
  if (!button) return;
  if (button.matches("[data-prints]")) return print();
  drop();
  of = null;
  if (button.matches("button")) location.reload();
});

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
  if (ctx?.sourceElement?.id === "say" && ctx.bubble && of) { const draft = store.get(of); if (draft) store.set(of, { ...draft, values: { ...draft.values, text: one("#text").value } }); clean.text = ""; }
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
  const menu = one("details.menu[open]");
  if (menu) { menu.open = false; return one("summary", menu).focus(); }
  if (typing(event.target)) return event.target.blur();
  const back = one("#quote .burger");
  if (back?.checkVisibility()) return back.click();
  (one("#box a[aria-current]") ?? one("#inbox-title"))?.focus();
});
document.addEventListener("click", ({ target }) => { for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(target)) menu.open = false; });
one("[data-prints]")?.removeAttribute("hidden");
mark();
prune();
restore();
