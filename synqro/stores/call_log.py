"""Writing down the calls of /v1: together, a moment later, and never in a call's way.

SQLite has one writer at a time: were each call to wait for its turn, reading would be as
slow as writing. What the database does not take is dropped: this is a help for developers,
and not the books.
"""

from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from multiprocessing.util import Finalize
from threading import Lock, Thread, Timer
from typing import Any

from sqlalchemy import insert
from sqlalchemy.exc import SQLAlchemyError
from structlog import get_logger

from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.core.ids import new_id
from synqro.stores.models import ApiRequest

log = get_logger()

GATHER = 0.5  # seconds after which what was noted is written
MOST = 3000  # calls that may wait
BATCH = 500  # rows in one transaction
MERCY = 1.5  # seconds that the end of the process waits for the database


class CallLog:
    """The calls of one process that are not written yet. `context()` is what writing needs.

    There is a thread only while calls wait, and so none before a process is forked. With
    `by_itself` off nothing is written until somebody calls `flush`.
    """

    def __init__(self, context: Callable[[], AbstractContextManager[Any]]) -> None:
        self.by_itself = True
        self._context = context
        self._waiting: deque[dict[str, Any]] = deque()
        self._lock = Lock()
        self._planned = self._ends = False
        self._dropped = 0

    def note(self, **facts: Any) -> None:
        """Keep the `facts` of a call, the columns of its row but `id` and `at`. Never waits."""
        row = {"id": new_id("call"), "at": now(), **facts}
        with self._lock:
            if len(self._waiting) >= MOST:
                self._dropped += 1
                return
            self._waiting.append(row)
            if self._planned or not self.by_itself:
                return
            self._planned = True
        try:
            self._plan()
        except RuntimeError:  # no thread is to be had; the next call tries again
            self._planned = False

    def flush(self) -> None:
        """Write all that waits."""
        try:
            with self._context():
                while rows := self._taken():
                    with transaction():
                        db.session.execute(insert(ApiRequest), rows)
        except SQLAlchemyError as error:
            lost = self._forget()
            log.warning("calls were not written down", lost=lost, error=str(error))
        except Exception:
            self._forget()
            log.exception("calls were not written down")

    def _plan(self) -> None:
        if not self._ends:
            # Runs at the end of a process that multiprocessing made, where atexit does not.
            Finalize(None, self._end, exitpriority=10)
            self._ends = True
        timer = Timer(GATHER, self.flush)
        timer.name, timer.daemon = "log of calls", True
        timer.start()

    def _end(self) -> None:
        last = Thread(target=self.flush, name="log of calls", daemon=True)
        last.start()
        last.join(MERCY)

    def _taken(self) -> list[dict[str, Any]]:
        with self._lock:
            rows = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
            self._planned = bool(rows)
            dropped, self._dropped = self._dropped, 0
        if dropped:
            log.warning("more calls came than could be written down", lost=dropped)
        return rows

    def _forget(self) -> int:
        with self._lock:
            lost = len(self._waiting)
            self._waiting.clear()
            self._planned = False
        return lost
