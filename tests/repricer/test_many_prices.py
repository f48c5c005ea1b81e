"""Thousands of prices through a whole shop: floors hold, prices come to rest, undoing restores."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from sqlalchemy import bindparam, update

from synqro import catalogue, costing, listings, repricer, stores
from synqro.core.currencies import MAXIMUM, digits, minimum, step
from synqro.core.db import db, transaction
from synqro.listings import Listing, Priced
from synqro.repricer import ChangeOutcome, Repricing
from synqro.stores import NOBODY
from tests import makers
from tests.repricer import shop

ROUNDS, PRODUCTS, SIZES = 4, 6, 20
PERCENTS = (0.07, -0.07, 0.29, -0.29, 12.5, -30, 33.33, -90)
REST = 20  # runs at most, until nothing moves any more
WHOLE = 10_000


class Shop:
    """A shop of 120 listings, and what may become of it and of what they cost."""

    def __init__(self, store: stores.Store) -> None:
        self.store, self.dice = store, Random(store.currency)  # noqa: S311
        self.names = [f"{n}" for n in range(SIZES)]
        for tag in "abcabc"[:PRODUCTS]:
            options = [{"name": "Size", "values": self.names}]
            rows = [
                {"options": {"Size": name}, "price": self.amount(), "stock": at}
                for at, name in enumerate(self.names)
            ]
            makers.product(
                store, options=options, variants=rows, tags=[tag], price=None, stock=None
            )

    def amount(self) -> int:
        """Something between 15 and 30, or 1,500 and 3,000 yen."""
        scale = 10 if digits(self.store.currency) == 3 else 1
        return self.dice.randint(1500, 3000) * scale

    def major(self, amount: int) -> float:
        return float(Decimal(amount).scaleb(-digits(self.store.currency)))

    def maybe(self, chance: float, value: Any) -> Any:
        return value if self.dice.random() < chance else None

    def disturb(self, chance: float) -> None:
        """Change some of what floors and ceilings depend on: bounds, cost, tax and fees."""
        dice, store = self.dice, self.store
        self.bound({id: p for id, p in self.prices().items() if dice.random() < chance})
        for product in catalogue.shelf(store.id, limit=100).data:
            if dice.random() < chance:
                cost = self.maybe(0.9, self.amount() // 3)
                catalogue.edit_product(store.id, product.id, cost=cost)
        if dice.random() < chance:
            bp = dice.choice([0, 550, 2000, 2700])
            stores.save_storefront(store.id, tax_included=dice.random() < 0.5, tax_rate_bp=bp)
        if dice.random() < chance:
            bp, fixed = dice.choice([0, 7, 29, 150, 900]), dice.choice([0, 20, 90])
            costing.save(store, replace(costing.rates_of(store), fee_bp=bp, fee_fixed=fixed))
        self.store = stores.by_id(store.id)

    @transaction()
    def bound(self, prices: dict[str, int]) -> None:
        """Set the bounds of listings that charge so much, as a person may at any time."""
        table = Listing.__table__
        said = update(table).where(table.c.id == bindparam("key"))
        said = said.values(min_price=bindparam("least"), max_price=bindparam("most"))
        for id, price in prices.items():
            least, most = (self.maybe(0.3, price * part // 100) for part in (85, 120))
            db.session.execute(said, {"key": id, "least": least, "most": most})

    def rules(self) -> None:
        """Write three new rules, one for each tag."""
        for rule in repricer.rules(self.store.id):
            repricer.delete_rule(self.store.id, rule.id)
        for tag in "abc":
            said = {"scope": {"tags": [tag]}, "strategy": self.strategy(), "bounds": self.bounds()}
            if self.dice.random() < 0.4:
                said["rounding"] = {"ending": self.dice.choice([0, 50, 90])}
            guards = {"max_change_per_run_percent": self.dice.choice([15, 40, 100])}
            shop.rule(self.store, **said, guards=shop.WIDE | guards)

    def strategy(self) -> dict[str, Any]:
        kind = self.dice.choice(["stock", "stock", "fixed", "margin"])
        if kind == "fixed":
            return {"type": kind, "price": self.major(self.amount() // 10 * 10)}
        if kind == "margin":
            return {"type": kind, "target_margin_percent": self.dice.choice([0.29, 20, 60])}
        few, many = self.dice.sample(PERCENTS, 2)
        bands = [{"max_available": 5, "adjust_percent": few}]
        return {"type": kind, "bands": [*bands, {"max_available": 12, "adjust_percent": many}]}

    def bounds(self) -> dict[str, Any]:
        least = self.major(self.amount() // 20 * 10)
        found = {"min": self.maybe(0.6, least), "max": self.major(self.amount() * 2 // 10 * 10)}
        found["min_margin_percent"] = self.maybe(0.6, self.dice.choice([0.07, 0.29, 10, 45]))
        if found["min"] is found["min_margin_percent"] is None:
            found["min"] = least
        return {name: value for name, value in found.items() if value is not None}

    def read(self) -> dict[str, Priced]:
        db.session.rollback()
        return {one.id: one for one in listings.priced(self.store.id, limit=500)}

    def prices(self) -> dict[str, int]:
        return {id: one.price for id, one in self.read().items()}

    def apply(self, chance: float = 0.0) -> Repricing | None:
        """Plan, let something happen meanwhile, and apply; None where nothing would move."""
        run = shop.plan(self.store)
        if chance:
            self.disturb(chance)
        return self.whole(repricer.apply(self.store.id, run.id)) if run.changed else None

    def undo(self, run: Repricing) -> None:
        if run.applied:
            self.whole(repricer.undo_run(self.store.id, run.id, by=NOBODY))

    def whole(self, run: Repricing) -> Repricing:
        """Do what a job would: go on with a run that is not done."""
        repricer.go_on(self.store.id, run.id, 60.0)
        return repricer.find_run(self.store.id, run.id)

    def made(self, run: Repricing) -> list[repricer.Change]:
        db.session.rollback()
        page = repricer.changes(self.store.id, run_id=run.id, limit=500)
        assert not page.has_more and all(one.reasons for one in page.data)
        return list(page.data)

    def check(self, run: Repricing) -> int:
        """Hold what a run changed to floors and ceilings as they are now; give back how much."""
        there, count = self.read(), 0
        for change in self.made(run):
            if change.outcome is ChangeOutcome.APPLIED:
                listing = there[change.listing_id]
                terms = repricer.ruled(
                    repricer.find_rule(self.store.id, change.rule_id or "")
                ).terms
                most = min(terms.bounds.max or MAXIMUM, listing.max_price or MAXIMUM)
                assert listing.price == change.new_price != change.old_price
                assert self.floor(terms.bounds, listing) <= change.new_price
                assert change.new_price <= max(most, change.old_price)
                assert change.new_price % step(self.store.currency) == 0
                count += 1
            elif change.outcome is ChangeOutcome.LOST:
                assert change.problem
        return count

    def floor(self, bounds: repricer.Bounds, listing: Priced) -> Fraction:
        """Work out below which price no rule may go, by another way than the product does."""
        store = self.store
        least = Fraction(max(minimum(store.currency), bounds.min or 0, listing.min_price or 0))
        if bounds.min_margin_bp is None:
            return least
        fees, tax = costing.fees_of(store), Fraction(store.tax_rate_bp, WHOLE)
        net = 1 / (1 + tax) if store.tax_included else Fraction(1)
        margin, share = Fraction(bounds.min_margin_bp, WHOLE), Fraction(fees.bp, WHOLE)
        kept = net * (1 - margin) - net * (1 + tax) * share
        assert listing.variant.cost is not None and kept > 0
        return max(least, (listing.variant.cost + fees.fixed) / kept)


@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD"])
def test_no_price_lands_below_its_floor_all_come_to_rest_and_go_back(
    store: stores.Store, currency: str
) -> None:
    person = stores.owners(store.id)[0]
    place = stores.Place(currency)
    many = Shop(stores.open_store(person, name="Another", place=place).store)
    applied = 0
    for _ in range(ROUNDS):
        many.disturb(0.6)
        many.rules()
        before, runs = many.prices(), []
        while run := many.apply(0.0 if runs else 0.4):
            runs.append(run)
            applied += many.check(run)
            assert len(runs) < REST
        assert shop.plan(many.store).changed == 0  # it is at rest
        for run in reversed(runs):
            many.undo(run)
        kept = {
            one.listing_id for run in runs for one in many.made(run) if one.outcome == "applied"
        }
        after = many.prices()
        assert {id for id in before if after[id] != before[id]} == kept
    assert applied > 100 * ROUNDS
