"""Who changes several things at once waits for others in turn, and never in a circle."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import Context
from time import monotonic, sleep
from typing import Any

from flask import Flask
from sqlalchemy import text

from synqro import catalogue, listings, stores
from synqro.core.db import db, transaction
from tests import makers

WAITING = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)
SIZES = [{"name": "Size", "values": ["S", "M", "L"]}]


def take(variant: str) -> None:
    """Lock a variant as a basket does that holds it."""
    mine = db.select(catalogue.Variant.id).where(catalogue.Variant.id == variant)
    db.session.execute(mine.with_for_update())


def until_waiting(number: int) -> None:
    """Go on once so many wait for a lock; where there is one writer, they wait for that."""
    end = monotonic() + 10
    while db.engine.dialect.name == "postgresql" and monotonic() < end:
        with db.engine.connect() as connection:
            if connection.scalar(WAITING) == number:
                return
        sleep(0.01)


def beside(app: Flask, *steps: Callable[[], Any], taken: tuple[str, str]) -> list[Any]:
    """Hold two variants, one after the other; between them each step begins, and has to wait."""

    def run(step: Callable[[], Any]) -> Any:
        with app.app_context():
            return step()

    begun: list[Future[Any]] = []
    with ThreadPoolExecutor(len(steps)) as pool:
        with transaction():
            take(taken[0])
            for number, step in enumerate(steps, 1):
                begun.append(pool.submit(Context().run, run, step))
                until_waiting(number)
            take(taken[1])
        return [each.result() for each in begun]


def sized(store: stores.Store) -> catalogue.Product:
    """A product of three variants that stand, on the shelf and on disk, the oldest last."""
    made = makers.product(store, options=SIZES, stock=5)
    turned = [{"name": "Size", "values": ["L", "M", "S"]}]
    catalogue.edit_product(store.id, made.id, options=turned)
    oldest = min(variant.id for variant in made.variants)
    for pieces in (1, 5):
        catalogue.set_stock(store.id, oldest, pieces)
    return catalogue.find(store.id, made.id)


def ends_of(product: catalogue.Product) -> tuple[str, str]:
    ids = sorted(variant.id for variant in product.variants)
    return ids[0], ids[-1]


def test_a_product_is_edited_beside_a_basket(app: Flask, store: stores.Store) -> None:
    product = sized(store)
    edit = lambda: catalogue.edit_product(store.id, product.id, price=900)  # noqa: E731
    [edited] = beside(app, edit, taken=ends_of(product))
    assert {variant.price for variant in edited.variants} == {900}


def test_the_threshold_of_a_shop_moves_beside_a_basket(app: Flask, store: stores.Store) -> None:
    product = sized(store)
    save = lambda: stores.save_storefront(store.id, low_stock_threshold=9)  # noqa: E731
    beside(app, save, taken=ends_of(product))
    db.session.expire_all()
    assert all(variant.low for variant in catalogue.find(store.id, product.id).variants)


def test_a_listing_is_edited_while_the_threshold_moves(app: Flask, store: stores.Store) -> None:
    product = makers.product(store, stock=5)
    [variant] = product.variants
    [offered] = listings.listed(store.id).data
    edit = lambda: listings.edit(store.id, offered.listing.id, price=900, quantity=8)  # noqa: E731
    save = lambda: stores.save_storefront(store.id, low_stock_threshold=9)  # noqa: E731
    beside(app, edit, save, taken=(variant.id, variant.id))
    db.session.expire_all()
    found = catalogue.find(store.id, product.id).variants[0]
    assert (found.price, found.stock, found.low) == (900, 8, True)
