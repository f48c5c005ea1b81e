"""Pieces promised to open checkouts, taken by payment, or put back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Integer, Row, Table, bindparam, case, func, insert, or_, select, update

from synqro.catalogue import moving
from synqro.catalogue.errors import OutOfStock
from synqro.catalogue.models import Hold, HoldState, Variant
from synqro.catalogue.moving import Step, Why
from synqro.catalogue.stock_models import MoveKind
from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.stores import NOBODY, By, Store

VARIANTS = cast(Table, Variant.__table__)
HOLDS = cast(Table, Hold.__table__)
_variant = VARIANTS.c
_hold = HOLDS.c
_q = bindparam("q", type_=Integer)

PROMISE = (
    update(VARIANTS)
    .where(
        _variant.id == bindparam("variant"),
        _variant.store_id == bindparam("store"),
        _variant.active,
        or_(_variant.stock.is_(None), _variant.stock - _variant.held >= _q),
    )
    .values(held=_variant.held + _q)
    .returning(_variant.id)
)
ADD = insert(HOLDS)
FREE = update(VARIANTS).where(_variant.id == bindparam("variant")).values(held=_variant.held - _q)
RETURN = (
    update(HOLDS)
    .where(_hold.order_id == bindparam("order"), _hold.variant_id == bindparam("variant"))
    .values(
        returned=_hold.returned + _q,
        counted=_hold.counted - bindparam("counts", type_=Integer),
    )
)


@transaction()
def hold(store_id: str, order_id: str, wanted: Sequence[tuple[str, int]]) -> None:
    """Promise pieces to an order: (variant id, quantity) each, all of them or none.

    Raises OutOfStock with `available`, how many of the scarce one can be bought.
    """
    rows = []
    # In one order everywhere, so that two baskets never wait for each other in a circle.
    for variant_id, quantity in sorted(_summed(wanted).items()):
        asked = {"variant": variant_id, "store": store_id, "q": quantity}
        if db.session.execute(PROMISE, asked).scalar() is None:
            raise _out_of_stock(store_id, variant_id)
        rows.append(
            {
                "order_id": order_id,
                "variant_id": variant_id,
                "quantity": quantity,
                "state": HoldState.HELD,
                "created_at": now(),
            }
        )
    db.session.execute(ADD, rows)


@transaction()
def release(order_id: str) -> None:
    """Put an order's held pieces back on the shelf; the second time changes nothing."""
    for hold in _moved(order_id, HoldState.HELD, HoldState.RELEASED):
        db.session.execute(FREE, {"variant": hold.variant_id, "q": hold.quantity})


@transaction()
def commit(store: Store, order_id: str) -> bool:
    """Take an order's held pieces off the shelf for good, now that it is paid.

    `store` is one that stays as it is (`stores.steady`). False where the merchant has
    meanwhile counted fewer pieces than were promised.
    """
    return _taken(store, order_id, HoldState.HELD)


@transaction()
def take(store: Store, order_id: str) -> bool:
    """Take what is left for an order whose hold was released before its money came.

    Never touches what is held for others. `store` is as in `commit`. False where any piece
    was gone.
    """
    return _taken(store, order_id, HoldState.RELEASED)


def taken(order_id: str) -> dict[str, int]:
    """Give back how many pieces an order took and did not put back, by variant id."""
    left = _hold.quantity - _hold.returned
    mine = (_hold.order_id == order_id, _hold.state == HoldState.TAKEN, left > 0)
    found = db.session.execute(select(_hold.variant_id, left).where(*mine))
    return {variant_id: int(quantity) for variant_id, quantity in found}


def holds_of(order_ids: Sequence[str]) -> dict[str, list[Hold]]:
    """Give back what each order holds, took or let go of."""
    found: dict[str, list[Hold]] = {order_id: [] for order_id in order_ids}
    for row in db.session.scalars(select(Hold).where(Hold.order_id.in_(order_ids))):
        found[row.order_id].append(row)
    return found


def miscounted() -> list[tuple[str, int, int]]:
    """Give back variants whose `held` is not what orders hold: (id, held, held by orders)."""
    promised = (
        select(func.coalesce(func.sum(_hold.quantity), 0))
        .where(_hold.variant_id == _variant.id, _hold.state == HoldState.HELD)
        .scalar_subquery()
    )
    wrong = select(_variant.id, _variant.held, promised).where(_variant.held != promised)
    return [(row[0], row[1], int(row[2])) for row in db.session.execute(wrong)]


@transaction()
def put_back(
    store: Store, order_id: str, pieces: Mapping[str, int] | None = None, *, by: By = NOBODY
) -> dict[str, int]:
    """Put pieces that an order took back on the shelf: {variant id: how many}, or all of them.

    Never more than were taken; gives back what was put. Only those that had left a count
    come back to it, and what nobody counts stays uncounted. `store` is as in `commit`.
    """
    holds = _out(order_id)
    wanted = {id: hold.left for id, hold in holds.items()} if pieces is None else pieces
    put = {
        id: quantity
        for id, hold in holds.items()
        if (quantity := min(wanted.get(id, 0), hold.left)) > 0
    }
    if not put:
        return {}
    back = {id: min(quantity, holds[id].counted) for id, quantity in put.items()}
    rows = [
        {"order": order_id, "variant": id, "q": quantity, "counts": back[id]}
        for id, quantity in put.items()
    ]
    db.session.execute(RETURN, rows)
    counts = moving.lock(store, put)
    steps = [Step(count, _plus(count.stock, back[id])) for id, count in counts.items()]
    moving.write(store, Why(MoveKind.RETURNED, by=by, order_id=order_id), steps)
    return put


def _out(order_id: str) -> dict[str, Row[str, int, int]]:
    """Lock what an order took and did not put back: `left` pieces of each, by variant id."""
    left = (_hold.quantity - _hold.returned).label("left")
    mine = (_hold.order_id == order_id, _hold.state == HoldState.TAKEN, left > 0)
    wanted = select(_hold.variant_id, left, _hold.counted).where(*mine)
    found = db.session.execute(wanted.order_by(_hold.variant_id).with_for_update())
    return {row.variant_id: row for row in found}


def _plus(stock: int | None, pieces: int) -> int | None:
    return None if stock is None else stock + pieces


def _taken(store: Store, order_id: str, state: HoldState) -> bool:
    holds = _moved(order_id, state, HoldState.TAKEN)
    counts = moving.lock(store, [hold.variant_id for hold in holds])
    steps, whole = [], True
    for hold in holds:
        count = counts[hold.variant_id]
        held = hold.quantity if state is HoldState.HELD else 0
        got, counted = hold.quantity, 0
        if count.stock is not None:
            there = count.stock if held else count.stock - count.held
            got = counted = max(0, min(hold.quantity, there))
        steps.append(Step(count, _plus(count.stock, -got), freed=held))
        if (got, counted) != (hold.quantity, hold.counted):
            _remember(order_id, hold.variant_id, got, counted)
        whole = whole and got == hold.quantity
    moving.write(store, Why(MoveKind.SOLD, order_id=order_id), steps)
    return whole


def _remember(order_id: str, variant_id: str, got: int, counted: int) -> None:
    """Keep on the hold what was really taken, so that putting it back later puts back no more."""
    kept = {"quantity": got} if got else {"state": HoldState.RELEASED}
    mine = (_hold.order_id == order_id, _hold.variant_id == variant_id)
    db.session.execute(update(HOLDS).where(*mine).values(counted=counted, **kept))


def _moved(order_id: str, old: HoldState, new: HoldState) -> list[Row[str, int, int]]:
    """Move an order's holds on; `counted` is what leaves a count if that stays as it is now."""
    uncounted = select(_variant.stock).where(_variant.id == _hold.variant_id).scalar_subquery()
    counted = case((uncounted.is_(None), 0), else_=_hold.quantity)
    values: dict[str, Any] = {"state": new}
    if new is HoldState.TAKEN:
        values["counted"] = counted
    moved = db.session.execute(
        update(HOLDS)
        .where(_hold.order_id == order_id, _hold.state == old)
        .values(values)
        .returning(_hold.variant_id, _hold.quantity, _hold.counted)
    )
    return sorted(moved, key=lambda row: row.variant_id)


def _summed(wanted: Sequence[tuple[str, int]]) -> Counter[str]:
    summed: Counter[str] = Counter()
    for variant_id, quantity in wanted:
        summed[variant_id] += quantity
    return summed


def _out_of_stock(store_id: str, variant_id: str) -> OutOfStock:
    mine = (_variant.id == variant_id, _variant.store_id == store_id, _variant.active)
    row = db.session.execute(select(_variant.stock, _variant.held).where(*mine)).one_or_none()
    left = max(0, (row.stock or 0) - row.held) if row else 0
    say = f"Only {left} of these are left." if left else "This is sold out."
    return OutOfStock(say, available=left)
