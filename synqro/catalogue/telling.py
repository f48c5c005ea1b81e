"""What runs low and nobody was told of while the stock watch was paused: told when it is on."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, select, text, update

from synqro import stores
from synqro.agents import Report
from synqro.catalogue import lowness, moving
from synqro.catalogue.models import Product, Status, Variant
from synqro.catalogue.moving import Count
from synqro.catalogue.shelf import LOW
from synqro.core.db import db, transaction
from synqro.core.words import sentence, several

# Word for word the condition of the index, else SQLite reads every variant there is.
UNTOLD = text("variants.untold AND variants.active")
BATCH = 100


def stores_to_tell(skip: Collection[str] = frozenset(), limit: int = 50) -> list[str]:
    """Give back the ids of stores that were not told yet what runs low, none of `skip`."""
    waiting = select(Variant.store_id).where(UNTOLD, Variant.store_id.not_in(skip))
    waiting = waiting.group_by(Variant.store_id).order_by(Variant.store_id).limit(limit)
    return list(db.session.scalars(waiting))


def tell_low(store_id: str) -> Report:
    """Tell a store what ran low while nobody was to be told, and runs low still: `stock.low` once
    for each, and one mail.

    `seen` counts all that runs low, told long ago or now.
    """
    mine = select(Variant.id).where(Variant.store_id == store_id, UNTOLD).order_by(Variant.id)
    untold = db.session.scalars(mine).all()
    told = 0
    for at in range(0, len(untold), BATCH):
        told += _tell(store_id, untold[at : at + BATCH], () if at else untold)
    seen = max(_low_ones(store_id), told)
    say = several(told, "variant that runs", "variants that run")
    return Report(
        seen=seen,
        changed=told,
        skipped=seen - told,
        summary=sentence(told and f"told you of {say} low"),
    )


@transaction()
def _tell(store_id: str, variant_ids: Sequence[str], mailed: Sequence[str]) -> int:
    """Tell of some, and give back how many; the mail names all, and comes with the first."""
    store = stores.steady(store_id)
    counts = moving.lock(store, variant_ids)
    waiting = set(db.session.scalars(select(Variant.id).where(Variant.id.in_(counts), UNTOLD)))
    low = [count for id, count in counts.items() if id in waiting and _runs_low(count, store)]
    lowness.announce(store, [(count, count.stock or 0) for count in low])
    lowness.mail_low(store, mailed)
    told = update(Variant).where(Variant.id.in_(waiting)).values(untold=False)
    db.session.execute(told, execution_options={"synchronize_session": False})
    return len(low)


def _runs_low(count: Count, store: stores.Store) -> bool:
    return count.status is Status.ACTIVE and count.low_with(store, count.stock)


def _low_ones(store_id: str) -> int:
    low = select(func.count()).select_from(Variant)
    low = low.join(Product, Product.id == Variant.product_id)
    mine = (Variant.store_id == store_id, LOW, Product.status == Status.ACTIVE)
    return db.session.scalar(low.where(*mine)) or 0
