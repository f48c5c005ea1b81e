// The basket: what is sold out may be held by an order of the customer's own that is not paid.
const { key } = document.documentElement.dataset;
let token = null;
try { token = sessionStorage.getItem(`synqro:${key}:open`); } catch { /* storage is blocked in this frame */ }
const note = document.getElementById("unpaid");
if (note && token) {
  const url = `/s/${key}/orders/${token}`;
  const answer = await fetch(url).catch(() => null);
  if (answer && /data-state="(awaiting|left)"/.test(await answer.text())) {
    note.querySelector("a").href = url;
    note.hidden = false;
  }
}
