"""Price rules whose changes are many, worked on a few seconds at a time."""

from time import monotonic

from structlog import get_logger

from synqro import repricer
from synqro.jobs.job import job

log = get_logger()
TURN = 4.0  # seconds


@job
def go_on(store_id: str, run_id: str) -> None:
    """Go on at once with a run that is being applied or undone; the sweep does what is left."""
    repricer.go_on(store_id, run_id, TURN)


@job
def sweep() -> None:
    """Go on with runs in the middle, the oldest first, for as long as one turn lasts."""
    end = monotonic() + TURN
    for run in [(found.store_id, found.id) for found in repricer.half_done()]:
        if monotonic() > end:
            break
        try:
            repricer.go_on(*run, end - monotonic())
        except Exception:  # it is tried again, and must not keep the others waiting
            log.exception("a run of price rules stumbled", store=run[0], run=run[1])


@job
def purge() -> None:
    """Forget old plans that came to nothing."""
    repricer.purge()
