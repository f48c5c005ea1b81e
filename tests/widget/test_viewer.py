"""The part on its stage, in a real browser: a still at first, live when it is wanted."""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
from flask import Flask, g
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from synqro import stores, uploads
from synqro.uploads.mesh.reading import facts as reading
from tests import makers
from tests.uploads import parts

Axe = Callable[[Page], list[str]]
Show = Callable[..., Page]
DRAWS = """() => {
  const draw = WebGL2RenderingContext.prototype.drawArrays;
  window.draws = 0;
  WebGL2RenderingContext.prototype.drawArrays = function (...all) {
    window.draws++;
    draw.apply(this, all);
  };
}"""
DRAWN = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
LOSE = """() => document.querySelector("canvas").getContext("webgl2")
  .getExtension("WEBGL_lose_context").loseContext()"""
PLACE = """async ([html, css]) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets.push(sheet);
  document.querySelector("main").innerHTML = `<div class="pad"><h1>Your part</h1>${html}</div>`;
  await import("/s/static/stage.js");
}"""


@pytest.fixture
def part(tmp_path: Any) -> tuple[bytes, dict[str, Any]]:
    """A ring as an STL, and what the server says of it."""
    path = parts.written(tmp_path, parts.torus(), "stl")
    source, _ = reading.open_mesh(path, "stl")
    facts = reading.look_closer(source, reading.measure(source)) | {"format": "stl", "units": None}
    return path.read_bytes(), uploads.in_units(facts, None)


def picture() -> bytes:
    file = BytesIO()
    Image.new("RGBA", (480, 386), (200, 200, 210, 255)).save(file, "WEBP")
    return file.getvalue()


@pytest.fixture
def show(
    app: Flask, live: str, store: stores.Store, part: tuple[bytes, dict[str, Any]]
) -> Iterator[Show]:
    """Put a part on a page of the widget; its file and its still come from a made-up address."""

    def place(page: Page, *, bytes_said: int = 0, name: str = "ring.stl") -> Page:
        stl, mesh = part
        page.route("**/files/part*", lambda route: answer(route, stl, "model/stl"))
        page.route("**/files/still*", lambda route: answer(route, picture(), "image/webp"))
        page.goto(f"{live}/s/{store.publishable_key}")
        with app.test_request_context():
            g.store = store
            macros = app.jinja_env.get_template("widget/stage.html").module
            html = macros.stage("/files/part", "/files/still", mesh, name, bytes_said)
            html += macros.facts(mesh)
            css = app.jinja_env.globals["widget_asset"]("stage.css")
        page.evaluate(PLACE, [str(html), page.request.get(live + css).text()])
        return page

    yield place


def answer(route: Route, body: bytes, content_type: str) -> None:
    route.fulfill(body=body, content_type=content_type)


def colours(page: Page) -> int:
    """How many colours the middle of the stage shows."""
    image = Image.open(BytesIO(page.locator("part-stage canvas").screenshot()))
    return len(image.convert("RGB").getcolors(1 << 24) or ())


def place_of(page: Page) -> str:
    """The path of the lines, once the box has been measured and drawn to its size."""
    page.evaluate(DRAWN)
    return page.locator(".view > .dims .d").last.get_attribute("d") or ""


def test_a_part_is_still_until_it_is_wanted_then_turns_by_keys(
    page: Page, show: Show, axe: Axe
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script(f"({DRAWS})()")
    show(page)
    view = page.get_by_role("img", name="ring.stl, 50.0 by 50.0 by 10.0 mm")
    expect(page.locator(".still text")).to_have_text(["50.0 mm", "50.0 mm", "10.0 mm"])
    still = page.locator(".still .d").get_attribute("d") or ""
    assert not [url for url in asked if "/files/part" in url or "viewer.js" in url]
    assert axe(page) == []
    view.focus()
    expect(page.locator("part-stage[data-live] canvas")).to_be_visible()
    makers.wait_for(lambda: colours(page) > 12)
    expect(page.locator(".view > .dims:not(.still) text")).to_have_text(
        ["50.0 mm", "50.0 mm", "10.0 mm"]
    )
    first, lines = place_of(page), page.locator(".view > .dims .d").last
    assert still.count("M") == first.count("M")
    page.keyboard.press("ArrowLeft")
    expect(lines).not_to_have_attribute("d", first)
    turned = place_of(page)
    page.keyboard.press("+")
    expect(lines).not_to_have_attribute("d", turned)
    assert place_of(page) != first
    before = page.evaluate("draws")
    page.evaluate("() => new Promise((done) => setTimeout(done, 120))")
    assert page.evaluate("draws") == before, "it draws though nothing changes"
    assert axe(page) == []


def test_it_turns_back_at_once_where_motion_is_not_wanted(browser: Browser, show: Show) -> None:
    with browser.new_context(reduced_motion="reduce", color_scheme="dark") as context:
        page = show(context.new_page())
        page.locator(".view").focus()
        expect(page.locator("part-stage[data-live]")).to_be_attached()
        first = place_of(page)
        box = page.locator(".view").bounding_box()
        assert box
        page.mouse.move(box["x"] + 100, box["y"] + 100)
        page.mouse.down()
        page.mouse.move(box["x"] + 220, box["y"] + 130)
        page.mouse.up()
        expect(page.locator(".view > .dims .d").last).not_to_have_attribute("d", first)
        page.keyboard.press("0")
        assert place_of(page) == first


def test_a_large_part_asks_first_and_its_size_can_be_told_again(page: Page, show: Show) -> None:
    show(page, bytes_said=48_000_000)
    page.locator(".view").focus()
    asks = page.get_by_role("button", name="Show in 3D (48 MB)")
    expect(asks).to_be_visible()
    expect(page.locator("canvas")).to_have_count(0)
    asks.click()
    expect(page.locator("part-stage[data-live]")).to_be_attached()
    expect(asks).to_be_hidden()
    page.evaluate("document.querySelector('part-stage').size = [1270, 1270, 254]")
    expect(page.locator(".view > .dims:not(.still) text").first).to_have_text("1270.0 mm")
    expect(page.get_by_role("img", name="ring.stl, 1270.0 by 1270.0 by 254.0 mm")).to_be_visible()
    page.evaluate(LOSE)
    expect(page.locator("canvas")).to_have_count(0)
    expect(page.locator(".still")).to_be_visible()
    page.get_by_role("button", name="Turn it, or back to the first view").click()
    expect(page.locator("part-stage[data-live]")).to_be_attached()
    page.evaluate("document.querySelector('part-stage').remove()")


@pytest.mark.parametrize("missing", ["WebGL", "file"])
def test_without_it_the_still_and_the_numbers_stand_alone(
    page: Page, show: Show, missing: str
) -> None:
    if missing == "WebGL":
        page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    show(page)
    if missing == "file":
        page.route("**/files/part*", lambda route: route.fulfill(status=404))
    page.locator(".view").focus()
    expect(page.get_by_role("status").filter(has_text="can't be shown in 3D here")).to_be_visible()
    expect(page.locator("canvas")).to_have_count(0)
    expect(page.locator(".still")).to_be_visible()
    expect(page.locator(".facts dd")).to_have_text(["50 × 50 × 10 mm", "9.6 cm³", "1,024"])


def test_a_script_says_the_facts_in_the_words_of_the_page(page: Page, show: Show) -> None:
    show(page)
    shown = page.locator(".facts dd").all_inner_texts()
    said = page.evaluate(
        """async () => {
          const { facts } = await import("/s/static/stage.js");
          const mesh = { size_mm: [50, 50, 10], volume_mm3: 9503.4, triangles: 1024 };
          const small = { size_mm: [0.0439, 1234.56, 0.0002], volume_mm3: 12.34, triangles: 1 };
          return [Object.values(facts(mesh)), Object.values(facts(small))];
        }"""
    )
    assert said[0][::2] == shown[::2]
    assert said[1] == ["0.0439 × 1,234.6 × < 0.001 mm", "12.3 mm³", "1"]
