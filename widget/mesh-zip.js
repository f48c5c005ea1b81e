// A 3MF's zip, opened without trust: nothing is unpacked that could swell.
import { Unreadable } from "./mesh-facts.js";

const ENTRIES = 5000, DIRECTORY = 1 << 20, SWOLLEN = 200, LARGE = 1 << 20, MOST = 2 ** 30, BIG = 0xffffffff;
const DAMAGED = "The file is damaged: its zip cannot be read.", SWELLS = "The file is refused: it would swell to many times its size.";
const shown = (name) => `“${name.slice(0, 60)}”`;
const refuse = (words) => { throw new Unreadable(words); };
const bytes = async (file, from, to) => new DataView(await file.slice(from, to).arrayBuffer());

/** Open the zip and give back its parts: a Map of names without case. Raises Unreadable. */
export async function openZip(file) {
  const { entries, at, size } = await directory(file);
  if (entries > ENTRIES || size > DIRECTORY) refuse("The file is refused: it holds far too many parts for a 3MF.");
  const list = await bytes(file, at, at + size), parts = new Map();
  let whole = 0;
  for (let place = 0, n = 0; n < entries; n++) {
    if (place + 46 > list.byteLength || list.getUint32(place, true) !== 0x02014b50) refuse(DAMAGED);
    const entry = read(list, place);
    check(entry);
    whole += entry.size;
    const key = entry.name.toLowerCase();
    if (parts.has(key)) refuse(`The file holds ${shown(entry.name)} twice.`);
    parts.set(key, entry);
    place = entry.next;
  }
  if (whole > MOST || (whole > LARGE && whole > SWOLLEN * file.size)) refuse(SWELLS);
  return parts;
}

async function directory(file) {
  const from = Math.max(0, file.size - 65_536 - 128), tail = await bytes(file, from, file.size);
  let at = tail.byteLength - 22;
  while (at >= 0 && tail.getUint32(at, true) !== 0x06054b50) at--;
  if (at < 0) refuse("The file is no 3MF, or it ends in the middle.");
  let entries = tail.getUint16(at + 10, true), size = tail.getUint32(at + 12, true), start = tail.getUint32(at + 16, true);
  if ((entries === 0xffff || size === BIG || start === BIG) && at >= 20) {
    const wide = Number(tail.getBigUint64(at - 12, true)) - from;
    if (!(wide >= 0 && wide + 56 <= tail.byteLength) || tail.getUint32(wide, true) !== 0x06064b50) refuse(DAMAGED);
    [entries, size, start] = [32, 40, 48].map((off) => Number(tail.getBigUint64(wide + off, true)));
  }
  if (start + size > file.size) refuse(DAMAGED);
  return { entries, at: start, size };
}

function read(list, at) {
  const u16 = (off) => list.getUint16(at + off, true), u32 = (off) => list.getUint32(at + off, true);
  const [named, extra, comment] = [28, 30, 32].map(u16), next = at + 46 + named + extra + comment;
  if (next > list.byteLength) refuse(DAMAGED);
  const entry = {
    flags: u16(8), method: u16(10), crc: u32(16), packed: u32(20), size: u32(24), at: u32(42), next,
    name: new TextDecoder().decode(new Uint8Array(list.buffer, at + 46, named)),
  };
  for (let off = 46 + named, end = off + extra; off + 4 <= end; off += 4 + u16(off + 2)) {
    if (u16(off) !== 1) continue;
    let place = at + off + 4;
    for (const field of ["size", "packed", "at"]) if (entry[field] === BIG && place + 8 <= next) {
      entry[field] = Number(list.getBigUint64(place, true));
      place += 8;
    }
  }
  return entry;
}

function check({ flags, method, name, size, packed }) {
  if (flags & 1) refuse("The file is locked with a password.");
  if (method !== 0 && method !== 8) refuse("The file is packed in a way that 3MF does not allow.");
  const words = name.replaceAll("\\", "/").split("/");
  if (words.includes("..") || !words[0] || words[0].includes(":")) refuse(`The file is refused: ${shown(name)} points out of it.`);
  if (size > LARGE && size > SWOLLEN * Math.max(packed, 1)) refuse(SWELLS);
}

/** The text of a part by its absolute name, block by block. Raises Unreadable. */
export async function* part(file, parts, name) {
  const entry = parts.get(name.replace(/^\//, "").toLowerCase());
  if (!entry) refuse(`The file lacks ${shown(name)}, which it names.`);
  const damaged = "The file is damaged: its XML cannot be read.";
  try {
    const head = await bytes(file, entry.at, entry.at + 30);
    if (head.getUint32(0, true) !== 0x04034b50) throw Error("no local header");
    const from = entry.at + 30 + head.getUint16(26, true) + head.getUint16(28, true);
    let stream = file.slice(from, from + entry.packed).stream();
    if (entry.method) stream = stream.pipeThrough(new DecompressionStream("deflate-raw"));
    yield* decoded(stream.getReader(), entry);
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    refuse(damaged);
  }
}

async function* decoded(reader, entry) {
  let crc = -1, length = 0, decoder;
  for (let next; !(next = await reader.read()).done;) {
    const block = next.value;
    for (const byte of block) crc = CRC[(crc ^ byte) & 255] ^ (crc >>> 8);
    if ((length += block.length) > entry.size) throw Error("longer than it says");
    decoder ??= new TextDecoder(block[0] === 0xff ? "utf-16le" : block[0] === 0xfe ? "utf-16be" : "utf-8", { fatal: true });
    yield decoder.decode(block, { stream: true });
  }
  if (length !== entry.size || (crc ^ -1) >>> 0 !== entry.crc) throw Error("not what was packed");
  if (decoder) yield decoder.decode();
}

const CRC = Int32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n;
});
