"""The pump: one thread that takes endpoints on lease and hands them to the lanes."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from threading import Event as Flag
from threading import Thread
from time import monotonic
from typing import Any, Self

from sqlalchemy.exc import SQLAlchemyError
from structlog import get_logger

from synqro.core.clock import now
from synqro.core.db import db
from synqro.core.ids import new_id
from synqro.core.queue import heard
from synqro.events.claims import claim
from synqro.events.lanes import LANES, Lanes
from synqro.events.results import Results

log = get_logger()
Context = Callable[[], AbstractContextManager[Any]]

LOOK = 0.05  # seconds between two looks while lanes are busy
SWEEP = 3.0  # seconds between two looks while no bell rings: Redis may be away
TROUBLED = LANES // 2  # lanes at most for endpoints that failed of late
MERCY = 1.5  # seconds that tries under way may take at the end
AILING = 1.0  # seconds until another look where the database did not answer


class Pump:
    """Sends what is due, from the first `wake` on, in threads of its own.

    It looks when it is woken, when a plan comes due, and every SWEEP seconds.

    Each thread lives inside a `context()`. Any number of pumps, in any number of processes,
    share the endpoints by leases in the database. Use it as a context manager.
    """

    def __init__(self, context: Context) -> None:
        self._me = new_id("pump")
        self._context = context
        self._results = Results(self._me, context())
        self._lanes = Lanes(self._results, context, self._left)
        self._woken, self._changed, self._stop = Flag(), Flag(), Flag()
        self._next = monotonic() + SWEEP
        self._thread: Thread | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def wake(self) -> None:
        """Look for what is due now. Comes back at once."""
        self._woken.set()
        if self._thread is None:
            self._thread = Thread(target=self._run, name="webhook pump", daemon=True)
            self._thread.start()

    def drain(self) -> None:
        """Send in this pump's lanes whatever is due, and come back when nothing more is."""
        heard()
        while not self._stop.is_set():
            self._changed.clear()
            busy = [*self._lanes.busy]  # one that is left from here on may be due again
            if self._give(busy):
                continue
            if not busy:
                return
            self._changed.wait(LOOK)

    def close(self, within: float = MERCY) -> None:
        """Claim nothing more, wait for tries under way, write down what they found.

        A try that takes longer is left behind: its lease runs out, and it is sent again.
        """
        self._stop.set()
        self._woken.set()
        self._changed.set()
        end = monotonic() + within
        if self._thread is not None:
            self._thread.join(within)
        self._lanes.close(max(0, end - monotonic()))
        self._results.close(max(0.5, end - monotonic()))

    def _run(self) -> None:
        with self._context():
            while not self._stop.is_set():
                self._woken.wait(max(0.0, self._next - monotonic()))
                self._woken.clear()
                if self._next <= monotonic():  # a bell that rings before leaves the plan as it is
                    self._next = monotonic() + SWEEP
                try:
                    self.drain()
                except SQLAlchemyError as error:
                    log.warning("the pump of webhooks waits", error=str(error))
                    self._plan(AILING)
                except Exception:
                    log.exception("the pump of webhooks stumbled")
                    self._plan(AILING)
                finally:
                    db.session.remove()

    def _give(self, busy: Sequence[str]) -> int:
        free = self._lanes.free
        if not free:
            return 0
        healthy = self._lanes.troubled >= TROUBLED
        most = free if healthy else max(1, min(free, TROUBLED))
        found = claim(self._me, most, healthy=healthy, without=busy)
        for one in found:
            self._lanes.give(one)
        return len(found)

    def _left(self, hold: datetime | None) -> None:
        if hold is not None:
            self._plan((hold - now()).total_seconds())
        self._changed.set()

    def _plan(self, seconds: float) -> None:
        self._next = min(self._next, monotonic() + seconds)
