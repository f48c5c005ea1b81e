// Drafts: what is typed in a quote is kept on every pause, with the quote, for the person. This
// browser holds a copy only until the server has it. Nothing here is needed to answer a quote.
const one = (selector, root = document) => root.querySelector(selector);
const detail = () => one("#quote"), answer = () => one("#answer");
const PAUSE = 1000, EVERY = 2000, AGAIN = 15000, OUTLIVES = 50000, SOON = 10000, MOST = 50, MONTH = 30 * 86400e3, PREFIX = "synqro-draft:", SPOKEN = ["text", "note"];
const copies = { get(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } }, set(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* full or blocked */ } }, drop(key) { try { localStorage.removeItem(key); } catch { /* blocked */ } } };
const key = () => detail()?.dataset.quote && PREFIX + detail().dataset.quote;

// `of` is the quote in view; `begun` how its answer stood before anybody typed, null where what
// stands is a draft already; `kept` what the server has, at `stamp`; `touched` whether a person
// did anything; `quiet` while an answer, or a draft, is on its way; `under` the saving under way.
let of = null, begun = null, kept = {}, stamp = "", touched = false, quiet = false, saying = "", timer = 0, under = null, refused = null, spoken = {};

function typed() {
  const found = answer() ? Object.fromEntries([...new FormData(answer())].filter(([name, value]) => typeof value === "string" && name !== "do")) : {};
  for (const id of SPOKEN) if (one(`#${id}`)) found[id] = one(`#${id}`).value;
  if (saying) found.text = [saying, found.text].filter(Boolean).join("\n");
  return found;
}
const passing = (name) => /^(seen|held|rates|change|was\..*|gone\..*)$/.test(name);
const same = (a, b) => [...new Set([...Object.keys(a), ...Object.keys(b)])].every((name) => passing(name) || (a[name] ?? "") === (b[name] ?? ""));
const unspoken = (values) => Object.fromEntries(Object.entries(values).filter(([name]) => !SPOKEN.includes(name)));
const said = (values) => Object.fromEntries(SPOKEN.filter((id) => values[id]?.trim()).map((id) => [id, values[id]]));
// What is worth keeping: an answer that somebody changed, a message, a note.
const worth = (values) => ({ ...(begun && same(unspoken(values), begun) ? {} : unspoken(values)), ...said(values) });
// Own messages move the quote on, and a draft goes along.
const settled = (values) => same(values, kept) && (values.seen ?? "") === (kept.seen ?? "");

const within = ({ target }) => target.closest?.("#answer") || SPOKEN.includes(target.id);
document.addEventListener("input", (event) => { if (within(event)) { touched = true; clearTimeout(timer); timer = setTimeout(save, PAUSE); } });
document.addEventListener("click", (event) => { if (within(event) && event.target.closest("button, select, input")) touched = true; });
setInterval(() => { if (!timer && !under) save(); }, EVERY);

async function save({ leaving = false } = {}) {
  clearTimeout(timer);
  timer = 0;
  if (!touched || quiet || !of || of !== key()) return;
  const values = worth(typed());
  if (settled(values)) { copies.drop(of); return bar(); }
  copies.set(of, { values, base: stamp, at: Date.now() });
  if (!navigator.onLine) return bar();
  if (saying || under && !(leaving && (!under.leaving || !same(under.values, values))) || refused && Date.now() < refused.until && same(values, refused.values)) return;
  const mine = of, stop = new AbortController(), me = under = { values, leaving, stop };
  const found = await post(values, { keepalive: leaving, signal: stop.signal });
  const copy = copies.get(mine);
  // The page that came meanwhile may not know of it yet.
  if (found.ok && copy && (leaving || under !== me)) copies.set(mine, { ...copy, posted: same(copy.values, values) });
  if (under !== me) return;
  under = null;
  if (found.ok && !leaving && copy && same(copy.values, values)) copies.drop(mine);
  refused = found.ok ? null : { values, until: Date.now() + AGAIN };
  bar(!found.ok);
  if (found.ok) { kept = values; stamp = found.stamp; }
}
async function post(values, more) {
  if (JSON.stringify(values).length > OUTLIVES) more = { ...more, keepalive: false };
  try {
    const found = await fetch(`${detail().dataset.url}/draft`, { method: "POST", body: form(values), ...more });
    return { ok: found.status === 204, stamp: found.headers.get("X-Kept-At") ?? "" };
  } catch { return { ok: false }; }
}
function halt() { under?.stop.abort(); under = null; }
function form(values) {
  const body = new FormData();
  for (const [name, value] of Object.entries(values)) body.set(name, value);
  return body;
}
function bar(failed = false) {
  const note = one("#offline"), why = navigator.onLine ? failed ? "failed" : "" : "offline";
  if (!note || note.dataset.now === why) return;
  note.dataset.now = why;
  one("b", note).textContent = why ? note.dataset[why] : "";
  note.hidden = !why;
}
addEventListener("online", () => { bar(); refused = null; save(); });
addEventListener("offline", () => bar());
addEventListener("pagehide", () => save({ leaving: true }));
document.addEventListener("visibilitychange", () => { if (document.hidden) save({ leaving: true }); });
document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
  if (ctx?.target?.id !== "quote" && !tasks?.some(({ target }) => target?.id === "quote")) return;
  save({ leaving: true });
  spoken = { of, values: typed() };
});
document.addEventListener("htmx:after:settle", ({ detail: { newContent } }) => { if (newContent?.some((part) => part.id === "quote")) restore(); });
document.addEventListener("htmx:after:history:restore", restore);

// A quote has come into view; what this browser kept of it and the server has not goes there.
async function restore() {
  clearTimeout(timer);
  timer = 0;
  under = refused = null;
  touched = quiet = false;
  saying = "";
  of = key() ?? null;
  if (!of) return;
  bar();
  stamp = detail().dataset.kept;
  // Where the server gave back what was typed it may not have been kept.
  const again = one("#quote .summary, #quote .note.bad[data-focus]"), values = typed();
  begun = again || one("#draft-said:not([hidden])") ? null : unspoken(values);
  kept = again ? {} : worth(values);
  carry();
  if (again) { touched = true; return save(); }
  const copy = copies.get(of);
  if (copy && fresh(copy)) await bring(copy.values); else copies.drop(of);
}
function fresh({ values, base, at, sent, posted }) {
  if (posted && Date.now() - at > SOON) return false;
  if (sent && values.held !== answer()?.elements.held.value) return false; // it went out
  return !same(values, kept) && (base === stamp || at > Date.parse(stamp)); // else typed elsewhere since
}
// A message half written outlives the answer that is sent beside it.
function carry() {
  for (const id of spoken.of === of ? SPOKEN : []) {
    const field = one(`#${id}`);
    if (field && !field.value && spoken.values[id]) { field.value = spoken.values[id]; touched = true; }
  }
  spoken = {};
}
async function bring(values) {
  const mine = of;
  quiet = true;
  const { ok } = await post(values);
  if (mine !== of) return;
  quiet = false;
  if (ok) copies.drop(of);
  if (ok && !touched && window.htmx) return window.htmx.ajax("GET", detail().dataset.url, { target: "#quote", swap: "outerHTML" });
  await fill(values);
  touched = true;
  save();
}
async function fill(values) {
  if (answer() && "seen" in values) {
    if (Object.keys(values).filter((name) => /^lines\.\d+\.description$/.test(name)).length !== Number(one("#lines").dataset.lines)) await draw(values);
    begun = null;
    one("#draft-said").hidden = false;
  } else if ("seen" in values && one("#draft-kept")) one("#draft-kept").hidden = false;
  for (const field of [...(answer()?.elements ?? []), ...SPOKEN.map((id) => one(`#${id}`))]) {
    if (!field?.name || passing(field.name) || field === document.activeElement || !(field.name in values)) continue;
    if (["checkbox", "radio"].includes(field.type)) field.checked = values[field.name] === field.value; else if (field.type !== "submit") field.value = values[field.name];
  }
  one("#lines")?.dispatchEvent(new Event("input", { bubbles: true }));
}
async function draw(values) {
  const found = await fetch(one("#add-line").getAttribute("formaction"), { method: "POST", body: form(values), headers: { "HX-Request": "true" } });
  if (!found.ok) return;
  one("#lines").replaceWith(new DOMParser().parseFromString(await found.text(), "text/html").querySelector("#lines"));
  window.htmx?.process(one("#lines"));
}

// What was sent, or dropped, is no draft any more: nothing is kept behind it.
document.addEventListener("submit", ({ target, submitter }) => {
  if (target.id === "drop-draft") { halt(); if (of) copies.drop(of); of = null; }
  if (target.id !== "answer" || (submitter && submitter.id !== "send-quote") || !of) return;
  clearTimeout(timer);
  timer = 0;
  halt();
  const values = typed();
  if (!same(said(values), said(kept))) post(said(values), { keepalive: true });
  spoken = { of, values };
  copies.set(of, { values, base: stamp, at: Date.now(), sent: true });
  quiet = true;
});
const from = ({ detail: { ctx } }) => ctx?.sourceElement?.id;
document.addEventListener("htmx:before:request", (event) => {
  if (from(event) !== "say") return;
  halt();
  saying = one("#text").value;
}, true);
document.addEventListener("htmx:finally:request", (event) => {
  const id = from(event), { ok } = event.detail.ctx?.response?.raw ?? {};
  if (id === "answer") { quiet = false; refused = null; }
  if (id !== "say" && id !== "jot") return;
  saying = "";
  if (ok) delete kept[id === "say" ? "text" : "note"]; // the server let go of it in the same step
  setTimeout(save);
});

function prune() {
  try {
    const all = Object.keys(localStorage).filter((name) => name.startsWith(PREFIX)).map((name) => [name, copies.get(name)?.at ?? 0]).sort((a, b) => b[1] - a[1]);
    all.forEach(([name, at], place) => { if (place >= MOST || Date.now() - at > MONTH) copies.drop(name); });
  } catch { /* blocked */ }
}
prune();
restore();
