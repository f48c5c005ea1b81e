// Saved replies: the words go in where the caret stood.
const one = (selector, root = document) => root.querySelector(selector);

document.addEventListener("click", (event) => { const menu = event.target.closest?.("button")?.closest(".replies"); if (menu) menu.open = false; });
document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[data-reply]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  const menu = link.closest(".menu"), field = one(`#${menu.dataset.into}`), form = one("#answer");
  // Beside the price the words speak of the one that is being written.
  const body = form && field.id === "message" ? new FormData(form) : null;
  try {
    const found = await fetch(`${one("#quote").dataset.url}/replies/${link.dataset.reply}`, body ? { method: "POST", body } : {});
    if (!found.ok || !found.headers.get("Content-Type")?.startsWith("text/plain")) throw new Error(String(found.status));
    put(field, await found.text());
  } catch { return one("#notice").replaceChildren(note(document.body.dataset.failed)); }
  menu.open = false;
});
function put(field, words) {
  const { selectionStart: from, selectionEnd: to, value } = field;
  const before = value.slice(0, from), gap = before && !/\s$/.test(before) ? "\n" : "";
  field.focus();
  field.setRangeText(gap + words, from, to, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
function note(words) {
  const found = Object.assign(document.createElement("div"), { className: "note bad" });
  found.append(document.createElement("span"), Object.assign(document.createElement("b"), { textContent: words }));
  return found;
}
// A reply was saved from what is typed: the dialog is done.
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  if (ctx?.sourceElement?.matches?.("[data-reply-form]") && ctx.response?.raw?.ok) one("#dialog").close();
});
