// Dimension lines along the box of a part, over the picture of it, and the bed under it.
const SVG = "http://www.w3.org/2000/svg";
const SHORTEST = 26;

/** Millimetres as they stand on a line: 84.0, 0.044. */
export const length = (mm) => (mm >= 1 ? mm.toFixed(1) : mm < 0.001 ? "< 0.001" : String(Number(mm.toPrecision(3))));

export class Lines {
  mm = null;

  /** `half` are half the sides of the box, `gap` how far from it the lines stand. */
  constructor(box, canvas, half, gap) {
    [this.half, this.gap] = [half, gap];
    this.under = layer("bed");
    this.over = layer("d", "", "", "");
    box.append(this.under, canvas, this.over);
  }

  remove() {
    this.under.remove();
    this.over.remove();
  }

  draw(project, rows, width, height) {
    let path = "";
    this.#ends(project, rows).forEach(([a, b], axis) => {
      const text = this.over.children[axis + 1], across = [a[1] - b[1], b[0] - a[0]], long = Math.hypot(...across);
      const shown = this.mm && long > SHORTEST;
      text.textContent = shown ? `${length(this.mm[axis])} mm` : "";
      if (!shown) return;
      const [x, y] = across.map((v) => v / long), middle = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
      const away = (middle[0] - width / 2) * x + (middle[1] - height / 2) * y < 0 ? -1 : 1;
      path += `M${a}L${b}` + [a, b].map((p) => `M${p[0] - 6 * x} ${p[1] - 6 * y}l${12 * x} ${12 * y}`).join("");
      const edge = 4 + 4.6 * text.textContent.length;
      text.setAttribute("x", within(middle[0] + away * x * 40, edge, width - edge));
      text.setAttribute("y", within(middle[1] + away * y * 18 + 5, 16, height - 8));
    });
    this.over.firstChild.setAttribute("d", path);
    this.under.firstChild.setAttribute("d", rows[2][2] > 0 ? this.#bed(project) : "");
  }

  // Width and depth at the foot, on the sides that face us; height at the right edge.
  #ends(project, rows) {
    const [x, y] = rows[2].map((v) => (v < 0 ? -1 : 1)), foot = rows[2][2] < 0 ? 1 : -1;
    const right = rows[0][0] * x * this.half[0] > rows[0][1] * y * this.half[1];
    const end = (corner, axis) => project(corner.map((sign, i) => sign * (this.half[i] + (i === axis ? this.gap : 0))));
    const edge = (z) => (right ? end([x, -y, z], 0) : end([-x, y, z], 1));
    return [
      [end([-1, y, foot], 1), end([1, y, foot], 1)],
      [end([x, -1, foot], 0), end([x, 1, foot], 0)],
      [edge(-1), edge(1)],
    ];
  }

  #bed(project) {
    const [x, y] = this.half.map((v) => v + this.gap * 2), z = -this.half[2];
    const line = (a, b) => `M${project([...a, z])}L${project([...b, z])}`;
    return [-1, -0.5, 0, 0.5, 1].map((t) => line([-x, t * y], [x, t * y]) + line([t * x, -y], [t * x, y])).join("");
  }
}

const within = (value, least, most) => Math.min(Math.max(value, least), most);

function layer(path, ...texts) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "dims");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("class", path);
  svg.append(line, ...texts.map(() => document.createElementNS(SVG, "text")));
  for (const text of svg.querySelectorAll("text")) text.setAttribute("text-anchor", "middle");
  return svg;
}
