// Synqro on a host page: <script async src="https://…/embed.js"></script>. Optional.
(() => {
  const home = new URL(document.currentScript.src).origin;
  const heard = [], frames = [], here = new URL(location);
  const store = (act) => { try { return act(sessionStorage); } catch {} };
  const id = here.searchParams.get("order_id");
  const token = store((s) => s.getItem(`synqro:${id}`));
  let order = token && { token, result: here.searchParams.get("result") };
  here.searchParams.delete("order_id");
  here.searchParams.delete("result");
  const hello = (frame) => {
    if (frame.contentDocument?.URL.startsWith("about")) return;
    frame.contentWindow.postMessage({
      synqro: "hello", url: here.href, order,
      auto: frame.dataset.height !== "fixed", height: frame.clientHeight,
      scheme: getComputedStyle(frame).colorScheme,
    }, home);
  };
  const find = () => document.querySelectorAll("iframe").forEach((frame) => {
    if (frames.includes(frame) || !(frame.src || frame.dataset.src || "").startsWith(`${home}/s/`)) return;
    frames.push(frame);
    frame.loading = "lazy";
    frame.src ||= frame.dataset.src;
    hello(frame);
  });
  addEventListener("message", ({ origin, source, data }) => {
    const frame = frames.find((frame) => frame.contentWindow === source);
    if (origin !== home || !frame) return;
    const { synqro: type, ...detail } = data;
    if (type === "here") return hello(frame); // a page of it has come
    if (type === "ready") {
      // Who comes back from paying, or takes a step, sees the top of the frame; nobody else is moved.
      if (order || frame.synqro && frame.getBoundingClientRect().y < 0) frame.scrollIntoView({ behavior: "instant" });
      frame.synqro = true;
      order = null; // it was handed over; the customer goes on from there
    }
    if (type === "resize") frame.style.height = `${detail.height}px`, hello(frame);
    if (detail.order?.token) {
      const { id, token } = detail.order, url = new URL(here);
      store((s) => s.setItem(`synqro:${id}`, token));
      detail.order = { id };
      // The browser's own way back from the payment page leads to the order, too.
      url.searchParams.set("order_id", id);
      url.searchParams.set("result", "cancel");
      history.replaceState(history.state, "", url);
    }
    frame.dispatchEvent(new CustomEvent(`synqro:${type}`, { bubbles: true, detail }));
    heard.forEach(([name, tell]) => name === type && tell(detail, frame));
  });
  new MutationObserver(find).observe(document, { childList: true, subtree: true });
  new MutationObserver(() => frames.forEach(hello)).observe(document.documentElement, { attributes: true });
  window.Synqro = { on: (name, tell) => heard.push([name, tell]) };
  find();
})();
