// The order page: looks again until the payment is confirmed, for half a minute.
import { tell } from "./widget.js";

const main = () => document.querySelector("main");
const until = Date.now() + 30000;
let etag = "", tries = 0;

function announce() {
  const { order } = main().dataset;
  if (order) tell("paid", { order: { id: order } }, true) || tell("paid");
}
async function look() {
  if (main().dataset.state !== "confirming") return;
  if (Date.now() > until) {
    document.querySelector(".soon")?.setAttribute("hidden", "");
    document.querySelector(".later")?.removeAttribute("hidden");
    return;
  }
  try {
    const here = new URL(location.href);
    here.searchParams.set("tries", ++tries);
    const answer = await fetch(here, { headers: etag ? { "If-None-Match": etag } : {}, cache: "no-store" });
    if (answer.status === 200) {
      etag = answer.headers.get("ETag");
      const page = new DOMParser().parseFromString((await answer.text()).replace(/<style[^]*?<\/style>/, ""), "text/html");
      const fresh = page.querySelector("main");
      if (fresh && fresh.dataset.state !== "confirming") {
        document.querySelector(".bar")?.remove();
        main().replaceWith(fresh, ...(page.querySelector(".bar") ? [page.querySelector(".bar")] : []));
        main().querySelector("h1").focus();
        announce();
      }
    }
  } catch { /* offline: look again */ }
  setTimeout(look, 1500);
}
document.addEventListener("submit", (event) => {
  const button = event.target.querySelector("#pay");
  if (button?.ariaBusy === "true") event.preventDefault();
  else if (button) button.ariaBusy = "true";
});
addEventListener("pageshow", () => { const button = document.getElementById("pay"); if (button) button.ariaBusy = null; });
addEventListener("synqro:host", announce);
announce();
setTimeout(look, 1000);
