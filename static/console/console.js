// Console behaviour on top of htmx. Nothing here is needed to read or submit a page.
const typing = (el) => el.closest?.("input, textarea, select, [contenteditable]");
const one = (selector, root = document) => root.querySelector(selector);

// Toasts: 6 s, waiting while hovered or focused; the newest replaces the others.
const stay = (toast) => toast.matches(":hover, :focus-within");
function timed(toast, left = toast.querySelector("form") ? 10000 : 6000) {
  setTimeout(() => {
    if (!toast.isConnected) return;
    if (stay(toast)) return timed(toast, 1000);
    toast.remove();
  }, left);
}
const toasts = one("#toasts");
if (toasts) {
  toasts.querySelectorAll("[data-toast]").forEach((toast) => timed(toast));
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) for (const node of addedNodes) if (node.matches?.("[data-toast]")) timed(node);
  }).observe(toasts, { childList: true });
}

// Notices: refusals (4xx) are swapped in by htmx; failures (5xx, no network) are said here.
const notice = one("#notice");
// What a person's own press met stays until their next; a list that asks by itself takes back its own.
const byItself = (ctx) => Boolean(ctx?.sourceElement?.matches?.("[data-live]"));
let ofList = false;
const say = (words, ctx) => {
  if (!notice || byItself(ctx) && notice.hasChildNodes() && !ofList) return;
  ofList = byItself(ctx);
  const note = document.createElement("div");
  note.className = "note bad";
  note.append(document.createElement("span"), Object.assign(document.createElement("b"), { textContent: words }));
  notice.replaceChildren(note);
  notice.scrollIntoView({ block: "nearest" });
};
document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (byItself(ctx) && !ofList) return;
  notice?.replaceChildren();
  ofList = false;
});
document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
  if (ctx.response.status >= 500) say(document.body.dataset.failed, ctx);
  else ofList = byItself(ctx);
});
document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  if (ctx) say(navigator.onLine ? document.body.dataset.failed : document.body.dataset.offline, ctx);
});

// Focus: what was swapped in may name where reading goes on; nothing else moves it.
const focusIn = (root) => {
  const to = root.matches?.("[data-focus]") ? root : one("[data-focus]", root);
  to?.focus({ preventScroll: false });
};
// What is swapped into a dialog opens it.
const open = (part) => { const dialog = part.closest("dialog"); if (dialog && !dialog.open) dialog.showModal(); };
document.addEventListener("htmx:after:settle", ({ detail }) => {
  for (const part of detail.newContent) if (part.matches) { open(part); focusIn(part); show(part); }
});
focusIn(document);

// One submit at a time: the button says that it is at work, its width stays.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button || event.defaultPrevented) return;
  if (button.getAttribute("aria-busy") === "true" || button.getAttribute("aria-disabled") === "true") return event.preventDefault();
  button.setAttribute("aria-busy", "true");
  if (button.matches(".btn:not(.icon)")) setTimeout(() => sending(button), 300);
});
function sending(button) {
  if (button.getAttribute("aria-busy") !== "true" || button.was) return;
  button.style.inlineSize = `${button.offsetWidth}px`;
  button.was = [...button.childNodes];
  button.replaceChildren(document.body.dataset.sending);
}
function idle() {
  for (const button of document.querySelectorAll("[aria-busy='true']")) {
    button.removeAttribute("aria-busy");
    if (!button.was) continue;
    button.replaceChildren(...button.was);
    button.was = null;
    button.removeAttribute("style"); // an empty one would be copied in a swap, which the policy refuses
  }
}
document.addEventListener("htmx:finally:request", idle);
addEventListener("pageshow", idle);

// Copy buttons appear only where they work; without script the field beside them can be selected.
function show(root) {
  root.querySelectorAll("[data-copy][hidden], [data-script][hidden]").forEach((el) => { el.hidden = false; });
}
show(document);
// A row of tabs that is wider than the screen shows the one that is open.
for (const tab of document.querySelectorAll(".seg > [aria-current]")) {
  const bar = tab.parentElement;
  bar.scrollLeft += tab.getBoundingClientRect().left - bar.getBoundingClientRect().left - 40;
}
document.addEventListener("click", async (event) => {
  const button = event.target.closest("button, a");
  if (!button) return;
  if (button.matches("[data-dismiss]")) return button.closest("[data-toast]").remove();
  if (button.matches("[data-opens]")) return one(button.dataset.opens).showModal();
  if (button.matches("[data-closes]")) return button.closest("dialog").close();
  if (!button.matches("[data-copy]")) return;
  const field = one(button.dataset.copy);
  field.select?.();
  try { await navigator.clipboard.writeText(field.value ?? field.textContent); } catch { document.execCommand("copy"); }
  const words = one("span", button), before = words.textContent;
  if (before === button.dataset.copied) return;
  words.textContent = button.dataset.copied;
  setTimeout(() => { words.textContent = before; }, 2000);
});

// Keyboard: Ctrl Enter sends; single keys, off while typing and where the person turned them off.
// A page adds its own keys to these; one that gives back false leaves the key to the browser.
const writing = (el) => typing(el) && !el.matches?.("[type=checkbox], [type=radio]");
let going = 0;
const move = (step) => {
  const rows = [...document.querySelectorAll("[data-row] a.name, a.name[data-row]")];
  const at = rows.indexOf(document.activeElement) + step;
  rows[Math.min(rows.length - 1, Math.max(0, at))]?.focus();
};
export const keys = {
  "/": () => one("input[type=search]")?.focus(),
  "?": () => window.htmx?.ajax("GET", "/console/keys", { target: "#keys", swap: "innerHTML" }),
  g: () => { going = Date.now(); },
  j: () => move(1),
  k: () => move(-1),
  z: () => { const undo = one("#toast-undo"); undo?.click(); return Boolean(undo); },
};
// Menus close by a press elsewhere and by Escape, before it means anything else.
document.addEventListener("click", ({ target }) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && !one("dialog[open]") && one("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  one("summary", menu).focus();
  event.stopImmediatePropagation();
});
// htmx begins in a timer, on a busy machine after all scripts and the load of the page; what comes
// before would find plain links and fields that nobody listens to, and lose what is to follow it.
for (const early of ["keydown", "click", "input", "change", "submit", "poll"]) document.addEventListener(early, () => window.htmx?.process(document.body), { capture: true, once: true });
document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if ((event.metaKey || event.ctrlKey) && key === "Enter") return typing(target)?.form?.requestSubmit();
  if (writing(target) || event.metaKey || event.ctrlKey || event.altKey || event.isComposing || document.body.dataset.keys === "off" || one("dialog[open]")) return;
  if (Date.now() - going < 1500 && key.length === 1) {
    going = 0;
    return one(`[data-go="${CSS.escape(key)}"]`)?.click();
  }
  if (Object.hasOwn(keys, key) && keys[key]() !== false) event.preventDefault();
});
// What was chosen about the keys holds at once.
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  const form = ctx.sourceElement;
  if (!form?.matches?.("[data-keys-form]") || !ctx.response?.raw?.ok) return;
  document.body.dataset.keys = form.elements.single_keys.checked ? "on" : "off";
  form.closest("dialog")?.close();
});
