"""All orders of a store by what they have to be: a few are found without a walk past many."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, select

from synqro.core.db import db
from synqro.core.ids import first_id
from synqro.core.pages import Page, page
from synqro.orders.models import Order, Status
from synqro.orders.syncing import changed_page, settled

FEW = 1_000
# An id is made a moment before or after its order's `created_at`.
APART = 60_000  # milliseconds
Holds = Callable[[Any], ColumnElement[bool]]


@dataclass(frozen=True)
class Sought:
    """What orders have to be, None: whatever. `*_after` are inclusive, `created_before` is not."""

    status: Status | None = None
    marketplace: str | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    updated_after: datetime | None = None


class Sieve(NamedTuple):
    """A condition: as an index finds it, and so that no planner looks for one."""

    found: ColumnElement[bool]
    passed: ColumnElement[bool]


def newest_first(
    store_id: str, sought: Sought, *, cursor: str | None = None, limit: int = 25
) -> Page[Order]:
    """Give back a page of orders, the newest first. Raises InvalidCursor.

    A condition that at most FEW orders meet leads to these. Where each is met by more, the
    orders are walked in their order, and those that do not fit are passed over.
    """
    leads = _words(sought)[:1]
    others = _words(sought)[1:]
    if sought.updated_after:
        others.append(_sieve(Order.updated_at, lambda at: at >= sought.updated_after))
    few = _few(store_id, [*leads, *others]) if others else None
    if few is None:
        mine = [Order.store_id == store_id, *_ids(sought), *(sieve.found for sieve in leads)]
    else:
        mine = [Order.id.in_(few), *(sieve.passed for sieve in leads)]
    wanted = select(Order).where(*mine, *_made(sought), *(sieve.passed for sieve in others))
    return page(wanted, Order.id, cursor=cursor, limit=limit, newest_first=True)


def changed_first(
    store_id: str, sought: Sought, *, cursor: str | None = None, limit: int = 25
) -> Page[Order]:
    """Give back a page of orders by `updated_at`, the oldest change first. Raises InvalidCursor.

    Whoever keeps a copy pages through to the end, keeps the newest `updated_at` it has seen,
    and begins there the next time (`updated_after`): what changed since comes, and what
    changed in that very second comes again. Conditions lead as in `newest_first`.
    """
    sieves, bound = _words(sought), settled()
    if sought.created_before:
        sieves.append(Sieve(and_(*_ids(sought)), and_(*_made(sought))))
    few = _few(store_id, sieves) if sieves else None
    mine = Order.store_id == store_id if few is None else Order.id.in_(few)
    fits = [*_made(sought), *(sieve.passed for sieve in sieves)]
    wanted = select(Order).where(mine, *fits, *bound)
    # Nothing was changed before it was made.
    bounds = [at for at in (sought.updated_after, sought.created_after) if at]
    return changed_page(wanted, max(bounds, default=None), cursor=cursor, limit=limit)


def _words(sought: Sought) -> list[Sieve]:
    """The conditions that have an index of their own in the order of ids."""
    found = []
    if sought.status:
        found.append(_sieve(Order.status, lambda status: status == sought.status))
    if sought.marketplace is not None:
        found.append(_sieve(Order.marketplace, lambda place: place == sought.marketplace))
    return found


def _sieve(column: Any, holds: Holds) -> Sieve:
    return Sieve(holds(column), holds(func.coalesce(column, column)))


def _few(store_id: str, sieves: Iterable[Sieve]) -> list[str] | None:
    """Give back the ids of all orders that pass one of the sieves, if these are few."""
    for sieve in sieves:
        mine = select(Order.id).where(Order.store_id == store_id, sieve.found).limit(FEW + 1)
        ids = list(db.session.scalars(mine))
        if len(ids) <= FEW:
            return ids
    return None


def _made(sought: Sought) -> list[ColumnElement[bool]]:
    after, before = sought.created_after, sought.created_before
    found = [Order.created_at >= after] if after else []
    return [*found, Order.created_at < before] if before else found


def _ids(sought: Sought) -> list[ColumnElement[bool]]:
    """Between which ids they lie, for these begin with the time."""
    after, before = sought.created_after, sought.created_before
    found = [Order.id >= first_id("ord", after, later=-APART)] if after else []
    return [*found, Order.id < first_id("ord", before, later=APART)] if before else found
