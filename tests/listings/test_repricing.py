"""Many listings as a repricer looks at them, and many prices charged at once."""

from datetime import timedelta

from synqro import catalogue, listings
from synqro.core.clock import now
from synqro.core.db import transaction
from synqro.listings import Charge, PriceCause, Status, Why
from tests import makers
from tests.api.many import statements

SIZES = [{"name": "Size", "values": ["S", "M", "L"]}]


def offered(store, **facts):
    product = makers.product(store, options=SIZES, **facts)
    found = [listings.open_one(store.id, v.id, "storefront") for v in product.variants]
    return sorted((one.listing for one in found if one), key=lambda one: one.id)


def test_active_ones_in_parts_with_what_the_catalogue_knows(store, twin):
    offered(twin)
    mine = offered(store, tags=["vase"], cost=700, stock=4, sku=None)
    listings.edit(store.id, mine[1].id, status=Status.PAUSED)
    first = listings.priced(store.id, limit=1)
    rest = listings.priced(store.id, after=first[0].id)
    assert [row.id for row in first + rest] == [mine[0].id, mine[2].id]
    row = first[0]
    assert (row.price, row.base_price, row.price_version, row.currency) == (2800, 2800, 1, "EUR")
    assert (row.variant.tags, row.variant.cost, row.variant.available) == (["vase"], 700, 4)
    assert listings.priced(store.id, after=mine[2].id) == []
    every = {row.id for row in listings.priced_of(store.id, [one.id for one in mine])}
    assert every == {one.id for one in mine}
    assert len(statements(lambda: listings.priced(store.id))) == 2


def test_what_moved_lately_and_who_made_it_so(store, clock):
    first, second, third = (one.id for one in offered(store))
    listings.set_price(store.id, first, 2500, expected_version=1, rule_id="rule_a", run_id="run_1")
    clock.forward(7200)
    listings.set_price(store.id, first, 2400, expected_version=2, rule_id="rule_b", run_id="run_2")
    listings.edit(store.id, second, price=3000)
    ids = [first, second, third]
    found = listings.price_moves(ids, now() - timedelta(hours=1))
    assert {id: [move[1:] for move in moves] for id, moves in found.items()} == {
        first: [(2500, 2400, "rule_b")], second: [(2800, 3000, None)],
    }  # fmt: skip
    assert len(listings.price_moves(ids, now() - timedelta(hours=3))[first]) == 2
    assert listings.priced_by(ids) == {first: "rule_b"}
    made = listings.last_made(ids)
    assert made[first][1:4] == (PriceCause.REPRICED, "rule_b", "run_2")
    assert made[second].by_person and made[third].cause is PriceCause.LISTED
    listings.edit(store.id, first, price=2400)
    assert listings.priced_by(ids) == {}


def test_many_are_charged_in_one_transaction_and_the_shelf_follows(store):
    mine = offered(store)
    with transaction():
        held = listings.hold(store.id, [one.id for one in mine])
        why = Why(PriceCause.REPRICED, reason="Because", rule_id="rule_a", run_id="run_1")
        shown = listings.charge(
            [Charge(held[one.id], 2000 + at, why) for at, one in enumerate(mine)]
        )
    assert [one.listing.price for one in shown] == [2000, 2001, 2002]
    product = catalogue.find(store.id, mine[0].product_id)
    assert sorted(v.current_price for v in product.on_shelf) == [2000, 2001, 2002]
    assert {v.price for v in product.variants} == {2800}


def test_what_cannot_be_charged_says_why(store):
    mine = offered(store)[0]
    listings.edit(store.id, mine.id, min_price=2000, max_price=3000)
    listing = listings.find(store.id, mine.id).listing
    assert listings.why_not(listing, 2000) is None
    assert "lowest price" in (listings.why_not(listing, 1999) or "")
    assert "highest price" in (listings.why_not(listing, 3001) or "")
    assert "Stripe" in (listings.why_not(listing, 1) or "")
