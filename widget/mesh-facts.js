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
  triangles = 0; degenerate = 0; #volume = 0; #area = 0; #wide = 0; #edges = [0, 0]; #first = null; #kept = []; #odd = false;
  #low = [Infinity, Infinity, Infinity]; #high = [-Infinity, -Infinity, -Infinity];

  /** Take a Float32Array or Float64Array of nine numbers a triangle, the caller's no more. */
  take(corners) {
    if (!corners.length) return;
    this.#first ??= Array.from(corners.subarray(0, 3));
    const places = new Float32Array(corners.length);
    for (let i = 0; i < corners.length; i++) places[i] = corners[i] + 0; // -0 is 0
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
    const positions = this.triangles <= MOST_SHOWN ? joined(this.#kept) : null, { triangles, degenerate } = this;
    const watertight = this.#edges.every((sum) => sum === 0);
    if (!watertight) this.#volume += this.#wide * this.#first[0];
    const facts = {
      format, units, triangles, size: high.map((v, i) => v - low[i]), volume: Math.abs(this.#volume), area: this.#area, watertight,
      flipped: watertight && this.#volume < 0, degenerate, turned: false, shells: null, open_edges: null, gaps: null,
    };
    const known = triangles <= MOST_SHELLS ? connect(positions, watertight && !degenerate) : {};
    return { facts: { ...facts, ...known }, positions };
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

  // The volume is the flow of (x, 0, 0) through the surface, from the first corner; moved to the
  // origin at the end, which makes a difference where there are gaps.
  #add(p) {
    const ox = this.#first[0];
    let volume = 0, area = 0, wide = 0;
    for (let i = 0; i < p.length; i += 9) {
      const ux = p[i + 3] - p[i], uy = p[i + 4] - p[i + 1], uz = p[i + 5] - p[i + 2];
      const vx = p[i + 6] - p[i], vy = p[i + 7] - p[i + 1], vz = p[i + 8] - p[i + 2];
      const x = uy * vz - uz * vy, y = uz * vx - ux * vz, z = ux * vy - uy * vx, length = Math.sqrt(x * x + y * y + z * z);
      volume += x * (p[i] + p[i + 3] + p[i + 6] - 3 * ox);
      area += length;
      wide += x;
      if (!length) this.degenerate++;
    }
    this.#volume += volume / 6;
    this.#area += area / 2;
    this.#wide += wide / 2;
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

/**
 * Count shells; and, unless the surface is known to be sound, look at its edges. It is watertight
 * if each joins two triangles. Faces turned over as a whole are left as such, for every slicer
 * turns them back; a lone turned triangle is a defect. A gap is a group of edges that are loose.
 */
function connect(positions, sound) {
  const ids = merged(positions), groups = new Groups(ids.length);
  let shells = 0;
  for (let i = 0; i < ids.length; i++) if (ids[i] === i) shells++;
  for (let i = 0; i < ids.length; i += 3) shells -= groups.join(ids[i], ids[i + 1]) + groups.join(ids[i + 1], ids[i + 2]);
  if (sound) return { shells, open_edges: 0, gaps: 0 };
  const edges = new Edges(ids);
  let loose = (at) => edges.meeting[at] !== 2;
  const turned = edges.some((at) => edges.way[at] && !loose(at));
  let watertight = edges.some(() => true) && !edges.some(loose);
  if (watertight && turned && edges.lone()) [watertight, loose] = [false, (at) => edges.way[at]];
  return { shells, watertight, turned, ...(watertight ? { open_edges: 0, gaps: 0 } : edges.gaps(loose, groups)) };
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

// What sines and rounding leave of a zero, in any unit, is zero.
function settled(positions) {
  const found = positions.slice();
  for (let i = 0; i < found.length; i++) {
    const size = Math.abs(found[i]);
    if (size < 1e-8 && size > 1e-37) found[i] = 0;
  }
  return found;
}

// Each corner gets the number of the first one at its place.
function merged(positions) {
  const bits = new Uint32Array(settled(positions).buffer), count = positions.length / 3, mask = 2 ** Math.ceil(Math.log2(count * 1.5 + 2)) - 1;
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

// Each edge once: how many triangles meet there, and how often more in one direction.
class Edges {
  constructor(ids) {
    const room = 2 ** Math.ceil(Math.log2(ids.length * 1.5 + 2));
    [this.ids, this.mask, this.low] = [ids, room - 1, new Int32Array(room).fill(-1)];
    [this.high, this.way, this.meeting] = [new Int32Array(room), new Int32Array(room), new Int32Array(room)];
    for (let i = 0; i < ids.length; i++) {
      const start = ids[i], end = ids[i % 3 === 2 ? i - 2 : i + 1];
      if (start === end) continue;
      const at = this.find(start, end);
      this.meeting[at]++;
      this.way[at] += Math.sign(end - start);
    }
  }

  find(start, end) {
    const a = Math.min(start, end), b = Math.max(start, end), { low, high, mask } = this;
    let at = mix(a, b, 0) & mask;
    while (low[at] >= 0 && !(low[at] === a && high[at] === b)) at = (at + 1) & mask;
    low[at] = a;
    high[at] = b;
    return at;
  }

  some(test) {
    for (let at = 0; at <= this.mask; at++) if (this.low[at] >= 0 && test(at)) return true;
    return false;
  }

  gaps(loose, { up: { length } }) {
    const rims = new Groups(length), seen = new Set();
    let open = 0, joins = 0;
    this.some((at) => {
      if (!loose(at)) return;
      open++;
      seen.add(this.low[at]).add(this.high[at]);
      joins += rims.join(this.low[at], this.high[at]);
    });
    return { open_edges: open, gaps: seen.size - joins };
  }

  // Whether a triangle faces the other way than each of its neighbours.
  lone() {
    const { ids } = this, count = ids.length / 3, patches = new Groups(count), first = new Int32Array(this.mask + 1).fill(-1), sizes = new Int32Array(count);
    for (let i = 0; i < ids.length; i++) {
      const start = ids[i], end = ids[i % 3 === 2 ? i - 2 : i + 1], at = start === end ? -1 : this.find(start, end), mine = Math.floor(i / 3);
      if (at < 0 || this.way[at]) continue;
      if (first[at] < 0) first[at] = mine;
      else patches.join(first[at], mine);
    }
    for (let i = 0; i < count; i++) sizes[patches.find(i)]++;
    return sizes.includes(1);
  }
}
