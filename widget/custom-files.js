// The files of a custom print: sent while the rest is filled in, and understood meanwhile.
import { Sending, mark, takeBack } from "./upload.js";

const HOME = "/api/storefront/upload", MESH = /\.(stl|obj|3mf)$/i, MEBIBYTE = 1024 * 1024;
const NO_MODEL = /^(docx?|xlsx?|pptx?|odt|txt|rtf|heic|heif|gif|bmp|tiff?|svg|mp4|mov|avi|exe|dmg|html?|rar|7z|gz|mp3)$/;
const find = (id) => document.getElementById(id);
const data = () => find("custom").dataset;
const words = () => JSON.parse(data().words);
const put = (text, facts) => text.replace(/\{(\w+)\}/g, (_, name) => facts[name]);
const clone = (id) => find(id).content.firstElementChild.cloneNode(true);
const all = () => [...document.querySelectorAll("#files > li")];
const megabytes = (bytes) => (bytes >= 100 * MEBIBYTE ? Math.round(bytes / MEBIBYTE) : Math.max(0.1, bytes / MEBIBYTE).toFixed(1));
const ending = (name) => name.match(/\.(\w+)$/)?.[1].toLowerCase() ?? "";
const sendings = new WeakMap();
let count = 0;

/** Take files that were chosen, dropped or pasted. */
export function add(files) {
  for (const file of files) {
    const same = all().find(({ dataset }) => dataset.name === file.name && Number(dataset.bytes) === file.size && [mark(file), ""].includes(dataset.mark) && dataset.state !== "refused");
    if (same) goOn(same, file);
    else if (all().filter(({ dataset }) => dataset.state !== "refused").length >= data().files) refuse(file, put(words().many, { n: data().files }));
    else if (!file.size) refuse(file, words().empty);
    else if (!data().types.split(" ").includes(ending(file.name))) refuse(file, wrongType(file.name));
    else if (file.size > data().most) refuse(file, put(words().large, { size: megabytes(file.size), most: megabytes(data().most).replace(/\.0$/, "") }));
    else begin(row(file), file);
  }
  changed();
}

/** Do what a button of a row says. */
export async function press(button) {
  const li = button.closest("li"), sending = sendings.get(li);
  if (button.dataset.do === "resume") return sending ? sending.start() : find("choose").click();
  const next = li.nextElementSibling ?? li.previousElementSibling;
  li.measuring?.abort();
  li.remove();
  (next?.querySelector(".file") ?? find("choose")).focus();
  changed();
  if (sending && sending.state !== "ready") await sending.cancel();
  else if (li.dataset.token !== "again") await takeBack(HOME, data().key, li.dataset.file, li.dataset.token);
}

/** Show a part in the units that were just chosen. */
export async function recount(radio) {
  const li = radio.closest("li");
  if (li.dataset.facts) await describe(li, JSON.parse(li.dataset.facts));
  changed();
}

function wrongType(name) {
  const type = ending(name);
  const say = !type ? words().nameless : NO_MODEL.test(type) ? words().type : words().model;
  return put(say, { type: type.toUpperCase() });
}

function goOn(li, file) {
  const sending = sendings.get(li);
  if (sending) {
    if (sending.state === "stopped") sending.start();
  } else if (li.dataset.state === "unfinished") {
    const fresh = row(file);
    li.replaceWith(fresh);
    begin(fresh, file, li.dataset);
  }
  li.querySelector(".file").focus();
}

function row(file) {
  const li = clone("row");
  Object.assign(li.dataset, { name: file.name, bytes: file.size, mark: mark(file), state: "queued" });
  li.querySelector(".n").textContent = file.name;
  li.querySelector(".iconbtn").ariaLabel = put(words().cancel, { name: file.name });
  li.querySelector(".progress").ariaLabel = put(words().uploading, { name: file.name });
  find("files").append(li);
  return li;
}

function refuse(file, why) {
  const li = row(file);
  li.dataset.state = "refused";
  li.querySelector(".m").textContent = why;
  still(li, "file-x");
  li.querySelector(".iconbtn").ariaLabel = put(words().remove, { name: file.name });
}

function begin(li, file, { file: id, token } = {}) {
  const sending = new Sending(file, { home: HOME, key: data().key, id, token, tell: (now) => show(li, now) });
  sendings.set(li, sending);
  sending.start();
  if (MESH.test(file.name)) understand(li, file);
}

function show(li, { state, sent, left, words: said, file, id, token, mesh }) {
  const at = Math.max(Number(li.dataset.sent ?? 0), sent), percent = Math.floor((100 * at) / file.size);
  const grown = id && li.dataset.file !== id, turned = li.dataset.state !== state;
  Object.assign(li.dataset, { state, sent: at });
  if (id) Object.assign(li.dataset, { file: id, token });
  const stopped = state === "stopped", long = left > 99, size = { sent: megabytes(at), all: megabytes(file.size), percent, left: long ? Math.round(left / 60) : left };
  const say = stopped ? said || put(words().lost, size) : state === "refused" ? said || words().refused : state === "waiting" ? put(words().waiting, size)
    : state === "queued" ? words().queued : state === "ready" ? `${megabytes(file.size)} MB` : put(left === null ? words().sent : long ? words().minutes : words().seconds, size);
  li.querySelector(".m").textContent = say;
  li.querySelector(".file").classList.toggle("bad", stopped || state === "refused");
  li.querySelector(".acts").hidden = !stopped;
  bar(li, percent, ["ready", "refused"].includes(state));
  if (state === "ready" && turned) ready(li, mesh);
  if (state === "refused" && turned) refused(li);
  if (grown || turned) changed();
}

function bar(li, percent, over) {
  const line = li.querySelector(".progress"), quarter = Math.floor(percent / 25) * 25;
  if (!line) return;
  line.ariaValueNow = percent;
  line.firstElementChild.style.inlineSize = `${percent}%`;
  li.querySelectorAll(".thumb .l").forEach((layer, i, layers) => layer.classList.toggle("on", i < (percent * layers.length) / 100));
  if (quarter && quarter !== Number(li.dataset.said ?? 0)) find("milestones").textContent = `${li.dataset.name} ${quarter}%`;
  li.dataset.said = quarter;
  if (over) line.remove();
}

function ready(li, mesh) {
  const { file, token, mark, name } = li.dataset;
  for (const [key, value] of [["upload", `${file}.${token}.${mark}`], [`name.${file}`, name]])
    li.append(Object.assign(document.createElement("input"), { type: "hidden", name: key, value }));
  li.querySelectorAll('[name^="units.new"]').forEach((radio) => { radio.name = `units.${file}`; });
  li.querySelector(".iconbtn").ariaLabel = put(words().remove, { name });
  if (!li.querySelector(".thumb img")) still(li, "file");
  if (mesh && !li.dataset.facts) plain(li, mesh);
}

function refused(li) {
  still(li, "file-x");
  li.querySelector(".part")?.remove();
  delete li.dataset.facts;
  delete li.dataset.file;
}

function still(li, icon) {
  li.querySelector(".thumb").replaceChildren(find("icons").content.querySelector(`[data-icon=${icon}]`).firstElementChild.cloneNode(true));
  li.querySelector(".progress")?.remove();
}

async function understand(li, file) {
  const away = li.measuring = new AbortController();
  try {
    const { measure } = await import("./mesh.js");
    const { facts, positions } = await measure(file, { signal: away.signal });
    if (!li.isConnected || li.dataset.state === "refused") return;
    li.dataset.facts = JSON.stringify(facts);
    await describe(li, facts, positions);
  } catch { /* the server says what it finds */ }
}

// What the server measured, where this browser could not.
async function plain(li, mesh) {
  dressed();
  const { facts } = await import("./stage.js"), part = clone("part");
  if (li.dataset.facts) return; // the browser has measured it meanwhile
  part.querySelector("part-stage").remove();
  for (const [name, text] of Object.entries(facts(mesh))) part.querySelector(`[data-fact=${name}]`).textContent = text;
  part.querySelector(".found").append(...mesh.warnings.map(({ code, message }) => note("note", code, message)));
  li.append(part);
}

function dressed() {
  if (find("files").dataset.dressed || document.querySelector("style").textContent.includes(".stage")) return;
  find("files").dataset.dressed = "";
  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: data().sheet }));
}

async function describe(li, facts, positions) {
  dressed();
  const [{ inUnits }, stage] = await Promise.all([import("./mesh-units.js"), import("./stage.js")]);
  const machine = data().machine?.split(" ").map(Number) ?? null, chosen = li.querySelector(".units :checked")?.value || null;
  const mesh = inUnits(facts, chosen, machine), doubt = inUnits(facts, null, machine).warnings.find(({ code }) => code.startsWith("maybe_"));
  let part = li.querySelector(".part");
  if (positions && part) { // the server's, which was quicker, has no stage
    part.remove();
    part = null;
  }
  if (!part) {
    part = clone("part");
    part.querySelector("part-stage").dataset.name = li.dataset.name;
    li.append(part);
  }
  for (const [name, text] of Object.entries(stage.facts(mesh))) part.querySelector(`[data-fact=${name}]`).textContent = text;
  const view = part.querySelector("part-stage"), found = part.querySelector(".found"), asked = found.querySelector(".units");
  if (positions) view.show(positions, mesh.size_mm);
  else if (view && view.size) view.size = mesh.size_mm;
  else if (!chosen) view?.remove();
  if (doubt && !asked) found.append(doubted(li, doubt));
  found.querySelectorAll(".note:not(:has(.units))").forEach((old) => old.remove());
  found.append(...mesh.warnings.filter(({ code }) => !code.startsWith("maybe_")).map(({ code, message }) => note("note", code, message)));
}

function note(id, code, message) {
  const made = clone(id), mark = message.includes(". ") ? ". " : ": ", [bold, ...more] = message.split(mark), rest = more.join(mark);
  made.dataset.code = code;
  made.querySelector("b").textContent = `${bold.replace(/\.$/, "")}.`;
  made.querySelector("p span").textContent = rest && rest[0].toUpperCase() + rest.slice(1);
  if (code === "too_large_for_machine") made.classList.add("warn");
  return made;
}

function doubted(li, { code, message }) {
  const made = note("doubt", code, message), metres = code === "maybe_metres", [first] = made.querySelectorAll("input");
  made.querySelectorAll("input").forEach((radio) => { radio.name = li.dataset.state === "ready" ? `units.${li.dataset.file}` : li.dataset.unnamed ??= `units.new${++count}`; });
  if (metres) {
    first.value = "m";
    first.nextSibling.data = words().metres;
  }
  return made;
}

// The page's address carries what is there, so that a reload finds it where nothing can be kept.
function changed() {
  const here = new URL(location), there = all().filter(({ dataset }) => dataset.file && dataset.state !== "refused");
  here.searchParams.delete("upload");
  for (const { dataset: { file, token, mark } } of there) here.searchParams.append("upload", `${file}.${token}.${mark}`);
  history.replaceState(history.state, "", here);
  there.filter(({ dataset }) => dataset.state === "ready").forEach((li, i) => { li.querySelector(".file").id = `uploads-${i}`; });
  find("drop").hidden = all().filter(({ dataset }) => dataset.state !== "refused").length >= data().files;
  dispatchEvent(new Event("synqro:files"));
}
