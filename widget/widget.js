// The widget's core. Everything works as plain links and forms without it.
const html = document.documentElement;
const framed = parent !== window;
const query = new URLSearchParams(location.search);

// The host page speaks first. From then on we speak to its exact origin only; a page
// opened from disk has none, and hears nothing but heights and bare events.
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
if (framed) addEventListener("message", ({ source, origin, data }) => {
  if (source !== parent || !data) return;
  if (data.synqro === "hello" && may(origin)) {
    const first = !host;
    host = { origin, url: data.url };
    if (data.auto) html.classList.add("auto");
    if (/^(dark|light)$/.test(data.scheme) && html.dataset.pinned === undefined) html.style.colorScheme = data.scheme;
    if (data.order && first && html.dataset.key && !location.pathname.includes("/orders/"))
      location.replace(`/s/${html.dataset.key}/orders/${encodeURIComponent(data.order.token)}?result=${encodeURIComponent(data.order.result)}`);
    if (!first) return;
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
