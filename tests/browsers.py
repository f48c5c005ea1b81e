"""The Chromium that the browser tests drive, and what axe says of a page in it."""

import os
import shutil
from pathlib import Path

from playwright.sync_api import Frame, Page

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
# A colour half-way through its transition is nobody's to judge.
STILL = """Promise.all(document.getAnimations()
    .filter((one) => one.effect?.getComputedTiming().endTime !== Infinity)
    .map((one) => one.finished.catch(() => {})))"""


def chromium() -> str | None:
    """Give back the path of a Chromium, None where only Playwright's own may be there."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def headless_shell() -> str | None:
    """Give back the path of Chromium's headless shell, or of a whole Chromium."""
    return os.environ.get("HEADLESS_SHELL") or shutil.which("chromium-headless-shell") or chromium()


def violations(page: Page | Frame) -> list[str]:
    """Give back what axe finds wrong on a page, one line for each."""
    page.evaluate(STILL)
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{v['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for v in found["violations"]
        for node in v["nodes"]
    ]
