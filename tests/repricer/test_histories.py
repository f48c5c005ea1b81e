"""Whatever happens to prices, in whatever order: floors hold, undoing restores, nothing is lost."""

from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synqro import catalogue, costing, listings, repricer, stores
from synqro.core.db import db
from synqro.core.errors import DomainError
from synqro.core.ids import new_id
from synqro.listings import PriceCause
from synqro.repricer import Change, ChangeOutcome, RunState
from synqro.stores import By
from tests.databases import examples
from tests.repricer import shop

ROBIN = By(person_id="per_robin")
EUROS = st.integers(5, 40)
WHICH = st.integers(0, 2)
BANDS = st.integers(-60, 60).map(lambda bp: [{"max_available": 2, "adjust_percent": bp}])
STRATEGY = st.one_of(
    EUROS.map(lambda price: {"type": "fixed", "price": price}),
    BANDS.map(lambda bands: {"type": "stock", "bands": bands}),
    st.integers(5, 60).map(lambda bp: {"type": "margin", "target_margin_percent": bp}),
)
RULE = st.fixed_dictionaries(
    {
        "strategy": STRATEGY,
        "bounds": st.one_of(
            EUROS.map(lambda least: {"min": least, "max": 45}),
            st.integers(0, 60).map(lambda bp: {"min_margin_percent": bp, "max": 45}),
        ),
        "mode": st.sampled_from(["live", "dry_run"]),
    },
    optional={
        "rounding": st.just({"ending": 99}),
        "guards": st.just({"cooldown_minutes": 0, "max_change_per_run_percent": 20}),
    },
)
STEPS = st.one_of(
    st.tuples(st.just("rule"), st.tuples(st.integers(0, 1), RULE)),
    st.tuples(st.just("rule"), st.tuples(st.integers(0, 1), RULE)),
    st.tuples(st.just("timetable"), st.none()),
    st.tuples(st.just("timetable"), st.none()),
    st.tuples(st.just("plan"), st.none()),
    st.tuples(st.just("apply"), st.none()),
    st.tuples(st.just("undo"), st.integers(0, 3)),
    st.tuples(st.just("undo all"), st.integers(0, 2)),
    st.tuples(st.just("price"), st.tuples(WHICH, EUROS)),
    st.tuples(st.just("least"), st.tuples(WHICH, EUROS)),
    st.tuples(st.just("stock"), st.tuples(WHICH, st.integers(0, 4))),
    st.tuples(st.just("cost"), st.tuples(WHICH, st.integers(1, 30))),
    st.tuples(st.just("off"), st.integers(0, 1)),
)


class Shop:
    """Three listings, two rules at most, and what can be done to them."""

    def __init__(self, store: stores.Store) -> None:
        self.store = store
        self.offered = [shop.offered(store, stock=2, cost=500) for _ in range(3)]
        self.rules: dict[int, str] = {}
        self.run_id = ""

    def do(self, what: str, facts: Any) -> None:
        with suppress(DomainError):
            getattr(self, what.replace(" ", "_"))(facts)

    def rule(self, facts: tuple[int, dict[str, Any]]) -> None:
        place, said = facts
        if place in self.rules:
            repricer.edit_rule(self.store, self.rules[place], {"enabled": True} | said)
        else:
            self.rules[place] = shop.rule(self.store, priority=place, **said).id

    def off(self, place: int) -> None:
        repricer.edit_rule(self.store, self.rules.get(place, ""), {"enabled": False})

    def timetable(self, _: None) -> None:
        repricer.run_scheduled(self.store.id, new_id("run"))

    def plan(self, _: None) -> None:
        self.run_id = shop.plan(self.store).id

    def apply(self, _: None) -> None:
        repricer.apply(self.store.id, self.run_id, by=ROBIN)

    def undo(self, at: int) -> None:
        mine = repricer.changes(self.store.id, outcomes=[ChangeOutcome.APPLIED]).data
        if len(mine) > at:
            change = mine[at]
            repricer.undo(self.store.id, change.id, by=ROBIN)
            listing = self.listing(change.listing_id)
            assert listing.price == change.old_price  # it is what it was

    def undo_all(self, at: int) -> None:
        mine = repricer.runs(self.store.id).data
        if len(mine) > at:
            repricer.undo_run(self.store.id, mine[at].id, by=ROBIN)

    def price(self, facts: tuple[int, int]) -> None:
        listings.edit(self.store.id, self.offered[facts[0]].id, price=100 * facts[1])

    def least(self, facts: tuple[int, int]) -> None:
        listings.edit(self.store.id, self.offered[facts[0]].id, min_price=100 * facts[1])

    def stock(self, facts: tuple[int, int]) -> None:
        listings.edit(self.store.id, self.offered[facts[0]].id, quantity=facts[1])

    def cost(self, facts: tuple[int, int]) -> None:
        product_id = self.offered[facts[0]].product_id
        catalogue.edit_product(self.store.id, product_id, cost=100 * facts[1])

    def listing(self, listing_id: str) -> listings.Listing:
        return listings.find(self.store.id, listing_id).listing


@settings(
    max_examples=examples(30),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(first=RULE, steps=st.lists(STEPS, min_size=4, max_size=14))
def test_any_history(
    store: stores.Store, first: dict[str, Any], steps: list[tuple[str, Any]]
) -> None:
    person = stores.owners(store.id)[0]
    store = stores.open_store(person, name="Another", place=stores.Place("EUR")).store
    shop_ = Shop(store)
    known: set[str] = set()
    for what, facts in [("rule", (0, first)), ("timetable", None), *steps]:
        shop_.do(what, facts)
        db.session.rollback()
        made = repricer.changes(store.id, outcomes=MADE, limit=100).data
        new = [one for one in made if one.id not in known and one.outcome == "applied"]
        known |= {one.id for one in made}
        for change in new:
            check_floor(shop_, change)
    told = len(shop.repriced(store))
    histories = [history(store, one) for one in shop_.offered]
    moved = [one for rows in histories for one in rows if one.cause in BY_RULES]
    assert told == len(moved)
    assert all(run.state not in UNDER_WAY for run in repricer.runs(store.id).data)


MADE = (ChangeOutcome.APPLIED, ChangeOutcome.UNDONE)
BY_RULES = (PriceCause.REPRICED, PriceCause.UNDONE)
UNDER_WAY = (RunState.APPLYING, RunState.UNDOING)


def check_floor(shop_: Shop, change: Change) -> None:
    """Work the floor out anew, from what is so just after the change, by another way."""
    listing = shop_.listing(change.listing_id)
    if listing.price != change.new_price:
        return  # a later change of the same step
    assert change.reasons
    rule = repricer.find_rule(shop_.store.id, change.rule_id or "")
    bounds = repricer.ruled(rule).terms.bounds
    assert change.new_price >= max(bounds.min or 0, listing.min_price or 0, 50)
    if bounds.min_margin_bp is not None:
        cost = catalogue.find(shop_.store.id, listing.product_id).cost or 0
        fees = costing.fees_of(shop_.store)
        kept = change.new_price - change.new_price * fees.bp / 10_000 - fees.fixed - cost
        assert kept + 1e-6 >= change.new_price * bounds.min_margin_bp / 10_000


def history(store: stores.Store, listing: listings.Listing) -> list[listings.Price]:
    """The changes of a price, each of which begins where the one before it ended."""
    rows = list(listings.prices(store.id, listing.id, limit=100).data)[::-1]
    assert [one.number for one in rows] == list(range(1, 1 + len(rows)))
    before: tuple[int | None, int | None] = (None, None)
    for one in rows:
        assert (one.price_before, one.base_before) == before
        before = one.price, one.base_price
    now = listings.find(store.id, listing.id).listing
    assert before == (now.price, now.base_price)
    return rows
