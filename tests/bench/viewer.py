"""The 3D viewer: what it weighs, how soon it shows a part, and how fast the browser measures."""

import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from playwright.sync_api import Page, sync_playwright

from synqro.uploads.mesh.reading import facts as reading
from tests import browsers
from tests.bench import report
from tests.bench.widget import _shop
from tests.uploads import parts

VIEWER_KB = 5.0
VIEWER = ("viewer.js", "lines.js")
READER = (
    "mesh.js", "mesh-units.js", "mesh-worker.js", "mesh-facts.js", "mesh-stl.js", "mesh-obj.js",
    "mesh-3mf.js", "mesh-xml.js", "mesh-zip.js",
)  # fmt: skip
ROUNDS = 5
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
]  # fmt: skip
SHOW = """async ([around, about]) => {
  const name = "ring.stl", count = around * about * 2;
  const bytes = new DataView(new ArrayBuffer(84 + 50 * count));
  bytes.setUint32(80, count, true);
  const place = (u, v) => {
    const a = u % around * 2 * Math.PI / around, b = v % about * 2 * Math.PI / about;
    const r = 20 + 5 * Math.cos(b);
    return [r * Math.cos(a), r * Math.sin(a), 5 * Math.sin(b)];
  };
  let at = 84;
  for (let u = 0; u < around; u++) for (let v = 0; v < about; v++) {
    const p = place(u, v), q = place(u + 1, v), s = place(u + 1, v + 1), t = place(u, v + 1);
    for (const corners of [[p, q, s], [p, s, t]]) {
      corners.flat().forEach((n, i) => bytes.setFloat32(at + 12 + 4 * i, n, true));
      at += 50;
    }
  }
  const { measure } = await import("/s/static/mesh.js");
  const { view } = await import("/s/static/viewer.js");
  const file = new Blob([bytes]), began = performance.now();
  const { positions } = await measure(file, { name });
  const read = performance.now(), box = document.createElement("div");
  box.style.cssText = "position:fixed;width:440px;height:354px";
  document.body.append(box);
  const shown = view(box, positions, [1, 1, 1]);
  const gl = box.querySelector("canvas").getContext("webgl2");
  gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
  const drawn = performance.now();
  shown.release();
  box.remove();
  return [read - began, drawn - read];
}"""


def run() -> None:
    """Weigh the scripts, then read and show a part of ten thousand and of a million triangles."""
    with (
        tempfile.TemporaryDirectory() as name,
        _shop(Path(name)) as (home, shop),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=browsers.chromium(), args=FLAGS)
        try:
            page = browser.new_page()
            page.goto(f"{home}{shop}")
            _weigh(page, home)
            for many in (10_000, 1_000_000):
                _show(page, Path(name), many)
        finally:
            browser.close()


def _weigh(page: Page, home: str) -> None:
    def size(*names: str) -> float:
        gets = [page.request.get(f"{home}/s/static/{name}") for name in names]
        return sum(int(answer.headers["content-length"]) for answer in gets) / 1000

    report.line("viewer, gz", size(*VIEWER), VIEWER_KB, "kB")
    report.note("stage, on pages with a part, gz", size("stage.js"), "kB")
    report.note("reading meshes, gz", size(*READER), "kB")


def _show(page: Page, folder: Path, many: int) -> None:
    path = folder / f"{many}.stl"
    path.write_bytes(parts.stl(parts.torus(around=many // 200, about=100)))
    found = [page.evaluate(SHOW, [many // 200, 100]) for _ in range(ROUNDS)]
    read, drawn = (median(side) for side in zip(*found, strict=True))
    report.note(f"first frame, {many:,} triangles", drawn, "ms", "drawn without a card")
    began = perf_counter()
    source, _ = reading.open_mesh(path, "stl")
    reading.look_closer(source, reading.measure(source))
    detail = f"the server {(perf_counter() - began) * 1000:.0f} ms"
    report.note(f"measured in the browser, {many:,}", read, "ms", detail)


if __name__ == "__main__":
    run()
