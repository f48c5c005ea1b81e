// A part on its stage: the still until somebody touches or focuses it, then the part itself.
// Without script, without WebGL2 or without the file, the still and the numbers stay.
const MOST_UNASKED = 30e6;

const digits = (n, least = 0, most = least) => n.toLocaleString("en", { minimumFractionDigits: least, maximumFractionDigits: most });
const small = (n) => (n < 0.001 ? "< 0.001" : String(Number(n.toPrecision(3))));
const length = (mm) => (mm >= 1 ? mm.toFixed(1) : small(mm));
/** The three facts in the words of the server's `facts` macro. */
export const facts = ({ size_mm, volume_mm3, triangles }) => ({
  size: `${size_mm.map((mm) => (mm >= 1 ? digits(mm, 0, 1) : small(mm))).join(" × ")} mm`,
  volume: volume_mm3 >= 100 ? `${digits(volume_mm3 / 1000, 1)} cm³` : `${small(volume_mm3)} mm³`,
  triangles: digits(triangles),
});

// Files are named by the public address; the page may be open under another of this server's.
const here = (src) => { const { pathname, search } = new URL(src, location); return pathname + search; };

class PartStage extends HTMLElement {
  #live = null; #part = null; #opening = false; #away = null;

  connectedCallback() {
    for (const type of ["focusin", "click"]) this.addEventListener(type, this);
    this.#offer();
  }

  disconnectedCallback() {
    this.#close();
    this.#away?.abort();
  }

  handleEvent({ type, target }) {
    const wish = target.closest("[data-do]")?.dataset.do;
    if (wish && type !== "click") return;
    if (wish === "fill") return document.fullscreenElement ? document.exitFullscreen() : this.requestFullscreen();
    if (wish === "turn" && this.#live) return this.#live.reset();
    if (wish || target.closest(".view")) this.open(Boolean(wish));
  }

  /** Width, depth and height in millimetres, written on the lines and said in words. */
  get size() { return this.dataset.size ? this.dataset.size.split(" ").map(Number) : null; }
  set size(mm) {
    this.dataset.size = mm.join(" ");
    const [x, y, z] = mm.map(length);
    this.#view.ariaLabel = this.dataset.words.replace("{name}", this.dataset.name).replace("{x}", x).replace("{y}", y).replace("{z}", z);
    this.#live?.measure(mm);
  }

  get #view() { return this.querySelector(".view"); }

  /** Go live with the corners of a parsed file, as measure() in mesh.js gives them. */
  show(positions, mm) {
    this.#close();
    this.#part = positions;
    this.size = mm;
    this.#offer();
    return this.open(true);
  }

  /** Fetch the part and go live. Resolves to whether it is. A large one waits to be asked. */
  async open(asked = true) {
    const { src, bytes, name } = this.dataset;
    if (this.#live || this.#opening || !(this.#part || src)) return Boolean(this.#live);
    if (!this.#part && bytes > MOST_UNASKED && !asked) return false;
    this.#opening = true;
    this.#say("");
    try {
      const viewer = import("./viewer.js");
      this.#part ??= await this.#fetch(src, name);
      const { view } = await viewer;
      if (this.isConnected) this.#live = view(this.#view, this.#part, this.size, () => this.#close());
      this.toggleAttribute("data-live", Boolean(this.#live));
    } catch (error) {
      if (error.name !== "AbortError") this.#say(this.dataset.failed);
    } finally {
      this.#opening = false;
    }
    return Boolean(this.#live);
  }

  async #fetch(src, name) {
    this.#away = new AbortController();
    const { signal } = this.#away, waiting = setTimeout(() => this.#say(this.dataset.loading), 300);
    try {
      const [{ measure }, answer] = await Promise.all([import("./mesh.js"), fetch(here(src), { signal })]);
      if (!answer.ok) throw Error(answer.status);
      const { positions } = await measure(await answer.blob(), { name, signal });
      if (!positions) throw Error("nothing to show");
      return positions;
    } finally {
      clearTimeout(waiting);
      this.#say("");
    }
  }

  #offer() {
    const view = this.#view;
    if (!view || !window.WebGL2RenderingContext || !(this.#part || this.dataset.src)) return;
    view.tabIndex = 0;
    view.setAttribute("aria-description", this.dataset.keys);
    for (const one of this.querySelectorAll("[data-do]")) one.hidden = one.dataset.do === "fill" && !document.fullscreenEnabled;
  }

  #close() {
    this.#live?.release();
    this.#live = null;
    this.removeAttribute("data-live");
  }

  #say(words) {
    const line = this.querySelector("[role=status]");
    if (line) line.textContent = words;
  }
}
if (!customElements.get("part-stage")) customElements.define("part-stage", PartStage);
