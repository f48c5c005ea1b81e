"""The one place that writes a variant's `stock`: each change is a row of `stock_moves`.

Of as many variants as there are in one transaction, in three or four statements:

    store = stores.steady(store_id)                    # first, before any row is locked
    counts = moving.lock(store, variant_ids)           # {variant id: Count}, as they are now
    steps = [moving.Step(counts[id], after) for …]     # `after` None: not counted any more
    why = moving.Why(MoveKind.COUNTED, by=by, import_id=import_id)
    low = moving.write(store, why, steps, mails=False)  # the ids of those that became low
    lowness.mail_low(store, low)                       # one mail, whenever it suits

Whoever calls these has opened the transaction, checked the numbers, and seen to it that
`Count.active` is true where people count. `write` marks what is low, and emits `stock.low`
in the same transaction, unless the store's stock watch is paused: then that waits.
"""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    Boolean,
    Integer,
    Table,
    and_,
    bindparam,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key

from synqro.catalogue import lowness
from synqro.catalogue.models import Product, Status, Variant
from synqro.catalogue.stock_models import Move, MoveKind
from synqro.core.clock import now
from synqro.core.db import after_commit, db
from synqro.core.ids import new_id
from synqro.stores import NOBODY, By, Store

VARIANTS = cast(Table, Variant.__table__)
_variant = VARIANTS.c
_product = Product.__table__.c

# The product's row is shared so that its threshold stays; whoever changes that locks the
# product first and its variants after it, so nobody waits in a circle.
LOCK = (
    select(
        _variant.id,
        _variant.product_id,
        _product.title,
        _variant.sku,
        _product.low_stock_threshold,
        _product.status,
        _variant.active,
        _variant.stock,
        _variant.held,
        _variant.moves,
    )
    .join_from(Product.__table__, VARIANTS, _variant.product_id == _product.id)
    .where(
        _variant.store_id == bindparam("store"),
        _variant.id.in_(bindparam("variants", expanding=True)),
    )
    .order_by(_variant.id)
    .suffix_with(text("FOR SHARE OF products FOR NO KEY UPDATE OF variants"), dialect="postgresql")
)
WAITS = bindparam("waits", type_=Boolean)
SET = (
    update(VARIANTS)
    .where(_variant.id == bindparam("variant"))
    .values(
        stock=bindparam("after", type_=Integer),
        held=_variant.held - bindparam("freed", type_=Integer),
        moves=bindparam("number", type_=Integer),
        low=bindparam("is_low", type_=Boolean),
        untold=and_(bindparam("is_low", type_=Boolean), or_(_variant.untold, WAITS)),
    )
)
RECORD = insert(cast(Table, Move.__table__))


class Count(NamedTuple):
    """A variant that nobody else writes until the transaction ends.

    `own_threshold` is the product's, None for the store's; `stock` is None where nobody counts.
    """

    variant_id: str
    product_id: str
    title: str
    sku: str | None
    own_threshold: int | None
    status: Status
    active: bool
    stock: int | None
    held: int
    moves: int

    def threshold(self, store: Store) -> int:
        return store.low_stock_threshold if self.own_threshold is None else self.own_threshold

    def low_with(self, store: Store, stock: int | None) -> bool:
        """True where it runs low with so many pieces."""
        return stock is not None and stock <= self.threshold(store)


@dataclass(frozen=True)
class Why:
    """What a move is recorded with; `undoes` is the id of the move that it takes back."""

    kind: MoveKind
    by: By = NOBODY
    reason: str | None = None
    note: str | None = None
    order_id: str | None = None
    import_id: str | None = None
    undoes: str | None = None


@dataclass(frozen=True)
class Step:
    """A count, what it shall be, and how many pieces are no longer held with it.

    One that changes nothing is recorded only where it is `confirmed`: somebody has counted.
    """

    count: Count
    after: int | None
    freed: int = 0
    confirmed: bool = False

    @property
    def moves(self) -> bool:
        return self.confirmed or self.after != self.count.stock


def lock(store: Store, variant_ids: Iterable[str]) -> dict[str, Count]:
    """Give back the counts of these variants of the store, also of those no longer offered.

    Unknown ids are left out.
    """
    wanted = sorted({id for id in variant_ids if id.isascii() and id.isprintable()})
    found = db.session.execute(LOCK, {"store": store.id, "variants": wanted})
    return {row.id: Count._make(row) for row in found}


def write(store: Store, why: Why, steps: Sequence[Step], *, mails: bool = True) -> list[str]:
    """Write these counts and record what moved; give back the ids of those that became low, and
    of which people are to be told.

    Each variant stands there once. `mails` False: the caller sees to `lowness.mail_low`. While
    the store's stock watch is paused nobody is told: it waits in `Variant.untold`.
    """
    steps = [step for step in steps if step.moves or step.freed]
    if not steps:
        return []
    moved = [step for step in steps if step.moves]
    crossed = [step for step in moved if _crossed(store, step)]
    waits = bool(crossed) and lowness.waits(store)
    waiting = {step.count.variant_id for step in crossed} if waits else set()
    db.session.execute(SET, [_values(store, step, waiting) for step in steps])
    if moved:
        db.session.execute(RECORD, [_row(store, why, step) for step in moved])
    for step in steps:
        _keep_in_step(store, step, waiting)
    if waits:
        return []
    lowness.announce(store, [(step.count, cast(int, step.after)) for step in crossed])
    low = [step.count.variant_id for step in crossed]
    if mails:
        lowness.mail_low(store, low)
    if low:
        after_commit("agents.note_low", store.id, str(len(low)), now().isoformat())
    return low


def _values(store: Store, step: Step, waiting: Set[str]) -> dict[str, Any]:
    count = step.count
    return {
        "variant": count.variant_id,
        "after": step.after,
        "freed": step.freed,
        "number": count.moves + step.moves,
        "is_low": _low(store, step),
        "waits": count.variant_id in waiting,
    }


def _row(store: Store, why: Why, step: Step) -> dict[str, Any]:
    count = step.count
    return {
        "id": new_id("mov"),
        "store_id": store.id,
        "product_id": count.product_id,
        "variant_id": count.variant_id,
        "number": count.moves + 1,
        "kind": why.kind,
        "before": count.stock,
        "after": step.after,
        "reason": why.reason,
        "note": why.note,
        "order_id": why.order_id,
        "person_id": why.by.person_id,
        "key_id": why.by.key_id,
        "import_id": why.import_id,
        "undoes": why.undoes,
        "created_at": now(),
    }


def _keep_in_step(store: Store, step: Step, waiting: Set[str]) -> None:
    """Tell a row that the session has loaded what was written past it."""
    count = step.count
    known = db.session.identity_map.get(identity_key(Variant, count.variant_id))
    if known is not None:
        set_committed_value(known, "stock", step.after)
        set_committed_value(known, "held", count.held - step.freed)
        set_committed_value(known, "moves", count.moves + step.moves)
        low = _low(store, step)
        set_committed_value(known, "low", low)
        untold = low and (known.untold or count.variant_id in waiting)
        set_committed_value(known, "untold", untold)


def _low(store: Store, step: Step) -> bool:
    return step.count.low_with(store, step.after)


def _crossed(store: Store, step: Step) -> bool:
    """True where a move took what is on offer from above its threshold to it or below."""
    count = step.count
    if count.stock is None or not count.active or count.status is not Status.ACTIVE:
        return False
    return _low(store, step) and count.stock > count.threshold(store)
