"""What one try means for its delivery and its endpoint.

In order while the endpoint answers. A delivery that failed three times steps aside; when the
next one fails as well the endpoint is down: the rest wait for a first success.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from synqro.events.models import DeliveryStatus, Reason
from synqro.events.schedule import GIVE_UP, asked_wait, wait_after

IN_LINE = 3  # tries before a delivery steps aside
GONE = 410


@dataclass(frozen=True)
class Standing:
    """How an endpoint answers, as its row says."""

    failing_since: datetime | None = None
    doubt: str | None = None
    down: bool = False


class Parcel(NamedTuple):
    """A delivery that is due, with what is sent."""

    id: str
    event_id: str
    attempts: int
    first_at: datetime | None
    body: bytes


class Outcome(NamedTuple):
    """One try: what came back, or why nothing did."""

    at: datetime
    status: int | None
    headers: Mapping[str, str]
    body: bytes | None
    error: str | None
    ms: int
    sent: Mapping[str, str] = MappingProxyType({})
    """The request's headers, but Host."""

    @property
    def arrived(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class Verdict(NamedTuple):
    """`hold`: until when the endpoint is left alone; `stop`: nothing more is sent for now."""

    delivery: dict[str, Any]
    standing: Standing
    stop: bool = False
    hold: datetime | None = None
    disabled: Reason | None = None
    revived: bool = False


def judge(
    standing: Standing, parcel: Parcel, outcome: Outcome, done: datetime, waits: Sequence[float]
) -> Verdict:
    """Say what follows from a try that ended at `done`; `waits` are seconds."""
    first = parcel.first_at or outcome.at
    tried = {
        "attempts": parcel.attempts + 1,
        "first_at": first,
        "tried_at": outcome.at,
        "response_status": outcome.status,
        "error": outcome.error,
    }
    if outcome.arrived:
        said = {**tried, "status": DeliveryStatus.SUCCEEDED, "next_at": done}
        # One that failed before and now arrives shows that the endpoint is back.
        revived = standing.down and parcel.attempts > 0
        return Verdict(said, Standing(), stop=revived, revived=revived)
    asked = asked_wait(outcome.headers, done)
    end = first + GIVE_UP
    due = done + max(wait_after(parcel.attempts + 1, waits), asked)
    status = DeliveryStatus.FAILED if done >= end else DeliveryStatus.PENDING
    if outcome.status == GONE:
        status = DeliveryStatus.PENDING
    said = {**tried, "status": status, "next_at": max(done, min(due, end))}
    verdict = _failed(standing, parcel, said)
    if asked:
        verdict = verdict._replace(stop=True, hold=max(verdict.hold or done, done + asked))
    return _perhaps_disabled(verdict, outcome, done)


def _failed(standing: Standing, parcel: Parcel, said: dict[str, Any]) -> Verdict:
    since = replace(standing, failing_since=standing.failing_since or said["tried_at"])
    if standing.down:
        return Verdict(said, since, stop=True)
    if parcel.attempts >= IN_LINE:
        return Verdict(said, replace(since, doubt=standing.doubt or parcel.id))
    if standing.doubt not in (None, parcel.id):
        return Verdict(said, replace(since, down=True), stop=True)
    if said["status"] is DeliveryStatus.PENDING and said["attempts"] < IN_LINE:
        return Verdict(said, since, stop=True, hold=said["next_at"])
    return Verdict(said, replace(since, doubt=parcel.id))


def _perhaps_disabled(verdict: Verdict, outcome: Outcome, done: datetime) -> Verdict:
    since = verdict.standing.failing_since
    if outcome.status == GONE:
        return verdict._replace(stop=True, disabled=Reason.GONE)
    if since and done - since >= GIVE_UP:
        return verdict._replace(stop=True, disabled=Reason.FAILING)
    return verdict
