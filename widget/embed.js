// Synqro on a host page: <script async src="https://…/embed.js"></script>. Optional.
(() => {
  const home = new URL(document.currentScript.src).origin;
  const heard = [], frames = new Set(), here = new URL(location.href);
  const store = (act) => { try { return act(sessionStorage); } catch { return null; } };
  const id = here.searchParams.get("order_id");
  const token = id && store((s) => s.getItem(`synqro:${id}`));
  let order = token && { token, result: here.searchParams.get("result") };
  for (const name of ["order_id", "result"]) here.searchParams.delete(name);
  const hello = (frame) => {
    if (frame.contentDocument?.URL === "about:blank") return;
    const scheme = getComputedStyle(frame).colorScheme;
    frame.contentWindow.postMessage({
      synqro: "hello", url: here.href, order,
      auto: frame.dataset.height !== "fixed",
      scheme: scheme === "dark" || scheme === "light" ? scheme : undefined,
    }, home);
  };
  const find = () => document.querySelectorAll("iframe").forEach((frame) => {
    if (frames.has(frame) || !(frame.src || frame.dataset.src || "").startsWith(`${home}/s/`)) return;
    frames.add(frame);
    frame.loading = "lazy";
    frame.addEventListener("load", () => hello(frame));
    if (frame.src) hello(frame); else frame.src = frame.dataset.src;
  });
  addEventListener("message", ({ origin, source, data }) => {
    const frame = [...frames].find((f) => f.contentWindow === source);
    if (origin !== home || !frame || !data?.synqro) return;
    const { synqro: type, ...detail } = data;
    if (type === "ready") {
      // Who comes back from paying, or takes a step, sees the top of the frame; nobody else is moved.
      if (order || (frame.synqro && frame.getBoundingClientRect().top < 0)) frame.scrollIntoView();
      frame.synqro = true;
      order = null; // it was handed over; the customer goes on from there
    }
    if (type === "resize") frame.style.height = `${detail.height}px`;
    if (type === "checkout_started" && detail.order) {
      store((s) => s.setItem(`synqro:${detail.order.id}`, detail.order.token));
      delete detail.order.token;
    }
    frame.dispatchEvent(new CustomEvent(`synqro:${type}`, { bubbles: true, detail }));
    heard.forEach(([name, tell]) => name === type && tell(detail, frame));
  });
  new MutationObserver(find).observe(document, { childList: true, subtree: true });
  new MutationObserver(() => frames.forEach(hello)).observe(document.documentElement, { attributes: true });
  window.Synqro = { on: (name, tell) => heard.push([name, tell]) };
  find();
})();
