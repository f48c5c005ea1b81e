// The page of a custom print: what is typed is kept, and it is sent once all of it is there.
import { tell, untouched } from "./widget.js";

const find = (id) => document.getElementById(id);
const form = () => find("custom");
const store = (act) => { try { return act(sessionStorage); } catch { return null; } };
const draft = () => `synqro:${form().dataset.key}:custom`;
const words = () => JSON.parse(form().dataset.words);
const NOT_KEPT = /^(upload|files|name\.|units\.|idempotency_key|again|product_id)/;
const rows = (state) => [...document.querySelectorAll("#files > li")].filter((row) => state.includes(row.dataset.state));
const files = () => import("./custom-files.js");

function keep() {
  const typed = [...new FormData(form())].filter(([name, value]) => value && !NOT_KEPT.test(name));
  store((s) => s.setItem(draft(), JSON.stringify({ typed, files: new URLSearchParams(location.search).getAll("upload") })));
}
function restore() {
  if (find("alert") || form().elements.again) return;
  const kept = JSON.parse(store((s) => s.getItem(draft())) || "{}"), here = new URL(location);
  for (const [name, value] of kept.typed ?? []) {
    const field = form().elements[name];
    if (!field || field.type === "file" || !(field instanceof RadioNodeList ? [...field] : [field]).every(untouched)) continue;
    if (field.type === "radio") field.checked = field.value === value;
    else field.value = value;
  }
  keep();
  if (kept.files?.length && !here.searchParams.has("upload")) {
    for (const file of kept.files) here.searchParams.append("upload", file);
    location.replace(here);
  }
}
// The button says why it cannot be pressed yet.
export function judge() {
  const { elements } = form(), say = words();
  const going = rows(["queued", "sending", "waiting"]).length, stopped = rows(["stopped", "unfinished"]).length;
  const something = rows(["ready"]).length || elements.product_id || elements.file_url.value.trim() || elements.description.value.trim();
  const why = going ? (going === 1 ? say.going : say.goings.replace("{n}", going))
    : stopped ? (stopped === 1 ? say.stopped : say.stoppeds.replace("{n}", stopped)) : something ? "" : say.nothing;
  if (find("price")) find("ask").querySelector(".idle").textContent = find("price").dataset.act;
  find("ask").ariaDisabled = why ? "true" : null;
  if (find("why").textContent !== why) find("why").textContent = why;
  find("why").hidden = !why;
  return !why;
}
function swap(text) {
  const page = new DOMParser().parseFromString(text.replace(/<style[^]*?<\/style>/, ""), "text/html");
  if (!page.getElementById("custom")) return complain(page.querySelector("h1")?.textContent ?? "", page.querySelector("main p")?.textContent ?? "");
  const own = [...document.querySelectorAll("#files > li")].filter((row) => !row.querySelector("[name=upload]"));
  document.querySelector("main").replaceWith(page.querySelector("main"));
  find("files").append(...own);
  judge();
  find("alert")?.focus();
}
function complain(title, more) {
  let note = find("alert");
  if (!note) {
    note = find("note").content.firstElementChild.cloneNode(true);
    Object.assign(note, { id: "alert", tabIndex: -1 });
    note.classList.add("bad");
    note.setAttribute("role", "alert");
    form().prepend(note);
  }
  note.querySelector("p").replaceChildren(Object.assign(document.createElement("b"), { textContent: title }), document.createElement("br"), more);
  note.focus();
}
async function send() {
  const body = new URLSearchParams([...new FormData(form())].filter(([, value]) => typeof value === "string"));
  const answer = await fetch(form().action, { method: "POST", body, headers: { Accept: "application/json" } });
  if (!answer.headers.get("Content-Type")?.includes("json")) return swap(await answer.text());
  const { url, quote } = await answer.json();
  store((s) => s.removeItem(draft()));
  const clean = new URL(location);
  for (const name of ["upload", "again"]) clean.searchParams.delete(name);
  history.replaceState(null, "", clean);
  tell("quote_requested", { quote });
  location.assign(url);
  return true;
}
addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = find("ask");
  if (button.ariaBusy === "true") return;
  if (!judge()) return rows(["ready", "queued", "sending", "waiting", "stopped"]).length || find("choose").focus();
  button.ariaBusy = "true";
  keep();
  try {
    if (await send()) return;
  } catch {
    complain(words().offline, words().kept);
  }
  button.ariaBusy = null;
});
addEventListener("change", async ({ target }) => {
  if (target.id !== "choose") return /^units\./.test(target.name) ? (await files()).recount(target) : (keep(), judge());
  const chosen = [...target.files];
  target.value = "";
  (await files()).add(chosen);
});
addEventListener("input", ({ target }) => {
  if (target.form !== form() || target.type === "file") return;
  keep();
  judge();
  if (target.ariaInvalid !== "true" || !target.checkValidity() || !target.value) return;
  target.ariaInvalid = null;
  find(`${target.id}-h`)?.remove();
});
addEventListener("click", async (event) => {
  const button = event.target.closest("#files button[name=remove], #files [data-do=cancel], #files [data-do=resume]");
  if (!button) return;
  event.preventDefault();
  (await files()).press(button);
});
const carries = (event) => event.dataTransfer?.types.includes("Files");
addEventListener("dragover", (event) => {
  if (!carries(event)) return;
  event.preventDefault();
  find("drop").classList.toggle("over", find("drop").contains(event.target));
});
addEventListener("dragleave", (event) => { if (!event.relatedTarget) find("drop").classList.remove("over"); });
addEventListener("drop", async (event) => {
  if (!carries(event)) return;
  event.preventDefault();
  find("drop").classList.remove("over");
  const dropped = [...event.dataTransfer.files];
  (await files()).add(dropped);
});
addEventListener("paste", async (event) => {
  const pasted = [...event.clipboardData.files];
  if (!pasted.length) return;
  event.preventDefault();
  (await files()).add(pasted);
});
addEventListener("synqro:files", () => { keep(); judge(); });
addEventListener("synqro:price", judge);
addEventListener("pageshow", () => { find("ask").ariaBusy = null; judge(); });
restore();
judge();
// Chosen before this ran.
if (find("choose").files.length) find("choose").dispatchEvent(new Event("change", { bubbles: true }));
if (find("price")) import("./price.js");
if (document.querySelector("#files part-stage")) import("./stage.js");
