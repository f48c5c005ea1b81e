// A sandboxed frame may leave only while a press lasts: in Chromium for five seconds, in WebKit for
// one, and there only in timers that were set during the press. After that it is for the page
// that `otherwise` shows to ask for another press.
let leaving = null;
const go = () => { if (leaving && open(leaving, "_top")) leaving = null; };

export function pressed() {
  leaving = null;
  for (let wait = 50; wait <= 1000; wait += 50) setTimeout(go, wait);
}
export function leave(url, otherwise, stayed) {
  leaving = url;
  go();
  setTimeout(() => (leaving ? otherwise() : stayed()), leaving ? 1000 : 10000);
}
