// Facts as a person reads them: in millimetres, with what to look at. The rules and the words are
// the server's, uploads/mesh/units.py, so that what is said before the upload is said after it.
const MILLIMETRES = { um: 0.001, mm: 1, cm: 10, in: 25.4, ft: 304.8, m: 1000 };
const SMALLEST_MEANT = 10, TINY = 1, HUGE = 1000, FEW = 20;

/** The `mesh` of the API for facts, the units a person chose (or null) and the machine's room. */
export function inUnits(facts, units = null, buildVolume = null) {
  const stated = facts.units || units, factor = MILLIMETRES[stated || "mm"], size = facts.size.map((side) => side * factor);
  const warnings = [...aboutSize(Math.max(...size), !stated), ...aboutMachine(size, buildVolume), ...aboutSurface(facts)];
  return {
    format: facts.format, units: stated || "mm", triangles: facts.triangles,
    size_mm: size.map((side) => tidy(side, 4)), volume_mm3: tidy(facts.volume * factor ** 3, 3), area_mm2: tidy(facts.area * factor ** 2, 3),
    watertight: facts.watertight, shells: facts.shells,
    warnings: warnings.map(([code, message]) => ({ code, message })),
  };
}

function aboutSize(longest, asked) {
  const doubt = (units) => `This may be in ${units}: as millimetres it is ${length(longest)} wide.`;
  if (asked && longest * MILLIMETRES.in < SMALLEST_MEANT) return [["maybe_metres", doubt("metres")]];
  if (asked && longest < SMALLEST_MEANT) return [["maybe_inches", doubt("inches")]];
  if (longest < TINY) return [["tiny", `Very small: ${length(longest)} at its longest.`]];
  return longest > HUGE ? [["huge", `Very large: ${length(longest)} at its longest.`]] : [];
}

function aboutMachine(size, machine) {
  const sorted = (sides) => [...sides].sort((a, b) => a - b), room = machine && sorted(machine);
  const large = room && sorted(size).some((side, i) => side > room[i]);
  return large ? [["too_large_for_machine", `Larger than the machine, which takes ${machine.join(" × ")} mm.`]] : [];
}

function* aboutSurface({ watertight, gaps, flipped, turned, degenerate: count }) {
  const many = (n) => n.toLocaleString("en");
  if (!watertight) {
    const holes = gaps ? `: ${many(gaps)} gap${gaps === 1 ? "" : "s"}` : "";
    yield ["open_edges", `Not watertight${holes}. ${gaps && gaps <= FEW ? "Small ones, usually" : "Usually"} repaired before printing.`];
  }
  const which = turned ? "Parts of its surface face" : "Inside out: its surface faces";
  if (flipped || turned) yield ["flipped", `${which} inwards. Usually turned before printing.`];
  if (count) yield ["degenerate", `${many(count)} triangle${count === 1 ? " has" : "s have"} no area. Harmless when printing.`];
}

const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
const length = (mm) => (mm >= TINY ? `${mm.toLocaleString("en", digits)} mm` : `${tidy(mm, 2).toFixed(10).replace(/\.?0+$/, "")} mm`);

function tidy(number, decimals) {
  if (!number) return 0;
  return Number(number.toFixed(Math.min(100, Math.max(decimals, 3 - Math.floor(Math.log10(number))))));
}
