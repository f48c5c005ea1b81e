// The quote's page: leaves for the payment, sends words without a reload, looks again for news.
import { leave, pressed as hold } from "./leaving.js";
import { tell } from "./widget.js";

const find = (id) => document.getElementById(id);
const main = () => document.querySelector("main");
const LIVE = ["alerts", "now", "price", "accept", "thread", "bar"];
const until = Date.now() + 30000;
// The price that was in view first: a newer one is announced until the person has pressed.
let version = document.querySelector("main").dataset.version, calm = 0;
let etag = "", tries = 0, told = "", timer;
let latest = 0; // of what was asked: an answer that something later has overtaken says what was

const parse = (text) => new DOMParser().parseFromString(text.replace(/<style[^]*?<\/style>/, ""), "text/html");
const writing = (part) => part?.contains(document.activeElement) && document.activeElement.matches("input, textarea, select");
const same = (a, b) => {
  const bare = (part) => part.outerHTML.replace(/\?[^"]*|name="idempotency_key" value="[^"]*"/g, "");
  return bare(a) === bare(b);
};
// One part of the page anew; what was typed and opened in it stays.
function renew(id, page) {
  const old = find(id), fresh = page.getElementById(id);
  if (!old && fresh && id === "bar") main().after(fresh);
  else if (old && !fresh) old.remove();
  else if (old && !same(old, fresh)) {
    for (const field of old.querySelectorAll("textarea, input:not([type=hidden]), select")) {
      const next = fresh.querySelector(`[name="${field.name}"]`);
      if (next && (next.tagName === "SELECT" || !next.value)) next.value = field.value;
    }
    for (const part of old.querySelectorAll("details[open]")) if (part.id) fresh.querySelector(`#${part.id}`)?.setAttribute("open", "");
    const held = old.contains(document.activeElement) && document.activeElement.id;
    old.replaceWith(fresh);
    if (held) find(held)?.focus({ preventScroll: true });
  }
}
// Puts what a fresh page says in place of what this one says. A part that is being written in
// waits. What was said of a press stays until the quote itself has changed.
function show(page, tag, pressed) {
  const fresh = page.querySelector("main");
  if (!fresh?.dataset.quote) return false;
  const moved = main().dataset.state !== fresh.dataset.state;
  const newer = main().dataset.version !== fresh.dataset.version;
  const stays = !pressed && !moved && !newer && find("alert") ? ["alerts", "accept"] : [];
  if (newer) calm = Date.now() + 1000; // no press meant for the old one
  if (LIVE.some((id) => writing(find(id)))) return true;
  const differs = LIVE.some((id) => !find(id) !== !page.getElementById(id));
  if (differs && !writing(main())) {
    const text = find("text")?.value, bar = page.getElementById("bar");
    find("bar")?.remove();
    main().replaceWith(fresh, ...(bar ? [bar] : []));
    if (text && find("text")) find("text").value = text;
  } else {
    for (const id of LIVE) if (!stays.includes(id)) renew(id, page);
    if (differs) return true; // the rest comes once nobody writes
    Object.assign(main().dataset, fresh.dataset);
  }
  etag = tag;
  announce();
  return true;
}
function announce() {
  const { order, state } = main().dataset;
  if (!order || state !== "paid" || told === order) return;
  if (tell("paid", { order: { id: order } }, true) || tell("paid")) told = order;
}
async function look() {
  clearTimeout(timer);
  const mine = ++latest;
  const confirming = main().dataset.state === "confirming";
  if (confirming && Date.now() > until) {
    document.querySelector(".soon")?.setAttribute("hidden", "");
    document.querySelector(".later")?.removeAttribute("hidden");
  }
  if (!document.hidden && navigator.onLine) {
    try {
      const here = new URL(location.href);
      if (confirming) here.searchParams.set("tries", ++tries);
      if (version > 0) here.searchParams.set("seen", version);
      const answer = await fetch(here, { headers: etag ? { "If-None-Match": etag } : {}, cache: "no-store" });
      const text = await answer.text();
      if (answer.status === 200 && mine === latest) show(parse(text), answer.headers.get("ETag"));
    } catch { /* offline: look again */ }
  }
  timer = setTimeout(look, confirming && Date.now() < until ? 1500 : 5000);
}
function complain({ title, words }) {
  const { offline, kept } = main().dataset, note = document.createElement("div"), bold = document.createElement("b");
  Object.assign(note, { id: "alert", className: "note bad", tabIndex: -1 });
  note.setAttribute("role", "alert");
  bold.textContent = title ?? offline;
  const say = document.createElement("p");
  say.append(bold, document.createElement("br"), words ?? kept);
  note.append(say);
  find("alerts").replaceChildren(note);
  note.focus();
}
// Sends a form and shows what the page says then; true where it was taken.
async function send(form, headers = {}) {
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers });
  if (answer.headers.get("Content-Type")?.includes("json")) return answer.json();
  const page = parse(await answer.text());
  if (!page.querySelector("main")?.dataset.quote) {
    const [title, words] = ["h1", "main p"].map((one) => page.querySelector(one)?.textContent);
    throw Object.assign(new Error(title), { title, words });
  }
  latest++;
  document.activeElement.blur();
  if (answer.ok) form.querySelectorAll("textarea").forEach((field) => { field.value = ""; });
  find("alerts").replaceChildren();
  show(page, "", true);
  if (!answer.ok) (find("alert") || document.querySelector("[aria-invalid]"))?.focus();
  return answer.ok;
}
async function pay(form) {
  version = main().dataset.version;
  hold();
  const found = await send(form, { Accept: "application/json" });
  if (!found?.checkout_url) return free();
  tell("checkout_started");
  const here = new URL(location.href);
  here.search = "?result=cancel";
  leave(found.checkout_url, () => location.replace(here), free);
}
async function write(form) {
  const text = form.elements.text, words = text.value;
  if (!words.trim()) return text.focus();
  if (await send(form) === true) document.querySelector("#thread > :last-child")?.scrollIntoView({ block: "nearest" });
  (find("alert") || find("text")).focus({ preventScroll: true });
}
const button = (form) => form.id === "accept" ? find("pay") : form.querySelector("button");
const free = () => document.querySelectorAll("[aria-busy]").forEach((one) => { one.ariaBusy = null; });

document.addEventListener("submit", async (event) => {
  const form = event.target;
  event.preventDefault();
  if (button(form).ariaBusy === "true" || form.id === "accept" && Date.now() < calm) return;
  button(form).ariaBusy = "true";
  try {
    await (form.id === "accept" ? pay : form.id === "say" ? write : send)(form);
    if (form.id !== "accept") free();
    if (!["accept", "say"].includes(form.id) && !find("alert")) document.querySelector("h1").focus();
  } catch (error) {
    free();
    complain(error);
  }
});
document.addEventListener("keydown", (event) => {
  if (event.target.id === "text" && event.key === "Enter" && (event.metaKey || event.ctrlKey)) find("say").requestSubmit();
});
document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
addEventListener("pageshow", free);
addEventListener("synqro:host", announce);
announce();
timer = setTimeout(look, 1000);
