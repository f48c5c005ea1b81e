"""Faults on purpose: what dies at random dies the same way again under the same seed."""

import os
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random

import pytest

from tests.chaos.receiver import Receiver
from tests.chaos.shop import Shop

SEED = os.environ.get("CHAOS_SEED") or str(random.randrange(10**6))
MEASURED: list[str] = []
HERE = Path(__file__).parent


def pytest_report_header() -> str:
    return f"chaos: CHAOS_SEED={SEED} repeats this run"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("chaos")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if MEASURED:
        terminalreporter.section(f"measured, CHAOS_SEED={SEED}")
        for line in MEASURED:
            terminalreporter.write_line(line)


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> str:
    return f"{SEED}:{request.node.name}"


@pytest.fixture
def dice(seed: str) -> Random:
    return Random(seed)


@pytest.fixture
def measured(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Say a figure at the end of the run."""
    return lambda line: MEASURED.append(f"{request.node.name}: {line}")


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    folder = tmp_path / "receiver"
    folder.mkdir()
    receiver = Receiver(folder)
    yield receiver
    receiver.stop()


@pytest.fixture
def opened(tmp_path: Path, receiver: Receiver) -> Iterator[Callable[..., Shop]]:
    """Open a shop with settings of its own."""
    with ExitStack() as stack:

        def make(**settings: str) -> Shop:
            shop = Shop(tmp_path, receiver, **settings)
            stack.callback(shop.close)
            shop.open()
            return shop

        yield make


@pytest.fixture
def shop(opened: Callable[..., Shop]) -> Shop:
    """A shop that sells, with one endpoint that hears of everything."""
    shop = opened()
    shop.add_endpoint("/ok/all")
    return shop
