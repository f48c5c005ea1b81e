"""What the clock does with quotes: prices end, customers are reminded, files are let go."""

from collections.abc import Callable

from synqro import quotes
from synqro.jobs.job import job

BATCH = 50
ROUNDS = 20


@job
def expire_due() -> None:
    """End the prices whose last day is over."""
    _in_batches(quotes.expire_due)


@job
def remind_due() -> None:
    """Remind customers of prices that end soon."""
    _in_batches(quotes.remind_due)


@job
def let_files_go() -> None:
    """Give the files of ended quotes their last day."""
    _in_batches(quotes.let_files_go)


@job
def purge_drafts() -> None:
    """Forget old drafts of quotes that have ended."""
    _in_batches(quotes.purge_drafts)


def _in_batches(sweep: Callable[[int], int]) -> None:
    for _ in range(ROUNDS):
        if sweep(BATCH) < BATCH:
            break
