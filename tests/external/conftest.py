"""WebKit under a screen of its own, as near to an iPhone as a Linux machine comes."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from selenium.webdriver import WebKitGTK
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service

from synqro import stores
from tests.widget.conftest import Host

PHONE = (390, 844)
Open = Callable[..., WebKitGTK]


def program(name: str) -> str:
    """Give back the path of what root has to install."""
    path = shutil.which(name)
    assert path, f"{name} is missing, and .ci/webkit installs it"
    return path


@pytest.fixture(scope="session")
def screen() -> Iterator[str]:
    """An X display that nobody sees, and its name."""
    said, says = os.pipe()
    command = [
        program("Xvfb"),
        "-displayfd",
        str(says),
        "-screen",
        "0",
        "1440x1000x24",
        "-nolisten",
        "tcp",
    ]
    server = subprocess.Popen(command, pass_fds=[says], stderr=subprocess.DEVNULL)
    os.close(says)
    with os.fdopen(said) as lines:
        yield f":{lines.readline().strip()}"
    server.terminate()
    server.wait()


@pytest.fixture
def webkit(screen: str, tmp_path: Path) -> Iterator[Open]:
    """Opens WebKit's own little browser at 390 wide, with these of its flags."""
    running: list[WebKitGTK] = []
    home = tmp_path / "home"
    home.mkdir()

    def start(*flags: str) -> WebKitGTK:
        options = Options()
        # Full screen has no toolbar, which would not let the page be as narrow as a phone.
        for flag in ("--automation", "--full-screen", *flags):
            options.add_argument(flag)
        env = {**os.environ, "DISPLAY": screen, "HOME": str(home), "LC_ALL": "C.UTF-8"}
        driver = WebKitGTK(options=options, service=Service(program("WebKitWebDriver"), env=env))
        running.append(driver)
        driver.set_window_size(*PHONE)
        return driver

    yield start
    for driver in running:
        driver.quit()


@pytest.fixture
def shop(store: stores.Store) -> str:
    """The path of the store's widget."""
    return f"/s/{store.publishable_key}"


@pytest.fixture
def host() -> Iterator[Host]:
    running = Host()
    yield running
    running.close()
