"""The shop's own storefront does as an adapter what every marketplace does."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from synqro import catalogue, listings, marketplaces, stores
from synqro.core.db import db
from synqro.core.money import Money
from synqro.listings import Status
from synqro.marketplaces import (
    Adapter,
    Capability,
    Offer,
    Ref,
    Rejected,
    Standing,
    Storefront,
    Transient,
)
from tests import makers
from tests.marketplaces.conformance import CHECKS, Fault, Ordered, Seen, applying, failures
from tests.orders.shop import place

STANDS = {
    Status.ACTIVE: Standing.ON,
    Status.PAUSED: Standing.PAUSED,
    Status.ENDED: Standing.ENDED,
}


class Leaky(Storefront):
    """Loses what it is told while `lost`, and finds the database away while `down`."""

    lost = down = False

    def _once(self, *given: object) -> str:
        if self.down:
            raise OperationalError("", {}, Exception("away"))
        answer = super()._once(*given)  # type: ignore[arg-type]
        if self.lost:
            raise OperationalError("", {}, Exception("away"))
        return answer


class ShopKit:
    faults = frozenset({Fault.REFUSED, Fault.DOWN, Fault.LOST})
    retry_after = 0

    def __init__(self, store: stores.Store) -> None:
        self.store = store
        self.front = Leaky(store.id)

    @property
    def adapter(self) -> Adapter:
        return self.front

    def restart(self) -> None:
        self.front = Leaky(self.store.id)

    @contextmanager
    def fault(self, fault: Fault) -> Iterator[None]:
        if fault is Fault.REFUSED:
            with self.refusing():
                yield
            return
        name = "lost" if fault is Fault.LOST else "down"
        setattr(self.front, name, True)
        yield
        setattr(self.front, name, False)

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Refuse what a shop refuses: a price that no currency has, a count below nothing."""
        front, wrong = self.front, Money(1, self.store.currency)
        listing, price, stock = front.push_listing, front.push_price, front.push_stock
        patched = {
            "push_listing": lambda offer, key: listing(replace(offer, price=wrong), f"bad {key}"),
            "push_price": lambda ref, _price, key: price(ref, wrong, f"bad {key}"),
            "push_stock": lambda ref, _number, key: stock(ref, -1, f"bad {key}"),
        }
        vars(front).update(patched)
        yield
        for name in patched:
            delattr(front, name)

    def offer(self, price: int) -> Offer:
        product = makers.product(self.store, price=price, stock=0, listed=False)
        [variant] = product.variants
        money = Money(price, self.store.currency)
        return Offer(Ref(variant.id, variant.sku or variant.id), product.id, "Pot", money, 5)

    def seen(self, ref: Ref) -> Seen | None:
        found = [
            one
            for one in listings.listed(self.store.id, limit=100).data
            if one.listing.variant_id == ref.variant_id
        ]
        if not found:
            return None
        row = found[0].listing
        moves = len(catalogue.moves(self.store.id, variant_id=ref.variant_id).data)
        changes = len(listings.prices(self.store.id, row.id).data) + moves
        price = Money(row.price, row.currency)
        return Seen(found[0].title, price, found[0].quantity, STANDS[row.status], changes)

    def order(self, at: datetime, total: int, *, bare: bool = False) -> Ordered:
        raise NotImplementedError

    def change(self, order_id: str, at: datetime) -> None:
        raise NotImplementedError

    def shipments(self, order_id: str) -> Sequence[dict[str, int]]:
        raise NotImplementedError

    def pay_out(self, at: datetime, lines: Sequence[tuple[int, int]], fee: int) -> str:
        raise NotImplementedError

    def send_back(self, payout_id: str, at: datetime) -> None:
        raise NotImplementedError

    def compete(self, ref: Ref, price: int) -> None:
        raise NotImplementedError


def test_the_storefront_does_what_a_marketplace_does(app: Flask) -> None:
    person = makers.person("owner@fair.example")

    def make(currency: str) -> ShopKit:
        place = stores.Place(currency)
        return ShopKit(stores.open_store(person, name=currency, place=place).store)

    wanted = {name for name, (_, can, _) in CHECKS.items() if can <= Storefront.capabilities}
    never = {"it_says_that_it_has_to_sign_in_again", "it_says_how_long_to_wait"}
    assert applying(make) == wanted - never
    for name, found in failures(make).items():
        pytest.fail(f"{name}: {found}")


def test_each_marketplace_is_found_by_its_name(store: stores.Store) -> None:
    assert list(marketplaces.adapters()) == ["storefront"]
    adapter = marketplaces.adapter_of("storefront")(store.id)
    assert (adapter.marketplace, adapter.capabilities) == ("storefront", Storefront.capabilities)
    assert Capability.PULL_ORDERS not in adapter.capabilities
    with pytest.raises(marketplaces.UnknownMarketplace):
        marketplaces.adapter_of("bazaar")


def test_what_open_checkouts_hold_is_counted_on_top(connected: stores.Store) -> None:
    kit = ShopKit(connected)
    offer = kit.offer(1999)
    kit.adapter.push_listing(offer, "l")
    place(connected, catalogue.find(connected.id, offer.product_id), quantity=2)
    variant = catalogue.stocked_one(connected.id, offer.ref.variant_id).variant
    assert (variant.stock, variant.left) == (5, 3)
    kit.adapter.push_stock(offer.ref, 3, "same")
    kit.adapter.push_stock(offer.ref, 6, "more")
    variant = catalogue.stocked_one(connected.id, offer.ref.variant_id).variant
    assert (variant.stock, variant.left) == (8, 6)
    kit.adapter.push_stock(offer.ref, None, "none")
    assert catalogue.stocked_one(connected.id, offer.ref.variant_id).variant.stock is None


def test_refusals_keep_the_shops_own_words(store: stores.Store, twin: stores.Store) -> None:
    kit = ShopKit(store)
    offer = kit.offer(1999)
    front = kit.adapter
    listing_id = front.push_listing(offer, "l").external_id
    listings.edit(store.id, listing_id, max_price=2000)
    refused = {
        ("above_max_price", "price"): lambda: front.push_price(offer.ref, Money(2001, "EUR"), "a"),
        ("invalid_currency", "price"): lambda: front.push_price(offer.ref, Money(1999, "USD"), "b"),
        ("not_found", None): lambda: front.push_price(Ref("var_0", "X"), Money(1999, "EUR"), "c"),
        ("product_not_found", None): lambda: Storefront(twin.id).push_listing(offer, "d"),
    }
    for (code, field), push in refused.items():
        with pytest.raises(Rejected) as said:
            push()
        assert (said.value.code, said.value.field) == (code, field)


def test_a_push_that_comes_many_times_at_once_acts_once(app: Flask, store: stores.Store) -> None:
    offer = ShopKit(store).offer(1999)
    store_id = store.id
    db.session.rollback()

    def push(_: int) -> str:
        with app.app_context():
            return Storefront(store_id).push_listing(offer, "l").external_id

    with ThreadPoolExecutor(6) as pool:
        found = set(pool.map(push, range(6)))
    assert found == {one.listing.id for one in listings.listed(store_id).data}
    assert len(found) == 1


def test_of_two_prices_at_once_one_is_tried_again(
    store: stores.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit = ShopKit(store)
    offer = kit.offer(1999)
    listing_id = kit.adapter.push_listing(offer, "l").external_id
    taken = listings.set_price

    def late(*given: str, expected_version: int) -> listings.Offered:
        monkeypatch.undo()
        taken(store.id, listing_id, 1500, expected_version=1)
        return taken(store.id, listing_id, int(given[2]), expected_version=expected_version)

    monkeypatch.setattr(listings, "set_price", late)
    with pytest.raises(Transient):
        kit.adapter.push_price(offer.ref, Money(1800, "EUR"), "a")
    kit.adapter.push_price(offer.ref, Money(1800, "EUR"), "a")
    assert listings.find(store.id, listing_id).listing.price == 1800
