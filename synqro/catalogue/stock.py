"""Pieces promised to open checkouts, taken by payment, or put back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import cast

from sqlalchemy import Integer, Table, bindparam, func, insert, or_, select, update

from synqro.catalogue.errors import OutOfStock
from synqro.catalogue.models import Hold, HoldState, Variant
from synqro.core.clock import now
from synqro.core.db import db, transaction

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
    for variant_id, quantity in _moved(order_id, HoldState.HELD, HoldState.RELEASED):
        _lower(variant_id, held=quantity, stock=0)


@transaction()
def commit(order_id: str) -> bool:
    """Take an order's held pieces off the shelf for good, now that it is paid.

    False where the merchant has meanwhile counted fewer pieces than were promised.
    """
    moved = _moved(order_id, HoldState.HELD, HoldState.TAKEN)
    return all([_take(order_id, variant, wanted, held=wanted) for variant, wanted in moved])


@transaction()
def take(order_id: str) -> bool:
    """Take what is left for an order whose hold was released before its money came.

    Never touches what is held for others. False where any piece was gone.
    """
    moved = _moved(order_id, HoldState.RELEASED, HoldState.TAKEN)
    return all([_take(order_id, variant, wanted, held=0) for variant, wanted in moved])


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
def put_back(order_id: str, pieces: Mapping[str, int] | None = None) -> dict[str, int]:
    """Put pieces that an order took back on the shelf: {variant id: how many}, or all of them.

    Never more than were taken; gives back what was put. What nobody counts stays uncounted.
    """
    there = taken(order_id)
    wanted = there if pieces is None else pieces
    put = {}
    for variant_id in sorted(wanted):
        quantity = min(wanted[variant_id], there.get(variant_id, 0))
        if quantity > 0 and _returned(order_id, variant_id, quantity):
            _lower(variant_id, held=0, stock=-quantity)
            put[variant_id] = quantity
    return put


def _returned(order_id: str, variant_id: str, quantity: int) -> bool:
    still = (
        _hold.order_id == order_id,
        _hold.variant_id == variant_id,
        _hold.state == HoldState.TAKEN,
        _hold.quantity - _hold.returned >= quantity,
    )
    mark = update(HOLDS).where(*still).values(returned=_hold.returned + quantity)
    return db.session.execute(mark.returning(_hold.variant_id)).scalar() is not None


def _take(order_id: str, variant_id: str, wanted: int, *, held: int) -> bool:
    row = db.session.execute(
        select(_variant.stock, _variant.held).where(_variant.id == variant_id).with_for_update()
    ).one()
    got = wanted
    if row.stock is not None:
        got = max(0, min(wanted, row.stock if held else row.stock - row.held))
    _lower(variant_id, held=held, stock=got)
    if got < wanted:
        _remember(order_id, variant_id, got)
    return got == wanted


def _lower(variant_id: str, *, held: int, stock: int) -> None:
    db.session.execute(
        update(VARIANTS)
        .where(_variant.id == variant_id)
        .values(held=_variant.held - held, stock=_variant.stock - stock)
    )


def _remember(order_id: str, variant_id: str, got: int) -> None:
    """Keep on the hold what was really taken, so that putting it back later puts back no more."""
    kept = {"quantity": got} if got else {"state": HoldState.RELEASED}
    mine = (_hold.order_id == order_id, _hold.variant_id == variant_id)
    db.session.execute(update(HOLDS).where(*mine).values(kept))


def _moved(order_id: str, old: HoldState, new: HoldState) -> list[tuple[str, int]]:
    moved = db.session.execute(
        update(HOLDS)
        .where(_hold.order_id == order_id, _hold.state == old)
        .values(state=new)
        .returning(_hold.variant_id, _hold.quantity)
    )
    return sorted((variant_id, quantity) for variant_id, quantity in moved)


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
