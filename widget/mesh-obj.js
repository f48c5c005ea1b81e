// OBJ: corners and faces as lines of text; no materials, no curves.
import { Unreadable } from "./mesh-facts.js";
import { number, shown, words } from "./mesh-stl.js";

const LONGEST = 1 << 16, SOME = 30_000;

/** Read an OBJ into `tally`, its faces fanned out into triangles. Raises Unreadable. */
export async function readObj(file, tally, done) {
  const points = new Grown(Float64Array), faces = new Grown(Int32Array);
  let rest = "", read = 0;
  for await (const block of words(file)) {
    const lines = (rest + block).replace(/\\\r?\n/g, " ").split("\n");
    rest = lines.pop();
    if (rest.length >= LONGEST) throw new Unreadable("The file is not an OBJ: a line in it has no end.");
    for (const line of lines) take(line, points, faces);
    done((read += block.length) / file.size / 2);
  }
  take(rest, points, faces);
  give(points.all, faces.all, tally);
}

function take(line, points, faces) {
  const [kind, ...parts] = line.trim().split(/\s+/);
  if (kind === "v") {
    const place = parts.slice(0, 3).map(number);
    if (place.length < 3 || place.includes(undefined)) wrong(line);
    points.push(...place);
  } else if (kind === "f") {
    const corners = parts.map((part) => /^([+-]?\d+)(?:\/.*)?$/.exec(part)?.[1] | 0);
    if (corners.length < 3 || corners.includes(0)) wrong(line);
    const [first, ...others] = corners.map((c) => (c > 0 ? c - 1 : points.length / 3 + c));
    for (let i = 1; i < others.length; i++) faces.push(first, others[i - 1], others[i]);
  }
}

/** Hand triangles that name their corners to `tally`, in portions. Raises Unreadable. */
export function give(points, faces, tally) {
  const most = points.length / 3;
  for (let first = 0; first < faces.length; first += SOME) {
    const some = faces.subarray(first, first + SOME), corners = new Float64Array(some.length * 3);
    some.forEach((c, i) => {
      if (c < 0 || c >= most) throw new Unreadable("A triangle names a corner that the file does not hold.");
      corners[3 * i] = points[3 * c];
      corners[3 * i + 1] = points[3 * c + 1];
      corners[3 * i + 2] = points[3 * c + 2];
    });
    tally.take(corners);
  }
}

const wrong = (line) => { throw new Unreadable(`The file is not an OBJ: ${shown(line)} is wrong.`); };

/** A typed array that grows. */
export class Grown {
  length = 0;

  constructor(Kind) { this.room = new Kind(3000); }

  push(...values) {
    if (this.length + values.length > this.room.length) {
      const wider = new this.room.constructor(Math.max(this.room.length * 2, this.length + values.length));
      wider.set(this.room);
      this.room = wider;
    }
    for (const value of values) this.room[this.length++] = value;
  }

  get all() { return this.room.subarray(0, this.length); }
}
