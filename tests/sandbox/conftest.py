"""One sandbox per test, on an empty folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.stage import Stage, staged


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with staged(tmp_path) as stage:
        yield stage
