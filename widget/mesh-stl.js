// STL: 80 bytes of header, a count and 50 bytes a triangle; or the same as text.
import { Unreadable } from "./mesh-facts.js";

const HEAD = 84, EACH = 50, SOME = 80_000;
const NUMBER = "\\s+(\\S{1,64})";
const SOLIDS = "\\s*(?:(?:end\\s*)?solid\\b[^\\r\\n]*[\\r\\n]\\s*)*";
const FACET = new RegExp(`^${SOLIDS}facet\\b[^\\r\\n]*?\\s+outer\\s+loop\\s+${`vertex${NUMBER.repeat(3)}\\s+`.repeat(3)}endloop\\s*$`, "i");
const END = new RegExp(`^${SOLIDS}(?:end\\s*solid\\b[^\\r\\n]*)?\\s*$`, "i");
const LONGEST = 1 << 20;
const thousands = (n) => n.toLocaleString("en");

/** Read a binary or a text STL into `tally`. Its size decides which it is. Raises Unreadable. */
export async function readStl(file, tally, done) {
  const head = new Uint8Array(await file.slice(0, HEAD).arrayBuffer()), whole = head.length === HEAD;
  const count = whole ? new DataView(head.buffer).getUint32(80, true) : 0, held = Math.floor((file.size - HEAD) / EACH);
  if (whole && count === held && count) return binary(file, count, tally, done);
  if (/^(?:\xef\xbb\xbf)?\s*solid/i.test(String.fromCharCode(...head))) return text(file, tally, done);
  if (!whole) throw new Unreadable("The file ends in the middle: an STL is at least 84 bytes long.");
  if (held < count) throw new Unreadable(`The file ends in the middle: it says ${thousands(count)} triangles and holds ${thousands(Math.max(held, 0))}.`);
  if (!count) throw new Unreadable("The file holds no triangles.");
  throw new Unreadable(`The file says ${thousands(count)} triangles and holds ${thousands(held)}.`);
}

async function binary(file, count, tally, done) {
  for (let first = 0; first < count; first += SOME) {
    const some = Math.min(SOME, count - first), at = HEAD + first * EACH;
    const bytes = new DataView(await file.slice(at, at + some * EACH).arrayBuffer()), corners = new Float32Array(some * 9);
    for (let i = 0, to = 0; i < some; i++)
      for (let from = i * EACH + 12, end = from + 36; from < end; from += 4) corners[to++] = bytes.getFloat32(from, true);
    tally.take(corners);
    done((first + some) / count);
  }
}

async function text(file, tally, done) {
  let rest = "", read = 0;
  for await (const block of words(file)) {
    const facets = (rest + block).split(/end\s*facet/i);
    rest = facets.pop();
    if (facets.length) tally.take(Float32Array.from(facets.flatMap(corners)));
    else if (rest.length > LONGEST) throw new Unreadable("The file is not an STL: a facet in it has no end.");
    done((read += block.length) / file.size);
  }
  if (!END.test(rest)) throw new Unreadable("The file ends in the middle of a triangle.");
}

function corners(facet) {
  const found = FACET.exec(facet);
  if (!found) throw new Unreadable(`The file is not an STL: ${shown(facet)} is no facet.`);
  return found.slice(1).map((word) => number(word) ?? fail(`The file is not an STL: ${shown(word)} is no number.`));
}

/** A number as text writes it, undefined where it is none. */
export const number = (word) => (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(word) ? Number(word) : /^[+-]?(?:nan|inf(?:inity)?)$/i.test(word) ? NaN : undefined);
export const shown = (words) => `“${words.trim().split(/\s+/).join(" ").slice(0, 40)}”`;
const fail = (words) => { throw new Unreadable(words); };

/** The text of a file, block by block. */
export async function* words(file) {
  const decoder = new TextDecoder();
  for (let at = 0; at < file.size; at += LONGEST) {
    const last = at + LONGEST >= file.size;
    yield decoder.decode(await file.slice(at, at + LONGEST).arrayBuffer(), { stream: !last });
  }
}
