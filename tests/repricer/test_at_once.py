"""Prices are applied while people buy and edit: nobody waits in a circle, nothing is lost."""

from functools import partial

import pytest

from synqro import catalogue, listings, orders, repricer, stores
from synqro.core.clock import now
from synqro.core.db import db
from synqro.core.errors import Changed
from synqro.orders import Item
from synqro.repricer import Cause, RuleNotFound, RunState, running
from synqro.repricer.asking import asked_one
from tests import makers
from tests.catalogue.test_in_turn import beside
from tests.orders.shop import fresh, place, session, set_up_payments
from tests.orders.test_races import together
from tests.repricer import shop

SIZES = [{"name": "Size", "values": ["S", "M"]}]


def grown(store):
    """Products of which the first has the newest variant: their orders are not the same."""
    made = [makers.product(store, options=SIZES[:1], stock=50) for _ in range(4)]
    wider = [{"name": "Size", "values": ["S", "M", "L"]}]
    catalogue.edit_product(store.id, made[0].id, options=wider)
    [late] = [v for v in catalogue.find(store.id, made[0].id).variants if v.options["Size"] == "L"]
    catalogue.set_stock(store.id, late.id, 50)
    return [catalogue.find(store.id, product.id) for product in made]


def test_while_baskets_are_placed_and_paid_and_products_edited(app, store):
    set_up_payments(store)
    products = grown(store)
    shop.fixed(store, 20)
    run = shop.plan(store)
    items = [Item(p.id, 1, v.id) for p in products for v in p.variants]
    baskets = [place(store, products[0], items=items).order for _ in range(3)]
    steps = [
        partial(repricer.apply, store.id, run.id),
        *(partial(orders.follow, session(order)) for order in baskets),
        *(partial(place, store, products[0], items=items) for _ in range(2)),
        *(partial(catalogue.edit_product, store.id, p.id, title="Wave") for p in products[:2]),
        partial(listings.edit, store.id, shop.offered(store).id, price=3000),
    ]
    found = together(app, *steps)
    db.session.rollback()
    assert not [one for one in found if isinstance(one, Changed)]
    made = repricer.find_run(store.id, run.id)
    assert (made.state, made.applied) == (RunState.APPLIED, 9)
    assert {fresh(order).status for order in baskets} == {orders.Status.PAID}


def test_behind_a_basket_that_holds_the_first_and_takes_the_last(app, store):
    products = grown(store)
    shop.fixed(store, 20)
    run = shop.plan(store)
    ids = sorted(variant.id for product in products for variant in product.variants)
    [made] = beside(app, partial(repricer.apply, store.id, run.id), taken=(ids[0], ids[-1]))
    assert made.applied == 9


def test_two_runs_at_once(app, store):
    products = grown(store)
    rule = shop.fixed(store, 20)
    first, second = shop.plan(store), repricer.plan(store, cause=Cause.SCHEDULE, run_id="run_2")
    found = together(
        app,
        partial(repricer.apply, store.id, first.id),
        partial(repricer.run_scheduled, store.id, "run_3"),
        partial(repricer.edit_rule, store, rule.id, {"name": "Sale"}),
    )
    db.session.rollback()
    assert len(found) == 3 and second.changed == 9
    for product in products:
        for variant in product.variants:
            there = listings.open_one(store.id, variant.id, "storefront")
            assert there and there.listing.price == 2000
    assert len(shop.repriced(store)) == 9


def test_a_live_rule_changes_prices_though_somebody_asks_for_a_plan_at_once(
    app, store, monkeypatch
):
    listing = shop.offered(store)
    rule = shop.fixed(store, 20)
    whole = running.planned

    def disturbed(*asked, **facts):
        made = whole(*asked, **facts)
        shop.plan(store)
        return made

    monkeypatch.setattr(running, "planned", disturbed)
    assert repricer.run(store, rule.id, by=stores.NOBODY).applied == 1
    listings.edit(store.id, listing.id, price=2800)
    assert repricer.run_scheduled(store.id, "run_9").changed == 1
    assert shop.price(store, listing) == 2000


def test_a_rule_that_is_deleted_while_it_is_asked(store):
    with pytest.raises(RuleNotFound):
        asked_one([], shop.fixed(store, 20).id, now())


def test_of_two_who_save_a_rule_as_they_saw_it_one_hears_of_the_other(app, store):
    rule = shop.fixed(store, 20)
    save, seen = partial(repricer.edit_rule, store, rule.id), rule.version

    def saved(name):
        return save({"name": name}, version=seen).name

    found = together(app, partial(saved, "Sale"), partial(saved, "Clearance"))
    [refused] = [one for one in found if isinstance(one, Changed)]
    assert "Someone else changed this rule" in str(refused)
    db.session.expire_all()
    assert repricer.find_rule(store.id, rule.id).name in found
