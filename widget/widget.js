// The widget's core. Everything works as plain links and forms without it.
const html = document.documentElement;
const framed = parent !== window;
const query = new URLSearchParams(location.search);

// We say that we are here, and nothing else, until the host page speaks. From then on we speak
// to its exact origin only; a page opened from disk has none, and hears nothing but heights and
// bare events.
let host = null;
const may = (origin) => !html.dataset.hosts || html.dataset.hosts.split(" ").some((allowed) => {
  const [scheme, name] = allowed.split("*.");
  return name ? origin.startsWith(scheme) && origin.endsWith("." + name) : origin === allowed;
});
export const tell = (type, detail, secret) => {
  if (!host || (secret && host.origin === "null")) return false;
  parent.postMessage({ synqro: type, ...detail }, host.origin === "null" ? "*" : host.origin);
  return true;
};
export const hostUrl = () => host?.url;
let height = 0;
const measure = () => {
  const now = Math.ceil(document.body.getBoundingClientRect().height);
  if (html.classList.contains("auto") && Math.abs(now - height) > 1) tell("resize", { height: (height = now) });
};
// A step in a frame that grows comes laid out for it (its address says `auto`) and is hidden until
// the host page has brought the frame to its height and into sight: a quick press would else
// miss what moves away under it. The stylesheet shows it after three seconds, whatever happens.
let placed = NaN;
const settle = () => { if (Math.abs(innerHeight - placed) <= 1) html.classList.add("placed"); };
const longer = (url) => { url.search += `${url.search ? "&" : "?"}auto=1`; return url; };
export const step = (url) => (html.classList.contains("auto") ? longer(new URL(url, location)) : url);
// Whether a field is as the page came: what was typed or picked before a script ran stays.
export const untouched = (field) => field.type === "radio" ? field.checked === field.defaultChecked
  : field.options ? field.value === (field.querySelector("[selected]") ?? field.options[0])?.value : field.value === field.defaultValue;
const carry = () => {
  const ours = (url) => url.startsWith(`${location.origin}/s/`);
  for (const link of document.links) if (ours(link.href)) longer(link);
  for (const form of document.forms) {
    if (form.target || !ours(form.action)) continue;
    if (form.method === "post") form.action = longer(new URL(form.action));
    else form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "auto", value: 1 }));
  }
};
if (!framed) html.classList.remove("auto");
if (framed) addEventListener("resize", settle);
if (framed) addEventListener("message", ({ source, origin, data }) => {
  if (source !== parent || !data) return;
  if (data.synqro === "hello" && may(origin)) {
    const first = !host;
    host = { origin, url: data.url };
    if (first && data.auto && !html.classList.contains("auto")) {
      document.body.style.animation = "none"; // it was seen already
      carry();
    }
    html.classList.toggle("auto", Boolean(data.auto));
    if (/^(dark|light)$/.test(data.scheme) && html.dataset.pinned === undefined) html.style.colorScheme = data.scheme;
    if (data.order && first && html.dataset.key && !location.pathname.includes("/orders/"))
      location.replace(step(`/s/${html.dataset.key}/orders/${encodeURIComponent(data.order.token)}?result=${encodeURIComponent(data.order.result)}`));
    if (!first) {
      placed = data.height; // the answer to ours
      return settle();
    }
    tell("ready");
    new ResizeObserver(measure).observe(document.body);
    measure();
    dispatchEvent(new Event("synqro:host"));
  }
  // The console shows its unsaved colours here: only with ?preview, only from our own origin.
  const t = origin === html.dataset.preview && data.synqroTheme;
  if (!t) return;
  for (const [name, value] of [["--brand", t.brand], ["--brand-on", t.on], ["--r", `${Number(t.radius)}px`]]) html.style.setProperty(name, value);
  html.style.colorScheme = t.scheme === "auto" ? "light dark" : t.scheme;
});
if (framed) parent.postMessage({ synqro: "here" }, "*");

// After a step focus its heading, or what the address points at; never on the first view.
const ours = document.referrer.startsWith(`${location.origin}/s/`);
if (ours && performance.getEntriesByType("navigation")[0]?.type === "navigate")
  (document.querySelector("[role=alert]") || (location.hash && document.getElementById(location.hash.slice(1))) || document.querySelector("h1"))?.focus({ preventScroll: !location.hash });
else document.querySelector("[role=alert]")?.focus();

const off = document.querySelector(".off");
const online = () => { off.hidden = navigator.onLine; };
addEventListener("online", online);
addEventListener("offline", online);
online();
