// The facts of a mesh, as the server finds them: what it measures, whether it is closed, and in
// how many pieces it comes. Corners are the same where their float32 places are.
export const MOST_SHOWN = 1_500_000, MOST_SHELLS = 1_000_000, FARTHEST = 1e9;
const mix = (x, y, z) => {
  let a = Math.imul(x, 0x9e3779b1) ^ Math.imul(y, 0x85ebca77) ^ Math.imul(z, 0xc2b2ae3d);
  a = Math.imul(a ^ (a >>> 15), 0x2c1b3c6d);
  return a ^ (a >>> 13);
};

/** What a person who sent the file is told, word for word as the server says it. */
export class Unreadable extends Error {}

/** Adds triangles up as they come, and keeps them for as long as they are few. */
export class Tally {
  triangles = 0; degenerate = 0; #volume = 0; #area = 0; #wide = [0, 0, 0]; #edges = [0, 0]; #first = null; #kept = []; #odd = false;
  #low = [Infinity, Infinity, Infinity]; #high = [-Infinity, -Infinity, -Infinity];

  /** Take a Float32Array or Float64Array of nine numbers a triangle, the caller's no more. */
  take(corners) {
    if (!corners.length) return;
    this.#first ??= Array.from(corners.subarray(0, 3));
    const places = Float32Array.from(corners, (v) => v + 0);
    this.#box(places);
    this.#meet(new Uint32Array(places.buffer));
    this.#add(corners);
    this.triangles += corners.length / 9;
    if (this.triangles <= MOST_SHOWN) this.#kept.push(places);
    else this.#kept = [];
  }

  /** Give back {facts, positions}; raises Unreadable where the triangles cannot be a part. */
  end(format, units) {
    if (!this.triangles) throw new Unreadable("The file holds no triangles.");
    const [low, high] = [this.#low, this.#high], far = Math.max(...low.map(Math.abs), ...high.map(Math.abs));
    if (this.#odd || !Number.isFinite(far)) throw new Unreadable("A corner in the file is not a number.");
    if (far > FARTHEST) throw new Unreadable("A corner in the file lies too far out to be part of anything.");
    const positions = this.triangles <= MOST_SHOWN ? joined(this.#kept) : null;
    const watertight = this.#edges.every((sum) => sum === 0), first = this.#first;
    if (!watertight) this.#volume += this.#wide.reduce((sum, v, i) => sum + v * first[i], 0) / 3;
    const pieces = this.triangles <= MOST_SHELLS ? connect(positions, watertight) : { shells: null, open_edges: null, gaps: null };
    const facts = {
      format, units, triangles: this.triangles, size: high.map((v, i) => v - low[i]), volume: Math.abs(this.#volume),
      area: this.#area, watertight, flipped: watertight && this.#volume < 0, degenerate: this.degenerate, ...pieces,
    };
    return { facts, positions };
  }

  #box(places) {
    const low = this.#low, high = this.#high;
    for (let i = 0, axis = 0; i < places.length; i++, axis = axis === 2 ? 0 : axis + 1) {
      const v = places[i];
      if (v < low[axis]) low[axis] = v;
      if (v > high[axis]) high[axis] = v;
      if (v !== v) this.#odd = true;
    }
  }

  // Each edge as a number whose opposite is that of the other direction: closed, they cancel.
  #meet(bits) {
    let [one, two] = this.#edges;
    const a = [0, 0, 0], b = [0, 0, 0];
    for (let i = 0; i < bits.length; i += 9) {
      for (let k = 0; k < 3; k++) {
        const x = bits[i + 3 * k], y = bits[i + 3 * k + 1], z = bits[i + 3 * k + 2];
        a[k] = mix(x, y, z);
        b[k] = mix(y ^ 0x5bd1e995, z, x);
      }
      for (let k = 0; k < 3; k++) {
        const n = k === 2 ? 0 : k + 1;
        one = (one + Math.imul(a[k], b[n]) - Math.imul(a[n], b[k])) | 0;
        two = (two + Math.imul(a[k], (b[n] >>> 7) ^ a[n]) - Math.imul(a[n], (b[k] >>> 7) ^ a[k])) | 0;
      }
    }
    this.#edges = [one, two];
  }

  // Volumes are taken from the first corner and moved to the origin at the end, for gaps' sake.
  #add(p) {
    const [ox, oy, oz] = this.#first, wide = this.#wide;
    let volume = 0, area = 0;
    for (let i = 0; i < p.length; i += 9) {
      const ax = p[i] - ox, ay = p[i + 1] - oy, az = p[i + 2] - oz;
      const ux = p[i + 3] - p[i], uy = p[i + 4] - p[i + 1], uz = p[i + 5] - p[i + 2];
      const vx = p[i + 6] - p[i], vy = p[i + 7] - p[i + 1], vz = p[i + 8] - p[i + 2];
      const x = uy * vz - uz * vy, y = uz * vx - ux * vz, z = ux * vy - uy * vx, length = Math.sqrt(x * x + y * y + z * z);
      volume += ax * x + ay * y + az * z;
      area += length;
      if (!length) this.degenerate++;
      wide[0] += x / 2; wide[1] += y / 2; wide[2] += z / 2;
    }
    this.#volume += volume / 6;
    this.#area += area / 2;
  }
}

function joined(parts) {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Count shells, the edges that are open, and the gaps they make: rims that hang together. */
function connect(positions, closed) {
  const ids = merged(positions), count = ids.length, shells = new Groups(count);
  let points = 0;
  for (let i = 0; i < count; i++) if (ids[i] === i) points++;
  let joins = 0;
  for (let i = 0; i < count; i += 3) joins += shells.join(ids[i], ids[i + 1]) + shells.join(ids[i + 1], ids[i + 2]);
  if (closed) return { shells: points - joins, open_edges: 0, gaps: 0 };
  const rims = new Groups(count), seen = new Set();
  let open = 0, rings = 0;
  for (const [start, end] of openEdges(ids)) {
    open++;
    seen.add(start).add(end);
    rings -= rims.join(start, end);
  }
  return { shells: points - joins, open_edges: open, gaps: rings + seen.size };
}

class Groups {
  constructor(count) { this.up = new Int32Array(count).map((_, i) => i); }

  find(i) {
    const { up } = this;
    while (up[i] !== i) i = up[i] = up[up[i]];
    return i;
  }
  /** Join two; 1 where they were apart. */
  join(a, b) {
    [a, b] = [this.find(a), this.find(b)];
    this.up[Math.max(a, b)] = Math.min(a, b);
    return a === b ? 0 : 1;
  }
}

// Each corner gets the number of the first one at its place.
function merged(positions) {
  const bits = new Uint32Array(positions.buffer), count = positions.length / 3, mask = 2 ** Math.ceil(Math.log2(count * 1.5 + 2)) - 1;
  const slots = new Int32Array(mask + 1).fill(-1), ids = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const x = bits[3 * i], y = bits[3 * i + 1], z = bits[3 * i + 2];
    let at = mix(x, y, z) & mask, there;
    while ((there = slots[at]) >= 0 && !(bits[3 * there] === x && bits[3 * there + 1] === y && bits[3 * there + 2] === z)) at = (at + 1) & mask;
    if (there < 0) slots[at] = i;
    ids[i] = there < 0 ? i : there;
  }
  return ids;
}

/** Edges that are not met as often in one direction as in the other. */
function* openEdges(ids) {
  const mask = 2 ** Math.ceil(Math.log2(ids.length * 1.5 + 2)) - 1;
  const low = new Int32Array(mask + 1).fill(-1), high = new Int32Array(mask + 1), net = new Int32Array(mask + 1);
  for (let i = 0; i < ids.length; i++) {
    const start = ids[i], end = ids[i % 3 === 2 ? i - 2 : i + 1];
    const a = Math.min(start, end), b = Math.max(start, end);
    let at = mix(a, b, 0) & mask;
    while (low[at] >= 0 && !(low[at] === a && high[at] === b)) at = (at + 1) & mask;
    low[at] = a;
    high[at] = b;
    net[at] += Math.sign(end - start);
  }
  for (let at = 0; at <= mask; at++) if (net[at]) yield [low[at], high[at]];
}
