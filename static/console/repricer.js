// The repricer. What is on and in which order is shown at once, and put back where it was refused.
const at = (target, selector) => target.closest?.(selector);

// Prices to apply: the button counts those that are ticked, of the whole plan.
function count() {
  const form = document.querySelector("[data-apply]"), button = document.querySelector("#apply-changes");
  if (!form || !button) return;
  const boxes = [...form.querySelectorAll("[name=change]")], left = boxes.filter((box) => !box.checked).length;
  const number = Number(form.dataset.all) - left, every = form.querySelector("[data-every]");
  button.textContent = number === 1 ? button.dataset.one : button.dataset.many.replace("{n}", number.toLocaleString("en"));
  every.checked = !left;
  every.indeterminate = left > 0 && left < boxes.length;
}
document.addEventListener("change", ({ target }) => {
  if (!at(target, "[data-apply]")) return;
  if (target.matches("[data-every]")) for (const box of target.form.querySelectorAll("[name=change]")) box.checked = target.checked;
  count();
});
addEventListener("pageshow", count);

// Moving a rule: by its buttons, or drawn by its handle. One move waits for the other on its way
// to the server; the list shows those on their way on top of the order the server holds.
const rows = () => [...document.querySelectorAll("[data-rule]")];
const waiting = [];
let held = rows().map((row) => row.id);
function moved(order, { rule, to }) {
  const left = order.filter((one) => one !== rule), at = order.indexOf(rule);
  left.splice(Math.max(0, to === "up" ? at - 1 : to === "down" ? at + 1 : to), 0, rule);
  return left;
}
function show() {
  const focus = document.activeElement;
  waiting.reduce(moved, held).forEach((id, at) => { if (rows()[at].id !== id) rows()[at].before(document.getElementById(id)); });
  if (document.activeElement !== focus) focus.focus();
}
function move(rule, to) {
  waiting.push({ rule, to });
  show();
}
document.addEventListener("submit", ({ target, submitter }) => {
  if (!target.matches("[data-moves]")) return;
  const row = at(target, "[data-rule]");
  move(row.id, submitter.value);
  // At an end the button that is left takes the focus.
  requestAnimationFrame(() => {
    submitter.focus();
    if (document.activeElement !== submitter) row.querySelector("[name=to]:not(#" + CSS.escape(submitter.id) + ")").focus();
  });
}, true);

let drawn = null;
const over = (event) => rows().find((row) => { const box = row.getBoundingClientRect(); return event.clientY >= box.top && event.clientY < box.bottom; });
const unmark = () => { for (const row of rows()) row.classList.remove("over-it", "under-it"); };
document.addEventListener("pointerdown", (event) => {
  const grip = at(event.target, "[data-grip]");
  if (!grip || event.button) return;
  event.preventDefault();
  drawn = at(grip, "[data-rule]");
  drawn.classList.add("drawn");
  grip.setPointerCapture(event.pointerId);
});
document.addEventListener("pointermove", (event) => {
  if (!drawn) return;
  unmark();
  const row = over(event);
  if (row && row !== drawn) row.classList.add(rows().indexOf(row) < rows().indexOf(drawn) ? "over-it" : "under-it");
});
for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, (event) => {
  if (!drawn) return;
  const row = drawn, to = end === "pointerup" ? rows().indexOf(over(event)) : -1;
  drawn = null;
  row.classList.remove("drawn");
  unmark();
  if (to < 0 || to === rows().indexOf(row)) return;
  move(row.id, to);
  htmx.ajax("POST", at(row, "[data-order]").dataset.order, { values: { rule: row.id, to }, swap: "none", source: at(row, "[data-order]") });
});
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  const from = ctx.sourceElement, arrived = ctx.response?.raw?.ok;
  if (from?.matches?.("[data-moves], [data-order]")) {
    const one = waiting.shift();
    if (arrived) held = moved(held, one);
    else show();
  } else if (from?.matches?.("[data-switch]")) {
    const box = from.querySelector("[role=switch]"), on = ctx.request.body.has("on");
    if (arrived) box.defaultChecked = on;
    else if (box.checked === on) box.checked = box.defaultChecked;
  }
});

// A rule's sentence: another line is a copy of the last one, blank.
const builder = document.querySelector("#rule");
const changed = () => builder.dispatchEvent(new Event("change", { bubbles: true }));
builder?.addEventListener("click", (event) => {
  const add = at(event.target, "[data-adds]"), remove = at(event.target, "[data-removes]");
  if (add) {
    event.preventDefault();
    const list = builder.querySelector(`[data-rows="${add.dataset.adds}"]`), last = list.querySelector(".line:last-child");
    if (list.children.length >= 20) return;
    const line = last.cloneNode(true), next = Number(list.dataset.next ?? Math.max(...[...list.querySelectorAll("[name]")].map((field) => Number(field.name.match(/\.(\d+)\./)?.[1] ?? 0))) + 1);
    list.dataset.next = next + 1;
    line.querySelectorAll(".err").forEach((err) => err.remove());
    for (const field of line.querySelectorAll("input, select, button")) {
      for (const name of ["id", "name", "value"]) if (field.hasAttribute(name) && (name !== "value" || field.matches("button"))) field.setAttribute(name, field.getAttribute(name).replace(/\.\d+(?=\.|$)/, `.${next}`));
      field.removeAttribute("aria-invalid");
      field.removeAttribute("aria-describedby");
      if (field.matches("input")) field.value = "";
      if (field.matches("select")) field.value = last.querySelectorAll("select")[[...line.querySelectorAll("select")].indexOf(field)].value;
    }
    list.append(line);
    line.querySelector("input").focus();
    changed();
  } else if (remove) {
    event.preventDefault();
    const line = at(remove, ".line"), near = line.previousElementSibling ?? line.nextElementSibling;
    if (!near) return;
    line.remove();
    near.querySelector("input").focus();
    changed();
  }
});
// Whoever writes a price of its own expects that price at once, not in steps; what was typed stays.
builder?.addEventListener("change", ({ target }) => {
  const { limits } = builder.elements, next = target.value === "fixed" ? "fixed" : "usual";
  if (target.name !== "follows" || !limits.value || limits.value === next) return;
  const was = limits.dataset[limits.value].split(" "), suits = limits.dataset[next].split(" ");
  ["run", "day"].forEach((per, at) => {
    const field = builder.elements[`guards.max_change_per_${per}_percent`];
    if (field.value.trim() === was[at]) field.value = suits[at];
  });
  limits.value = next;
});
// A price of its own is mostly one for certain days.
builder?.addEventListener("change", ({ target }) => {
  if (target.name === "when") builder.dataset.timed = "";
  if (target.name !== "follows" || "timed" in builder.dataset) return;
  builder.elements.when.value = target.value === "fixed" ? "times" : "always";
});
