// The preview is the real widget; colours travel to it by message, nothing reloads.
const preview = document.querySelector("#preview");
const picked = (name) => document.querySelector(`input[name=${name}]:checked`)?.value;
const luminance = (hex) => [1, 3, 5].reduce((sum, at, n) => {
  const v = parseInt(hex.slice(at, at + 2), 16) / 255;
  return sum + [0.2126, 0.7152, 0.0722][n] * (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
}, 0);

function send() {
  const code = document.querySelector("#brand_color"), hint = document.querySelector("#contrast");
  const colour = code.value.trim().toLowerCase(), good = /^#[0-9a-f]{6}$/.test(colour);
  if (!good) {
    if (hint) hint.lastElementChild.textContent = hint.dataset.wrong;
    return;
  }
  const l = luminance(colour), white = 1.05 / (l + 0.05), black = (l + 0.05) / 0.05, on = white >= black ? "#fff" : "#000";
  if (hint) hint.lastElementChild.textContent = (on === "#fff" ? hint.dataset.white : hint.dataset.black).replace("{n}", Math.max(white, black).toFixed(1));
  const theme = picked("theme_mode");
  const scheme = theme === "auto" ? picked("preview-scheme") : theme;
  const frame = preview.contentWindow, origin = frame.document.documentElement.dataset.preview;
  // Handed over, not posted: the widget hears PUBLIC_URL only, and this page may be open as localhost.
  frame.dispatchEvent(new MessageEvent("message", { origin, source: window, data: { synqroTheme: { brand: colour, on, radius: picked("radius"), scheme } } }));
}

document.addEventListener("input", ({ target }) => {
  const code = document.querySelector("#brand_color");
  if (target.name === "swatch") code.value = target.value;
  if (target === code) for (const swatch of document.querySelectorAll("[name=swatch]")) swatch.checked = swatch.value === code.value.trim().toLowerCase();
  if (["swatch", "brand_color", "radius", "theme_mode", "preview-scheme"].includes(target.name)) send();
});
preview.addEventListener("load", send);
// What else was saved shows once the widget is loaded again: open, closed, terms, custom requests.
document.addEventListener("htmx:after:settle", ({ detail }) => {
  const section = detail.newContent.find((part) => part.matches?.("section.panel"));
  if (section && !section.querySelector("[role=alert]") && ["ordering", "quotes", "links"].includes(section.id)) preview.contentWindow.location.reload();
});
// A colour may have been chosen, and the widget have come, before this script.
const chosen = document.querySelector("[name=swatch]:checked");
if (chosen && !chosen.defaultChecked) document.querySelector("#brand_color").value = chosen.value;
send();
