"""How far the payouts of each account were read, and whose turn it is."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from synqro import payments
from synqro.core.clock import now
from synqro.core.db import after_commit, db, insert_into, transaction
from synqro.settlements.models import PayoutSync

LEASE = timedelta(minutes=5)
AGAIN = timedelta(hours=1)  # should an event have been lost
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
MOST_DOUBLED = 10


def alone(store_id: str, account_id: str) -> None:
    """Let nobody else settle payouts of a store's account until the transaction ends.

    They hang together: what fails comes back with another.
    """
    _begin([(store_id, account_id)])
    mine = select(PayoutSync.store_id).filter_by(store_id=store_id, account_id=account_id)
    db.session.execute(mine.with_for_update())


def due_syncs(limit: int = 50, skip: Collection[str] = frozenset()) -> list[tuple[str, str]]:
    """Give back (store id, account id) whose payouts are to be read, the longest due first, none
    of the stores in `skip`.

    An account that was connected, however long ago, is due at once.
    """
    known = db.session.execute(select(PayoutSync.store_id, PayoutSync.account_id))
    there = {(store_id, account_id) for store_id, account_id in known}
    if missing := [pair for pair in payments.paid_accounts() if pair not in there]:
        _begin_all(missing)
    due = select(PayoutSync.store_id, PayoutSync.account_id).where(PayoutSync.next_at <= now())
    due = due.where(PayoutSync.store_id.not_in(skip))
    found = db.session.execute(due.order_by(PayoutSync.next_at).limit(limit))
    return [(store_id, account_id) for store_id, account_id in found]


@transaction()
def make_due(store_id: str, account_id: str) -> None:
    """Let a turn at an account be due now, also where it was never read."""
    _begin([(store_id, account_id)])
    _set(store_id, account_id, next_at=now())


@transaction()
def claim(store_id: str, account_id: str) -> PayoutSync | None:
    """Take a turn at an account that is due; None where it is not, or another worker has it."""
    mine = update(PayoutSync).where(*_is(store_id, account_id), PayoutSync.next_at <= now())
    taken = mine.values(next_at=now() + LEASE).returning(PayoutSync)
    return db.session.scalar(taken, execution_options={"populate_existing": True})


@transaction()
def read_up_to(store_id: str, account_id: str, payout_id: str) -> None:
    """Note that this payout was read, and all that are newer."""
    _set(store_id, account_id, cursor=payout_id)


@transaction()
def read(store_id: str, account_id: str, *, complete: bool) -> None:
    """Note that a turn went well; it goes on at once until all older payouts were read."""
    at = now()
    went = {"checked_at": at, "attempts": 0, "error": None}
    if complete:
        _set(store_id, account_id, next_at=at + AGAIN, complete=True, cursor=None, **went)
    else:
        _set(store_id, account_id, next_at=at, **went)
        after_commit("settlements.sync", store_id, account_id)


@transaction()
def failed(sync: PayoutSync, why: str) -> None:
    """Note that a turn failed, and why in a sentence: the next one comes after a while."""
    wait = min(FIRST_WAIT * 2 ** min(sync.attempts, MOST_DOUBLED), LONGEST_WAIT)
    _set(
        sync.store_id,
        sync.account_id,
        next_at=now() + wait,
        attempts=sync.attempts + 1,
        error=why,
    )


@transaction()
def forget(store_id: str, account_id: str) -> None:
    """Read an account no more, for the store has left it."""
    db.session.execute(delete(PayoutSync).where(*_is(store_id, account_id)))


@transaction()
def _begin_all(pairs: list[tuple[str, str]]) -> None:
    _begin(pairs)


def _begin(pairs: list[tuple[str, str]]) -> None:
    insert = insert_into(PayoutSync).on_conflict_do_nothing()
    db.session.execute(insert, [_new(*pair, now()) for pair in pairs])


def _new(store_id: str, account_id: str, at: datetime) -> dict[str, Any]:
    return {
        "store_id": store_id,
        "account_id": account_id,
        "cursor": None,
        "complete": False,
        "next_at": at,
        "checked_at": None,
        "attempts": 0,
        "error": None,
    }


def _set(store_id: str, account_id: str, **values: object) -> None:
    mine = update(PayoutSync).where(*_is(store_id, account_id)).values(**values)
    db.session.execute(mine, execution_options={"synchronize_session": False})


def _is(store_id: str, account_id: str) -> tuple[Any, ...]:
    return PayoutSync.store_id == store_id, PayoutSync.account_id == account_id
