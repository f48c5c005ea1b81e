"""The whole product, started as a new user starts it, and a person before a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Frame, Locator, Page, expect

from tests.boot.conftest import Machine
from tests.makers import wait_for

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Machine]:
    """Everything on one machine, with the demo shop."""
    machine = Machine(tmp_path, SYNQRO_DEMO="1", SYNQRO_RATE_LIMITS="off")
    machine.start()
    yield machine
    machine.end()


def widget(page: Page) -> Frame:
    """Give back the shop in the page's iframe, once it is there."""
    page.wait_for_selector("iframe")
    frame = page.query_selector("iframe")
    content = frame and frame.content_frame()
    assert content
    return content


class Keyboard:
    """Someone who uses nothing but the keyboard."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, name: str) -> None:
        """Press Tab until what is called `name` has the focus, in the page or in its frames."""
        for _ in range(150):
            self.page.keyboard.press("Tab")
            if any(name in self.focused(frame) for frame in self.page.frames):
                return
        raise AssertionError(f"Tab never reached {name!r}")

    def focused(self, frame: Frame) -> str:
        said: str = frame.evaluate(
            """() => { const at = document.activeElement;
            if (!at || at === document.body || !document.hasFocus()) return "";
            const label = at.labels?.[0]?.innerText ?? "";
            return [at.getAttribute("aria-label"), label, at.innerText].join(" | "); }"""
        )
        return said

    def press(self, name: str) -> None:
        self.reach(name)
        self.page.keyboard.press("Enter")

    def type(self, name: str, text: str) -> None:
        self.reach(name)
        self.page.keyboard.type(text)


def arrive(page: Page, heading: str) -> None:
    """Wait until the shop has moved on and its new heading has the focus."""
    widget(page).wait_for_function(
        """said => document.activeElement?.tagName === 'H1'
        && document.body.innerText.includes(said)""",
        arg=heading,
        polling=50,  # a frame out of sight paints nothing
    )


def follow(page: Page, link: Locator) -> None:
    """Press what opens another page, and wait until its scripts listen."""
    with page.expect_navigation():
        link.click()


def pay(page: Page) -> None:
    """Press Pay on the sandbox's page."""
    page.wait_for_url("**/sandbox/checkout/**")
    page.locator("button[name=action][value=pay]").click()


def see(page: Page | Frame, text: str) -> None:
    expect(page.locator("body")).to_contain_text(text)


def see_at(page: Page, url: str, text: str) -> None:
    """Open a page that does not follow what happens, until it tells of this."""

    def told() -> bool:
        page.goto(url)
        return text in page.locator("body").inner_text()

    wait_for(told)
