// Reads one mesh beside the page: told {file, name}, says {done} on the way, then {facts,
// positions} or {wrong}, a sentence.
import { read3mf } from "./mesh-3mf.js";
import { Tally, Unreadable } from "./mesh-facts.js";
import { readObj } from "./mesh-obj.js";
import { readStl } from "./mesh-stl.js";

const READERS = { stl: readStl, obj: readObj, "3mf": read3mf };

addEventListener("message", async ({ data: { file, name } }) => {
  try {
    const format = /\.(\w+)$/.exec(name)?.[1].toLowerCase(), tally = new Tally();
    if (!(format in READERS)) throw new Unreadable("Only STL, 3MF and OBJ can be measured here.");
    const units = await READERS[format](file, tally, (done) => postMessage({ done }));
    postMessage({ done: 1 });
    const { facts, positions } = tally.end(format, units ?? null);
    postMessage({ facts, positions }, positions ? [positions.buffer] : []);
  } catch (error) {
    postMessage({ wrong: error instanceof Unreadable ? error.message : "The file cannot be read.", detail: String(error) });
  }
});
