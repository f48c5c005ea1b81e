"""A till at the real sandbox."""

from collections.abc import Callable

import pytest

from synqro.config import Settings
from tests.payments.till import Till, secret_of


@pytest.fixture
def till(sandboxed: str, settings: Settings, run_jobs: Callable[[], int]) -> Till:
    return Till(sandboxed, secret_of(settings), run_jobs)
