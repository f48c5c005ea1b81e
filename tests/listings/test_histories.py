"""Whatever is done to a product and its listings, in whatever order: the shelf tells the truth."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synqro import catalogue, listings, stores
from synqro.core.db import db
from synqro.core.errors import DomainError
from synqro.listings import Listing, Status
from tests import makers
from tests.databases import examples

SIZES = [{"name": "Size", "values": ["S", "M", "L"]}]
PRICES = st.integers(8, 14).map(lambda tens: 100 * tens)
BOUNDS = st.one_of(st.none(), PRICES)
STATUS = st.sampled_from([Status.ACTIVE, Status.PAUSED])
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "price": PRICES,
        "min_price": BOUNDS,
        "max_price": BOUNDS,
        "status": STATUS,
        "quantity": st.one_of(st.none(), st.integers(0, 9)),
        "title": st.sampled_from(["Ripple", "Wave"]),
    },
)
ROWS = st.dictionaries(st.sampled_from(SIZES[0]["values"]), PRICES, min_size=1)
STEPS = st.one_of(
    st.tuples(st.just("all prices"), PRICES),
    st.tuples(st.just("variants"), ROWS),
    st.tuples(st.just("saved again"), st.none()),
    st.tuples(st.just("archived"), st.none()),
    st.tuples(st.just("restored"), st.none()),
    st.tuples(st.just("listed"), st.tuples(st.integers(0, 2), PRICES)),
    st.tuples(st.just("changed"), st.tuples(st.integers(0, 5), CHANGES)),
    st.tuples(st.just("ended"), st.integers(0, 5)),
    st.tuples(st.just("repriced"), st.tuples(st.integers(0, 5), PRICES, st.integers(0, 1))),
)


class Shop:
    """One product, and what can be done to it and its listings."""

    def __init__(self, store: stores.Store, listed: bool) -> None:
        self.store = store
        self.id = makers.product(store, options=SIZES, price=1000, listed=listed).id

    @property
    def product(self) -> catalogue.Product:
        return catalogue.find(self.store.id, self.id)

    @property
    def rows(self) -> list[Listing]:
        mine = db.select(Listing).where(Listing.product_id == self.id).order_by(Listing.id)
        return list(db.session.scalars(mine.execution_options(populate_existing=True)))

    def do(self, what: str, facts: Any) -> None:
        steps: dict[str, Callable[[], object]] = {
            "all prices": lambda: self.edit(price=facts),
            "variants": lambda: self.edit(
                variants=[{"options": {"Size": size}, "price": p} for size, p in facts.items()]
            ),
            "saved again": self.edit,
            "archived": lambda: catalogue.archive_product(self.store.id, self.id),
            "restored": lambda: catalogue.restore_product(self.store.id, self.id),
            "listed": lambda: self.list(*facts),
            "changed": lambda: listings.edit(self.store.id, self.one(facts[0]).id, **facts[1]),
            "ended": lambda: listings.end(self.store.id, self.one(facts).id),
            "repriced": lambda: self.reprice(*facts),
        }
        with suppress(DomainError, IndexError):
            steps[what]()

    def edit(self, **fields: Any) -> None:
        catalogue.edit_product(self.store.id, self.id, **fields)

    def list(self, at: int, price: int) -> None:
        variant = self.product.variants[at]
        listings.create(
            self.store.id, "storefront", product_id=self.id, variant_id=variant.id, price=price
        )

    def one(self, at: int) -> Listing:
        return self.rows[at]

    def reprice(self, at: int, price: int, behind: int) -> None:
        row = self.one(at)
        seen = row.price_version - behind
        listings.set_price(self.store.id, row.id, price, expected_version=seen)


@settings(
    max_examples=examples(25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(listed=st.booleans(), steps=st.lists(STEPS, min_size=2, max_size=10))
def test_any_history(store: stores.Store, listed: bool, steps: list[tuple[str, Any]]) -> None:
    shop = Shop(store, listed)
    check(shop)
    for what, facts in steps:
        offered, versions = on_shelf(shop), {row.id: row.price_version for row in shop.rows}
        prices = {row.id: row.price for row in shop.rows}
        shop.do(what, facts)
        check(shop)
        if what == "saved again":
            assert on_shelf(shop) == offered
        check_prices(shop)
        for row in shop.rows:
            moved = row.price != prices.get(row.id, row.price)
            assert row.price_version - versions.get(row.id, row.price_version) == moved


def check_prices(shop: Shop) -> None:
    """Each change begins where the one before it ended, the last one with what there is now."""
    for row in shop.rows:
        history = list(listings.prices(shop.store.id, row.id, limit=50).data)[::-1]
        assert [one.number for one in history] == list(range(1, 1 + len(history)))
        before: tuple[int | None, int | None] = (None, None)
        for one in history:
            assert (one.price_before, one.base_before) == before != (one.price, one.base_price)
            before = one.price, one.base_price
        assert before == (row.price, row.base_price)
        begun = [one.cause for one in history if one.cause is listings.PriceCause.LISTED]
        assert len(begun) == 1 and history[0].cause is listings.PriceCause.LISTED


def on_shelf(shop: Shop) -> dict[str, int | None]:
    db.session.expire_all()
    return {variant.id: variant.shelf_price for variant in shop.product.variants}


def check(shop: Shop) -> None:
    db.session.expire_all()
    product = shop.product
    every = db.session.scalars(db.select(catalogue.Variant).filter_by(product_id=shop.id)).all()
    running = [row for row in shop.rows if row.status is not Status.ENDED]
    by_variant = {row.variant_id: row for row in running}
    assert len(by_variant) == len(running)
    for variant in every:
        row = by_variant.get(variant.id)
        if row is None:
            assert variant.shelf_price is None
            continue
        assert variant.active
        assert row.base_price == variant.price
        assert variant.shelf_price == (row.price if row.status is Status.ACTIVE else None)
        assert row.min_price is None or row.min_price <= row.price
        assert row.max_price is None or row.price <= row.max_price
    if product.status is catalogue.Status.ARCHIVED:
        assert product.on_shelf == []
    sold = catalogue.for_sale(shop.store.id, [shop.id]).get(shop.id, [])
    assert {o.variant_id: o.price for o in sold} == {v.id: v.shelf_price for v in product.on_shelf}
    seen = [found.id for found in catalogue.shelf(shop.store.id, limit=100).data]
    assert (shop.id in seen) == bool(product.on_shelf)
