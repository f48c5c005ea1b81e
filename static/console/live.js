// Lists that keep themselves fresh: asked again every 5 s while the page is seen, never under
// somebody's hands. An answer that would change nothing comes back as 304 and is not swapped.
const EVERY = 5000;
const seen = new Map();
const busy = (region) => unread(region) || region.querySelector("details[open], .htmx-request") || (region.contains(document.activeElement) && document.activeElement.matches("input, textarea, select"));
// Nor under somebody's eyes: why a row was refused something stays there for READ ms to be read.
const READ = 10000;
let told = Date.now();
const unread = (region) => region.querySelector("[role=alert]") && Date.now() - told < READ;

function poll() {
  if (document.hidden || !navigator.onLine) return;
  for (const region of document.querySelectorAll("[data-live]")) if (!busy(region)) region.dispatchEvent(new CustomEvent("poll"));
}
setInterval(poll, EVERY);
document.addEventListener("visibilitychange", poll);

const live = (event) => event.detail.ctx?.sourceElement?.matches?.("[data-live]") && event.detail.ctx;
// One question at a time: what asks for another meanwhile may be newer than the answer on its way.
const asking = new WeakMap();
let swaps = 0;
document.addEventListener("htmx:config:request", (event) => {
  const ctx = live(event);
  if (!ctx) return;
  if (asking.has(ctx.sourceElement)) {
    asking.set(ctx.sourceElement, true);
    return event.preventDefault();
  }
  if (seen.has(ctx.request.action)) ctx.request.headers["If-None-Match"] = seen.get(ctx.request.action);
});
document.addEventListener("htmx:before:request", (event) => {
  const ctx = live(event);
  if (!ctx) return;
  Object.assign(ctx, { region: ctx.sourceElement, idle: !busy(ctx.sourceElement), swaps });
  asking.set(ctx.region, false);
});
document.addEventListener("htmx:before:swap", (event) => { if (!live(event)) swaps += 1; });
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  const region = ctx?.region, again = asking.get(region);
  asking.delete(region);
  if (again) queueMicrotask(() => region.dispatchEvent(new CustomEvent("poll")));
});
let place = -1;
document.addEventListener("htmx:after:request", (event) => {
  const ctx = live(event), tag = ctx?.response?.headers?.get("ETag");
  if (!ctx) return;
  // An answer from before something was done here would take it back; one that finds a person at
  // work in the list is left for the next time.
  const taken = ctx.idle && busy(ctx.region), old = ctx.swaps !== swaps;
  if (old && !taken) asking.set(ctx.region, true);
  if (old || taken) return event.preventDefault();
  if (tag) seen.set(ctx.request.action, tag);
  place = rows(ctx.sourceElement).findIndex((row) => row.contains(document.activeElement));
});
const rows = (root) => [...root.querySelectorAll("[data-row]")];
document.addEventListener("htmx:after:swap", (event) => { if (!live(event)) told = Date.now(); });
// Where the row in focus has left the list, focus goes to the one that took its place.
document.addEventListener("htmx:after:swap", (event) => {
  if (!live(event) || place < 0 || document.activeElement !== document.body) return;
  const left = rows(document);
  (left[Math.min(place, left.length - 1)]?.querySelector("a.name") ?? document.querySelector("#main"))?.focus({ preventScroll: true });
});
