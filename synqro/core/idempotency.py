"""Stored answers per (store, method, path, key): a repeated POST is answered, not repeated.

A request first claims its key, works, and then keeps its answer. Whatever it makes is
bound to the claim in the transaction that makes it: who takes over from a process that
died finds it there, and who was slow enough to be taken over is stopped by `bind`.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Any

from sqlalchemy import ColumnElement, Index, LargeBinary, and_, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from synqro.core.clock import now
from synqro.core.crypto import seal, unseal
from synqro.core.db import Model, db, transaction
from synqro.core.errors import Conflict

KEPT = timedelta(hours=24)
CLAIMED = timedelta(seconds=60)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class StoredAnswer(Model):
    """`status` and `answer` (sealed) are None while the first request is still running.

    `made` is the id of what that request has made so far.
    """

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index("ix_idempotency_keys_created", "created_at"),)

    store_id: Mapped[str] = mapped_column(primary_key=True)
    method: Mapped[str] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    claim: Mapped[str]
    claimed_at: Mapped[datetime]
    made: Mapped[str | None]
    status: Mapped[int | None]
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


class KeyReused(Conflict):
    code = "idempotency_key_reused"


class InProgress(Conflict):
    code = "idempotency_in_progress"


@dataclass(frozen=True)
class Claim:
    """The right to answer for a key; `made` is what an earlier, dead request has made for it."""

    store_id: str
    method: str
    path: str
    key: str
    token: str = ""
    made: str | None = None


@transaction()
def claim(wanted: Claim, fingerprint: str) -> Claim | str:
    """Claim a key for a request whose body has `fingerprint`, or give back the kept answer.

    Raises KeyReused for another body, InProgress while the first request runs.
    """
    fresh: dict[str, Any] = {
        "fingerprint": fingerprint,
        "claim": token_hex(16),
        "claimed_at": now(),
        "made": None,
        "status": None,
        "answer": None,
        "created_at": now(),
    }
    mine = replace(wanted, token=fresh["claim"])
    if _inserted(mine, fresh):
        return mine
    row = db.session.scalars(
        select(StoredAnswer).where(_row(wanted)).with_for_update(),
        execution_options={"populate_existing": True},
    ).one()
    if row.created_at + KEPT <= now():
        db.session.execute(update(StoredAnswer).where(_row(wanted)).values(fresh))
        return mine
    if row.fingerprint != fingerprint:
        raise KeyReused("This idempotency key was used for another request.")
    if row.answer is not None:
        return unseal(row.answer.decode())
    if row.claimed_at + CLAIMED > now():
        raise InProgress("The first request with this key is still running.", retry_after=1)
    row.claim, row.claimed_at = mine.token, now()
    return replace(mine, made=row.made)


def bind(held: Claim, made: str) -> None:
    """Note what the claim's request has made. Call it inside the transaction that makes it.

    Raises InProgress, and so undoes the making, when another request has taken over.
    """
    noted = update(StoredAnswer).where(_held(held)).values(made=made).returning(StoredAnswer.key)
    if db.session.scalar(noted) is None:
        raise InProgress("Another request with this key has taken over.", retry_after=1)


@transaction()
def keep(held: Claim, status: int, answer: str) -> None:
    """Store the answer for whoever asks again within a day; one taken over keeps nothing."""
    sealed = seal(answer).encode()
    db.session.execute(update(StoredAnswer).where(_held(held)).values(status=status, answer=sealed))


@transaction()
def free(held: Claim) -> None:
    """Give the key back after an answer that is not kept; what was made stays noted."""
    db.session.execute(delete(StoredAnswer).where(_held(held), StoredAnswer.made.is_(None)))
    db.session.execute(update(StoredAnswer).where(_held(held)).values(claimed_at=LONG_AGO))


@transaction()
def purge() -> None:
    """Forget what was kept for longer than a day."""
    db.session.execute(delete(StoredAnswer).where(StoredAnswer.created_at <= now() - KEPT))


def _inserted(mine: Claim, values: dict[str, Any]) -> bool:
    kind = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    row = {"store_id": mine.store_id, "method": mine.method, "path": mine.path, "key": mine.key}
    new = kind.insert(StoredAnswer).values(**row, **values).on_conflict_do_nothing()
    return db.session.scalar(new.returning(StoredAnswer.key)) is not None


def _row(of: Claim) -> ColumnElement[bool]:
    return and_(
        StoredAnswer.store_id == of.store_id,
        StoredAnswer.method == of.method,
        StoredAnswer.path == of.path,
        StoredAnswer.key == of.key,
    )


def _held(held: Claim) -> ColumnElement[bool]:
    return _row(held) & (StoredAnswer.claim == held.token) & StoredAnswer.answer.is_(None)
