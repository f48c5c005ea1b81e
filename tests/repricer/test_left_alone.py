"""What price rules have no say in, and what stays of them when they are gone."""

from flask.testing import FlaskClient

from synqro import agents, catalogue, listings, repricer, stores
from synqro.agents import Kind
from synqro.jobs import agents as jobs
from synqro.listings import Status
from synqro.stores import NOBODY
from tests.conftest import Clock
from tests.console.test_listings import words
from tests.repricer import shop


def test_what_is_archived_keeps_its_price_until_it_is_back(store: stores.Store) -> None:
    listing = shop.offered(store, stock=2)
    shop.rule(store)
    before = shop.plan(store)
    catalogue.archive_product(store.id, listing.product_id)
    run = repricer.apply(store.id, before.id)
    assert (run.applied, run.lost, shop.plan(store).seen) == (0, 1, 0)
    catalogue.restore_product(store.id, listing.product_id)
    assert shop.price(store, listing) == 2800
    repricer.apply(store.id, shop.plan(store).id)
    assert shop.price(store, listing) == 3360


def test_a_listing_off_sale_is_put_back_but_never_repriced(store: stores.Store) -> None:
    listing = shop.offered(store, stock=2)
    shop.rule(store)
    run = repricer.apply(store.id, shop.plan(store).id)
    listings.edit(store.id, listing.id, status=Status.PAUSED)
    assert shop.plan(store).seen == 0
    repricer.undo_run(store.id, run.id, by=NOBODY)
    assert shop.price(store, listing) == 2800


def test_rules_of_the_test_twin_never_touch_the_live_shop(
    store: stores.Store, twin: stores.Store, clock: Clock
) -> None:
    there, here = shop.offered(twin, stock=2), shop.offered(store, stock=2)
    shop.rule(twin)
    clock.forward(3601)
    jobs.repricer()
    assert (shop.price(twin, there), shop.price(store, here)) == (3360, 2800)
    assert len(shop.repriced(twin)) == 1 and shop.repriced(store) == []
    ran = [run.store_id for run in agents.latest_runs(store.id) if run.kind is Kind.REPRICER]
    assert ran == []


def test_what_a_deleted_rule_did_can_still_be_read_and_undone(
    console: FlaskClient, store: stores.Store
) -> None:
    listing = shop.offered(store, stock=2)
    rule = shop.rule(store)
    run = repricer.apply(store.id, shop.plan(store).id)
    repricer.delete_rule(store.id, rule.id)
    assert "1 price changed" in words(console.get("/console/repricer").text)
    page = console.get(f"/console/repricer/runs/{run.id}").text
    assert "Scarce" in words(page) and "2 left" in words(page)
    assert "Repriced: 2 left" in words(console.get(f"/console/listings/{listing.id}").text)
    [change] = shop.changes(store, run)
    answer = console.post(f"/console/repricer/changes/{change.id}/undo")
    assert answer.status_code == 303 and shop.price(store, listing) == 2800
    assert "“Scarce” was undone" in words(console.get(f"/console/listings/{listing.id}").text)
