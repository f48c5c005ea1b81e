"""A worker killed in the middle of ten thousand changes: each is made once, and the rest follow."""

import time
from collections.abc import Callable

from sqlalchemy import literal

from synqro import catalogue, listings, repricer, stores
from synqro.core.db import db
from synqro.repricer import Cause
from tests.bench.filling import copied, name
from tests.chaos.killing import WORKERS, kill
from tests.chaos.shop import Shop
from tests.makers import wait_for

Say = Callable[[str], None]
CHANGES = 10_000
KILLS = 5
DONE = "SELECT applied + lost FROM repricer_runs WHERE id = :run"
STATE = "SELECT count(*) FROM repricer_runs WHERE id = :run AND state = 'applied'"


def test_workers_are_killed_while_prices_change(shop: Shop, measured: Say) -> None:
    run_id = begun(shop)
    begin = time.monotonic()
    for round_ in range(1, KILLS + 1):
        least = round_ * CHANGES // (2 * KILLS)
        wait_for(lambda least=least: shop.count(DONE, run=run_id) >= least)
        kill(shop, *WORKERS)
    wait_for(lambda: shop.count(STATE, run=run_id), 240)
    took = time.monotonic() - begin
    each = """
        SELECT count(*) FROM repricer_changes c JOIN listings l ON l.id = c.listing_id
        WHERE c.run_id = :run AND c.outcome = 'applied' AND l.price = c.new_price
        AND l.price_version = c.price_version + 1 AND c.applied_version = l.price_version
        AND (SELECT count(*) FROM listing_prices p
             WHERE p.listing_id = l.id AND p.run_id = c.run_id) = 1
    """
    assert shop.count(each, run=run_id) == CHANGES + 3  # the shop's own goods are three
    told = "SELECT count(*) FROM events WHERE type = 'listing.repriced'"
    assert shop.count(told) == CHANGES + 3
    measured(f"{CHANGES:,} prices in {took:.1f} s, workers killed {KILLS} times")


def begun(shop: Shop) -> str:
    """Plan ten thousand changes in this process, and begin to apply them as a request does."""
    with shop.app() as app, app.app_context():
        store = stores.by_id(shop.store_id)
        product = catalogue.find(store.id, shop.products[0])
        [variant] = product.variants
        found = listings.open_one(store.id, variant.id, "storefront")
        assert found
        copied(product, CHANGES, lambda n: {"id": name("prd", n)})
        copied(variant, CHANGES, lambda n: {"id": name("var", n), "product_id": name("prd", n)})
        copied(
            found.listing,
            CHANGES,
            lambda n: {
                "id": name("lst", n),
                "product_id": name("prd", n),
                "variant_id": name("var", n),
                "price_version": literal(1),
            },
        )
        db.session.rollback()
        given = {
            "name": "Sale", "mode": "live", "currency": store.currency, "scope": {"all": True},
            "strategy": {"type": "fixed", "price": 25}, "bounds": {"min": 10, "max": 60},
        }  # fmt: skip
        repricer.create_rule(store, given)
        run = repricer.plan(store, cause=Cause.MANUAL)
        assert run.changed == CHANGES + 3
        return repricer.apply(store.id, run.id).id
