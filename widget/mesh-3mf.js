// 3MF: what its build says, with every object where it stands and as often as it stands.
import { Unreadable } from "./mesh-facts.js";
import { give, Grown } from "./mesh-obj.js";
import { number } from "./mesh-stl.js";
import { parse } from "./mesh-xml.js";
import { openZip, part } from "./mesh-zip.js";

const SCHEMAS = "http://schemas.microsoft.com/3dmanufacturing/";
const CORE = `${SCHEMAS}core/2015/02`, PRODUCTION = `${SCHEMAS}production/2015/06`;
const ROOT = `${SCHEMAS}2013/01/3dmodel`, RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships";
const HARMLESS = [CORE, PRODUCTION, `${SCHEMAS}material/2015/02`, `${SCHEMAS}slice/2015/07`, `${SCHEMAS}trianglesets/2021/07`];
const UNITS = { micron: "um", millimeter: "mm", centimeter: "cm", inch: "in", foot: "ft", meter: "m" };
const DEEPEST = 32, PLACES = 20_000, MOST = 20_000_000;
const refuse = (words) => { throw new Unreadable(words); };

/** Read a 3MF into `tally` and give back its units. Raises Unreadable. */
export async function read3mf(file, tally, done) {
  const parts = await openZip(file), main = await root(file, parts), models = new Map();
  const model = async (name) => models.get(name) ?? models.set(name, await read(part(file, parts, name))).get(name);
  const first = await model(main);
  await reach(first.items, main, model);
  done(0.5);
  count(first.items, main, models);
  if (!(first.unit in UNITS)) refuse(`The file's unit is unknown: “${first.unit.slice(0, 40)}”.`);
  for (const item of first.items) place(item, main, [], models, tally);
  return UNITS[first.unit];
}

async function root(file, parts) {
  const found = [];
  await parse(part(file, parts, "/_rels/.rels"), RELATIONSHIPS, {
    Relationship(said) { if (said.Type === ROOT && said.TargetMode !== "External") found.push(said.Target ?? ""); },
  });
  if (found.length !== 1) refuse("The file is no 3MF: it does not say which model it holds.");
  return inside(`/${found[0].replace(/^\//, "")}`);
}

function inside(name) {
  const words = name.split("/");
  if (words[0] || words.includes("..") || name.includes("\\")) refuse("The file is refused: it points out of itself.");
  return `/${words.filter((word) => word && word !== ".").join("/")}`;
}

async function read(blocks) {
  const model = { unit: "millimeter", objects: new Map(), items: [] }, spaces = new Map();
  let object = fresh();
  await parse(blocks, CORE, {
    model(said) {
      model.unit = said.unit ?? model.unit;
      for (const prefix of (said.requiredextensions ?? "").split(/\s+/).filter(Boolean))
        if (!HARMLESS.includes(spaces.get(prefix) ?? prefix)) refuse(`The file needs an extension of 3MF that we cannot read (“${prefix.slice(0, 40)}”). Export it as a plain 3MF or as STL.`);
    },
    object({ id = "" }) {
      object = fresh();
      if (model.objects.has(id)) refuse("The file gives two objects the same number.");
      model.objects.set(id, object);
    },
    vertex({ x, y, z }) {
      const place = [x, y, z].map((word) => number(word?.trim() ?? ""));
      if (place.includes(undefined)) refuse("A corner in the file is not a number.");
      object.points.push(...place);
    },
    triangle({ v1, v2, v3 }) {
      if (![v1, v2, v3].every((word) => /^\s*[+-]?\d{1,10}\s*$/.test(word))) refuse("A triangle in the file does not name its corners.");
      object.faces.push(Number(v1), Number(v2), Number(v3));
    },
    component(said) { object.components.push(use(said)); },
    item(said) { model.items.push(use(said)); },
  }, (prefix, uri) => { if (!spaces.has(prefix)) spaces.set(prefix, uri); });
  return model;
}

const fresh = () => ({ points: new Grown(Float64Array), faces: new Grown(Int32Array), components: [] });

function use(said) {
  const words = said.transform?.trim().split(/\s+/).map(number);
  if (words && (words.length !== 12 || !words.every(Number.isFinite))) refuse("The file moves an object by something that is no transform.");
  return { id: said.objectid ?? "", part: said[`${PRODUCTION} path`], move: words };
}

// Reads every part that the build reaches, once each.
async function reach(uses, here, model, seen = new Set()) {
  for (const one of uses) {
    const name = one.part ? inside(one.part) : here, key = `${name}\n${one.id}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const found = (await model(name)).objects.get(one.id) ?? refuse("The file names an object that it does not hold.");
    await reach(found.components, name, model, seen);
  }
}

function count(items, here, models) {
  const known = new Map();
  function below(one, from, above) {
    const name = one.part ? inside(one.part) : from, key = `${name}\n${one.id}`;
    if (above.includes(key) || above.length > DEEPEST) refuse("The file is refused: its objects contain themselves, or nest deep.");
    if (!known.has(key)) {
      const found = models.get(name).objects.get(one.id), sum = [1, found.faces.length / 3];
      for (const inner of found.components) below(inner, name, [...above, key]).forEach((v, i) => { sum[i] += v; });
      known.set(key, sum);
    }
    return known.get(key);
  }
  const all = [0, 0];
  for (const item of items) below(item, here, []).forEach((v, i) => { all[i] += v; });
  if (all[0] > PLACES || all[1] > MOST) refuse("The file is refused: it repeats its objects far too often.");
}

function place(one, from, outer, models, tally) {
  const name = one.part ? inside(one.part) : from, found = models.get(name).objects.get(one.id);
  const moves = one.move ? [one.move, ...outer] : outer;
  if (found.faces.length) {
    const [points, faces] = moved(found.points.all, found.faces.all, moves);
    give(points, faces, tally);
  }
  for (const inner of found.components) place(inner, name, moves, models, tally);
}

// A point as a row, with 1 behind it, times a move is the point moved; a mirror turns faces over.
function moved(points, faces, moves) {
  for (const [a, b, c, d, e, f, g, h, i, x, y, z] of moves) {
    const to = new Float64Array(points.length);
    for (let n = 0; n < points.length; n += 3) {
      const [p, q, r] = [points[n], points[n + 1], points[n + 2]];
      to[n] = p * a + q * d + r * g + x;
      to[n + 1] = p * b + q * e + r * h + y;
      to[n + 2] = p * c + q * f + r * i + z;
    }
    points = to;
    if (a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g) < 0) faces = faces.map((_, n) => faces[n - (n % 3) + 2 - (n % 3)]);
  }
  return [points, faces];
}
