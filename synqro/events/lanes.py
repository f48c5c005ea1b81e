"""Threads that each serve one endpoint at a time, over a connection that is kept."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from queue import SimpleQueue
from threading import Event as Flag
from threading import Lock, Thread
from time import monotonic
from typing import Any

from structlog import get_logger

from synqro.core.clock import now
from synqro.core.ids import new_id
from synqro.core.safe_http import Kept
from synqro.core.wiring import settings
from synqro.events.claims import Claim, changed, next_try, parcels
from synqro.events.results import Release, Result, Results
from synqro.events.sending import KEEP, send
from synqro.events.turns import Outcome, Parcel, judge

log = get_logger()
LANES = 16
BATCH = 100  # deliveries read at once
TURN = 2.0  # seconds after which the next endpoint has its turn
SLOW = 0.5  # seconds after which a lane waits for its lease to be renewed


class Lanes:
    """At most LANES endpoints are served at once; `left` is told of each that is left."""

    def __init__(
        self,
        results: Results,
        context: Callable[[], AbstractContextManager[Any]],
        left: Callable[[datetime | None], None],
    ) -> None:
        self._results, self._context, self._left = results, context, left
        self._queue: SimpleQueue[Claim | None] = SimpleQueue()
        self._kept = Kept()
        self._lock = Lock()
        self._threads: list[Thread] = []
        self._stop = Flag()
        self.busy: dict[str, Claim] = {}

    @property
    def free(self) -> int:
        """How many more endpoints could be served now."""
        return LANES - len(self.busy)

    @property
    def troubled(self) -> int:
        """How many lanes serve an endpoint that failed of late."""
        return sum(claim.standing.failing_since is not None for claim in [*self.busy.values()])

    def give(self, claim: Claim) -> None:
        """Have an endpoint served. Only one thread may call this."""
        with self._lock:
            self.busy[claim.id] = claim
        if len(self._threads) < min(LANES, len(self.busy)):
            name = f"webhook lane {len(self._threads) + 1}"
            self._threads.append(Thread(target=self._run, name=name, daemon=True))
            self._threads[-1].start()
        self._queue.put(claim)

    def close(self, within: float) -> None:
        """Begin no more tries, and wait for those under way; what takes longer is left behind."""
        self._stop.set()
        for _ in self._threads:
            self._queue.put(None)
        end = monotonic() + within
        for thread in self._threads:
            thread.join(max(0, end - monotonic()))
        if not self.busy:
            self._kept.close()

    def _run(self) -> None:
        with self._context():
            while (claim := self._queue.get()) is not None:
                hold: datetime | None = None
                try:
                    hold = self._serve(claim)
                except Exception:
                    log.exception("an endpoint could not be served", endpoint=claim.id)
                finally:
                    self._results.put(Release(claim, hold))
                    self._results.settle()
                    self._left(hold)  # before: the pump sleeps once it sees that nobody is busy
                    with self._lock:
                        del self.busy[claim.id]
                    self._left(None)

    def _serve(self, claim: Claim) -> datetime | None:
        end = monotonic() + TURN
        hold: datetime | None = None
        while not hold and monotonic() < end and not self._stop.is_set() and not claim.lost:
            found = parcels(claim, BATCH)
            if not found:
                break
            more, hold = self._send(claim, found, end)
            self._results.settle()
            if not more:
                break
        if claim.standing.down and not claim.lost:
            tried = next_try(claim)
            hold = max(tried, hold) if tried and hold else tried or hold
        return hold

    def _send(self, claim: Claim, found: list[Parcel], end: float) -> tuple[bool, datetime | None]:
        for number, parcel in enumerate(found):
            if not claim.holds:
                self._results.settle()
            if self._stop.is_set() or not claim.holds or changed(claim):
                return False, None
            began = monotonic()
            was_down = claim.standing.down
            outcome = send(claim, parcel, self._kept)
            verdict = judge(claim.standing, parcel, outcome, now(), settings().webhook_waits)
            claim.standing = verdict.standing
            self._results.put(Result(claim, _attempt(parcel, outcome), verdict))
            if verdict.stop or verdict.hold:
                # One that is down but answers gets a chance with a delivery it never saw.
                chance = was_down and outcome.status and not number and not verdict.hold
                if not (chance and not verdict.disabled and not verdict.revived):
                    return verdict.revived, verdict.hold
            if monotonic() > end:
                return False, None
            if monotonic() - began > SLOW:
                self._results.settle()
        return not claim.standing.down, None


def _first(headers: Mapping[str, str]) -> dict[str, str]:
    """Keep as much of the headers as of a body; a hundred of 64 KiB each may have come."""
    kept: dict[str, str] = {}
    left = KEEP
    for name, value in headers.items():
        if left <= 0:
            break
        kept[name[:left]] = value[: max(0, left - len(name))]
        left -= len(name) + len(value)
    return kept


def _attempt(parcel: Parcel, outcome: Outcome) -> dict[str, Any]:
    return {
        "id": new_id("att"),
        "delivery_id": parcel.id,
        "at": outcome.at,
        "request_headers": outcome.sent or None,
        "response_status": outcome.status,
        "response_headers": _first(outcome.headers) if outcome.status else None,
        "response_body": outcome.body,
        "error": outcome.error,
        "duration_ms": outcome.ms,
    }
