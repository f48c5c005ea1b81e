// XML without the parts of it that do harm: no DTD, no entities, no endless depth.
import { Unreadable } from "./mesh-facts.js";

const DEEPEST = 64, ENTITIES = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
const TAG = /<(?:!--(?:[^-]|-(?!-))*-->|\?[^]*?\?>|!\[CDATA\[[^]*?\]\]>|(\/?)([^\s<>/=!?"']+)((?:\s+[^\s<>/=]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>)/y;
const ATTRIBUTE = /([^\s<>/=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const refuse = () => { throw new Unreadable("The file is damaged: its XML cannot be read."); };

/**
 * Call starts[name](attributes) for each element of `core`, a namespace; `named` hears of every
 * prefix. Names of attributes keep the namespace of their prefix in front. Raises Unreadable.
 */
export async function parse(blocks, core, starts, named = () => {}) {
  const open = [];
  let rest = "", spaces = { xml: "xml" }, begun = false;
  function take(text, last) {
    let at = 0;
    for (;;) {
      const next = text.indexOf("<", at);
      const between = text.slice(at, next < 0 ? text.length : next);
      if (!open.length && /[^\s\ufeff]/.test(between)) refuse();
      if (next < 0) return "";
      if (text.startsWith("<!DOCTYPE", next)) throw new Unreadable("The file is refused: its XML declares a document type, which 3MF forbids.");
      TAG.lastIndex = next;
      const found = TAG.exec(text);
      if (!found) {
        if (last || text.length - next > 1 << 20) refuse();
        return text.slice(next);
      }
      at = TAG.lastIndex;
      if (found[2]) element(found);
    }
  }
  function element([, close, name, words, empty]) {
    if (close) {
      const was = open.pop();
      if (was?.name !== name || words || empty) refuse();
      spaces = was.spaces;
      return;
    }
    if (!open.length && begun) refuse();
    begun = true;
    open.push({ name, spaces });
    if (open.length > DEEPEST) throw new Unreadable("The file is refused: its XML is nested too deep.");
    const own = words.includes("xmlns") ? scope(words) : spaces, [local, prefix] = name.split(":").reverse();
    spaces = own;
    if (prefix !== undefined && own[prefix] === undefined) refuse();
    if ((own[prefix ?? ""] ?? "") === core) starts[local]?.(attributes(words, own));
    if (empty) spaces = open.pop().spaces;
  }
  function scope(words) {
    const own = { ...spaces };
    for (const [, name, a, b] of words.matchAll(ATTRIBUTE)) if (/^xmlns(:|$)/.test(name)) {
      own[name.slice(6)] = plain(a ?? b);
      named(name.slice(6), plain(a ?? b));
    }
    return own;
  }
  for await (const block of blocks) rest = take(rest + block, false);
  if (take(rest, true) || open.length || !begun) refuse();
}

function attributes(words, spaces) {
  const found = Object.create(null);
  for (const [, name, a, b] of words.matchAll(ATTRIBUTE)) {
    if (/^xmlns(:|$)/.test(name)) continue;
    const at = name.indexOf(":"), key = at < 0 ? name : `${spaces[name.slice(0, at)] ?? refuse()} ${name.slice(at + 1)}`;
    if (key in found) refuse();
    found[key] = plain(a ?? b);
  }
  return found;
}

const plain = (text) => (text.includes("&") ? text.replace(/&(#x[\da-f]+|#\d+|\w+)?;?/gi, entity) : text);
function entity(all, name) {
  if (!name || !all.endsWith(";")) refuse();
  if (name[0] !== "#") return ENTITIES[name] ?? refuse();
  const code = /^#x/i.test(name) ? parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code && code <= 0x10ffff ? String.fromCodePoint(code) : refuse();
}
