"""What runs low: the event, the mail, and the mark that lists and counts are read from."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, select, update

from synqro import agents, events, mail, stores
from synqro.catalogue.models import Product, Variant
from synqro.core.db import db
from synqro.stores import Store

if TYPE_CHECKING:
    from synqro.catalogue.moving import Count

MOST_NAMED = 50


def waits(store: Store) -> bool:
    """True while nobody is to be told what runs low, for the store's stock watch is paused."""
    return not agents.is_on(store.id, agents.Kind.STOCK_WATCH)


def announce(store: Store, crossed: Sequence[tuple["Count", int]]) -> None:
    """Emit `stock.low` for each of these counts, with what it is now."""
    for count, stock in crossed:
        data = {
            "product_id": count.product_id,
            "variant_id": count.variant_id,
            "title": count.title,
            "sku": count.sku,
            "available": stock,
            "threshold": count.threshold(store),
        }
        events.emit(store.id, "stock.low", data, mode=store.mode)


def follow_store(store: Store, changed: frozenset[str]) -> None:
    """Mark anew what is low where the store's threshold is another now; nobody is told of it,
    nor of what waited to be told and is low no more.
    """
    if "low_stock_threshold" in changed:
        own = Product.low_stock_threshold.is_not(None)
        others = select(Product.id).where(Product.store_id == store.id, ~own)
        mine = (Variant.store_id == store.id, Variant.product_id.in_(others))
        _mark(store.low_stock_threshold, *mine)


def follow_threshold(store: Store, product: Product) -> None:
    """Mark anew which variants of a product are low, whose threshold was written."""
    own = product.low_stock_threshold
    _mark(store.low_stock_threshold if own is None else own, Variant.product_id == product.id)


def forget(product: Product) -> None:
    """Tell nobody what of a product runs low, for it is offered no more."""
    mine = (Variant.product_id == product.id, Variant.untold)
    quiet = {"synchronize_session": False}
    db.session.execute(update(Variant).where(*mine).values(untold=False), execution_options=quiet)


def _mark(threshold: int, *mine: ColumnElement[bool]) -> None:
    low = Variant.stock <= threshold
    others = select(Variant.id).where(*mine, Variant.stock.is_not(None), Variant.low != low)
    # Locked in the order in which baskets are held, so that nobody waits in a circle.
    others = others.order_by(Variant.id).with_for_update(key_share=True)
    told = {"low": low, "untold": Variant.untold & low}
    marked = update(Variant).where(Variant.id.in_(others)).values(told)
    # Nothing is fetched to bring the session into step: there can be a million of them.
    db.session.execute(marked.execution_options(synchronize_session=False))


def mail_low(store: Store, variant_ids: Sequence[str]) -> None:
    """Ask for one mail to every owner that these variants run low; none for none.

    Call it inside the transaction that made them so.
    """
    if not variant_ids:
        return
    named, more = list(variant_ids[:MOST_NAMED]), max(0, len(variant_ids) - MOST_NAMED)
    for owner in stores.owners(store.id):
        mail.send(owner.email, "stock/low", store_id=store.id, variant_ids=named, more=more)
