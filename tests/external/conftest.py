"""WebKit under a screen of its own, as near to an iPhone as a Linux machine comes."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from selenium.common import WebDriverException
from selenium.webdriver import Remote
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service
from urllib3.exceptions import HTTPError

from synqro import stores
from tests.widget.conftest import Host

PHONE = (390, 844)
PATIENCE = 60  # seconds for whatever the browser is told
STARTS = 5
Open = Callable[..., Remote]


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
    home = tmp_path / "home"
    home.mkdir()
    stack = ExitStack()

    def start(*flags: str) -> Remote:
        options = Options()
        # Full screen has no toolbar, which would not let the page be as narrow as a phone.
        for flag in ("--automation", "--full-screen", *flags):
            options.add_argument(flag)
        env = {**os.environ, "DISPLAY": screen, "HOME": str(home), "LC_ALL": "C.UTF-8"}
        driver = begun(options, env, stack)
        driver.set_window_size(*PHONE)
        return driver

    with stack:
        yield start


def begun(options: Options, env: dict[str, str], stack: ExitStack, left: int = STARTS) -> Remote:
    """Start a browser and what drives it, both to be ended by `stack`.

    A browser that is held up as it starts may end before its driver knows of it, and the driver
    waits for it for ever: then both are started anew.
    """
    service = Service(program("WebKitWebDriver"), env=env)
    service.start()
    address = service.service_url
    try:
        driver = Remote(
            address, options=options, client_config=ClientConfig(address, timeout=PATIENCE)
        )
    except HTTPError:
        service.stop()
        if left == 1:
            raise
        return begun(options, env, stack, left - 1)
    stack.callback(ended, driver, service)
    return driver


def ended(driver: Remote, service: Service) -> None:
    """End both, also where the browser has gone before."""
    with suppress(WebDriverException, HTTPError):
        driver.quit()
    service.stop()


@pytest.fixture
def shop(store: stores.Store) -> str:
    """The path of the store's widget."""
    return f"/s/{store.publishable_key}"


@pytest.fixture
def host() -> Iterator[Host]:
    running = Host()
    yield running
    running.close()
