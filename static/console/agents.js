// A pause or a resume is shown at once, and put back where it did not reach the server.
const kept = new WeakMap();
const pressed = (event) => {
  const form = event.detail.ctx?.sourceElement;
  return form?.matches?.("form[data-now]") ? form : null;
};
document.addEventListener("htmx:before:request", (event) => {
  const form = pressed(event), row = form?.closest("tr");
  if (!row) return;
  const state = row.querySelector(".state"), then = row.querySelector(form.dataset.now === "pause" ? "[data-paused]" : "[data-resumed]");
  kept.set(form, [state, [...state.childNodes]]);
  state.replaceChildren(then.content.cloneNode(true));
});
function putBack(event) {
  const form = pressed(event), was = form && kept.get(form);
  if (was) was[0].replaceChildren(...was[1]);
}
document.addEventListener("htmx:error", putBack);
document.addEventListener("htmx:response:error", putBack);
