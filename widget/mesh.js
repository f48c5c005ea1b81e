// A mesh understood in the browser: the same facts as the server finds, before the upload ends.
export { inUnits } from "./mesh-units.js";

/**
 * Read a mesh in a worker. `name` tells its kind by its ending; `onprogress` hears a part of 1;
 * `signal` ends it. Resolves to {facts, positions}: the facts in the file's own units, and nine
 * numbers a triangle for the viewer, or null where that would be too many. Rejects with a
 * sentence that says why where the file cannot be read, as AbortError where it was ended.
 */
export function measure(file, { name = file.name, onprogress, signal } = {}) {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const worker = new Worker(new URL("./mesh-worker.js", import.meta.url), { type: "module" });
    const end = (settle, value) => { worker.terminate(); settle(value); };
    signal?.addEventListener("abort", () => end(reject, signal.reason), { once: true });
    worker.onerror = () => end(reject, Error("This browser can't read the file. The workshop will."));
    worker.onmessage = ({ data }) => {
      if (data.wrong) end(reject, Error(data.wrong));
      else if (data.facts) end(resolve, data);
      else onprogress?.(data.done);
    };
    worker.postMessage({ file, name });
  });
}
