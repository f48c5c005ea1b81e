// Rates: a material's new name is seen at once beside its speeds.
document.addEventListener("input", ({ target }) => {
  const place = target.dataset?.names;
  if (place === undefined) return;
  for (const name of document.querySelectorAll(`[data-name-of="${place}"]`)) name.textContent = target.value || "…";
});

// The working that somebody opened or shut stays so when the example comes fresh.
const open = new Map();
const parts = () => document.querySelectorAll("#example details");
document.addEventListener("toggle", ({ target }) => {
  const at = [...parts()].indexOf(target);
  if (at >= 0) open.set(at, target.open);
}, true);
document.addEventListener("htmx:after:swap", () => {
  parts().forEach((part, at) => { if (open.has(at)) part.open = open.get(at); });
});
