"""One thread that writes down what the lanes found, as much in one commit as has come."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from queue import Empty, SimpleQueue
from threading import Event as Flag
from threading import Thread
from time import monotonic, sleep
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, bindparam, insert, update
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError
from structlog import get_logger

from synqro.core.clock import now
from synqro.core.db import after_commit, db, transaction
from synqro.events.claims import Claim, lease_end
from synqro.events.models import (
    Attempt,
    Delivery,
    DeliveryStatus,
    Endpoint,
    EndpointStatus,
    Reason,
)
from synqro.events.turns import Verdict

log = get_logger()
GROUP = 200  # results in one commit
STUBBORN = 60.0  # seconds to go on trying where the database does not take them
PAUSE = 0.25  # seconds between two of those tries

_deliveries = cast(Table, Delivery.__table__)
_attempts = cast(Table, Attempt.__table__)
_endpoints = cast(Table, Endpoint.__table__)
# Two leases may overlap where a clock jumps: what has arrived once stays so.
_tried = (
    update(_deliveries)
    .where(
        _deliveries.c.id == bindparam("delivery_id"),
        _deliveries.c.status != DeliveryStatus.SUCCEEDED,
    )
    .values(
        {
            name: bindparam(name)
            for name in (
                "status",
                "attempts",
                "next_at",
                "first_at",
                "tried_at",
                "response_status",
                "error",
            )
        }
    )
)
# A person may have begun the schedule anew meanwhile: then a failure counts for nothing.
_missed = _tried.where(_deliveries.c.attempts == bindparam("before"))
# Built once: there is one for each endpoint in each group.
_kept = (
    update(_endpoints)
    .where(
        _endpoints.c.id == bindparam("endpoint"),
        _endpoints.c.lease_by == bindparam("me"),
        _endpoints.c.updated_at == bindparam("seen"),
        _endpoints.c.status == EndpointStatus.ENABLED,
    )
    .values({name: bindparam(name) for name in ("lease_until", "failing_since", "doubt", "down")})
    .returning(_endpoints.c.id)
)
_kept_well = _kept.values(warned=0)


class Result(NamedTuple):
    """One try; `attempt` and `verdict.delivery` are rows."""

    claim: Claim
    attempt: dict[str, Any]
    verdict: Verdict


class Release(NamedTuple):
    """An endpoint is left, and left alone until `hold`."""

    claim: Claim
    hold: datetime | None


class Results:
    """What is put in is committed in that order; `settle` waits until it is."""

    def __init__(self, me: str, context: AbstractContextManager[Any]) -> None:
        self._me = me
        self._context = context
        self._queue: SimpleQueue[Result | Release | Flag | None] = SimpleQueue()
        self._hurry = False
        self._thread = Thread(target=self._run, name="webhook results", daemon=True)
        self._thread.start()

    def put(self, item: Result | Release) -> None:
        """Have `item` written soon."""
        self._queue.put(item)

    def settle(self) -> None:
        """Wait until all that was put in so far is written, or given up."""
        flag = Flag()
        self._queue.put(flag)
        flag.wait()

    def close(self, within: float) -> None:
        """Write what is there, and end."""
        self._hurry = True
        self._queue.put(None)
        self._thread.join(within)

    def _run(self) -> None:
        with self._context:
            while (first := self._queue.get()) is not None:
                group, over = self._rest(first)
                self._write([item for item in group if not isinstance(item, Flag)])
                for item in group:
                    if isinstance(item, Flag):
                        item.set()
                if over:
                    return

    def _rest(self, first: Result | Release | Flag) -> tuple[list[Result | Release | Flag], bool]:
        group = [first]
        while len(group) < GROUP:
            try:
                item = self._queue.get_nowait()
            except Empty:
                break
            if item is None:
                return group, True
            group.append(item)
        return group, False

    def _write(self, group: Sequence[Result | Release]) -> None:
        began = monotonic()
        while group:
            renewed = monotonic()
            try:
                kept = self._commit(group)
            except (IntegrityError, DataError) as error:
                log.warning("a result of a webhook is refused", error=str(error))
                if len(group) == 1:
                    break
                for item in group:
                    self._write([item])
                return
            except SQLAlchemyError as error:
                log.warning("results of webhooks are not written yet", error=str(error))
                if self._hurry or monotonic() - began > STUBBORN:
                    break
                sleep(PAUSE)
            else:
                for claim, holds in kept:
                    claim.renewed, claim.lost = renewed, claim.lost or not holds
                return
        for item in group:
            item.claim.lost = True

    @transaction()
    def _commit(self, group: Sequence[Result | Release]) -> list[tuple[Claim, bool]]:
        results = [item for item in group if isinstance(item, Result)]
        if results:
            connection = db.session.connection()
            rows = [_row(result) for result in results]
            arrived = [row for row in rows if row["status"] is DeliveryStatus.SUCCEEDED]
            missed = [
                {**row, "before": row["attempts"] - 1}
                for row in rows
                if row["status"] is not DeliveryStatus.SUCCEEDED
            ]
            for statement, some in ((_missed, missed), (_tried, arrived)):
                if some:
                    connection.execute(statement, some)
            connection.execute(insert(_attempts), [result.attempt for result in results])
        kept = []
        # In the order in which all of a store's are locked, so that nobody waits in a circle.
        for result, releases in _by_endpoint(group):
            if result:
                kept.append((result.claim, self._renew(result)))
            for release in releases:
                self._release(release)
        return kept

    def _renew(self, result: Result) -> bool:
        verdict, claim = result.verdict, result.claim
        standing = verdict.standing
        renew = _kept_well if standing.failing_since is None else _kept
        if verdict.disabled:
            renew = renew.values(_disabled(verdict.disabled))
        values = {
            "endpoint": claim.id,
            "me": self._me,
            "seen": claim.seen,
            "lease_until": lease_end(),
            "failing_since": standing.failing_since,
            "doubt": standing.doubt,
            "down": standing.down,
        }
        kept = db.session.connection().execute(renew, values).scalar()
        if kept and verdict.disabled:
            after_commit("webhooks.tell_owners", claim.id)
        if kept and verdict.revived:
            _call_back(claim.id)
        return kept is not None and not verdict.disabled

    def _release(self, release: Release) -> None:
        mine = update(Endpoint).where(
            Endpoint.id == release.claim.id, Endpoint.lease_by == self._me
        )
        hold = mine.where(Endpoint.updated_at == release.claim.seen).values(next_at=release.hold)
        free = mine.values(lease_until=now(), lease_by=None)
        for statement in (hold, free):
            db.session.execute(statement, execution_options={"synchronize_session": False})


def _by_endpoint(
    group: Sequence[Result | Release],
) -> Iterator[tuple[Result | None, list[Release]]]:
    """Give the last result of each endpoint and its releases, by the endpoints' ids."""
    whose = sorted({item.claim.id for item in group})
    found: dict[str, list[Result | Release]] = {id: [] for id in whose}
    for item in group:
        found[item.claim.id].append(item)
    for items in found.values():
        results = [item for item in items if isinstance(item, Result)]
        releases = [item for item in items if isinstance(item, Release)]
        yield results[-1] if results else None, releases


def _row(result: Result) -> dict[str, Any]:
    return {"delivery_id": result.attempt["delivery_id"], **result.verdict.delivery}


def _disabled(reason: Reason) -> dict[str, Any]:
    return {
        "status": EndpointStatus.DISABLED,
        "disabled_reason": reason,
        "untold": "disabled",
        "disabled_at": now(),
        "updated_at": now(),
    }


def _call_back(endpoint_id: str) -> None:
    """Make all that waits due at once, in its old order."""
    waiting = update(Delivery).where(
        Delivery.endpoint_id == endpoint_id, Delivery.status == DeliveryStatus.PENDING
    )
    db.session.execute(
        waiting.values(next_at=now()), execution_options={"synchronize_session": False}
    )
