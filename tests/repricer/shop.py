"""A shop with price rules, in few words."""

import json
from typing import Any

from synqro import catalogue, events, listings, repricer, stores
from synqro.core.db import db
from synqro.repricer import Cause, Change, Repricing, Rule
from tests import makers

WIDE = {"cooldown_minutes": 0, "max_change_per_run_percent": 100, "max_change_per_day_percent": 100}


def rule(store: stores.Store, **facts: Any) -> Rule:
    """A live rule for all listings: 20 % more once 3 or fewer are left, from 10.00 to 60.00."""
    bands = [{"max_available": 3, "adjust_percent": 20}]
    given = {
        "name": "Scarce",
        "mode": "live",
        "currency": store.currency,
        "scope": {"all": True},
        "strategy": {"type": "stock", "bands": bands},
        "bounds": {"min": 10, "max": 60},
        "guards": WIDE,
    }
    return repricer.create_rule(store, given | facts)


def fixed(store: stores.Store, price: float, **facts: Any) -> Rule:
    """A live rule that sets a price, in major units."""
    return rule(store, strategy={"type": "fixed", "price": price}, **facts)


def offered(store: stores.Store, **facts: Any) -> listings.Listing:
    """The listing of a new product for 28.00, three of it in stock."""
    return of(store, makers.product(store, **facts))


def of(store: stores.Store, product: catalogue.Product) -> listings.Listing:
    [variant] = product.variants
    found = listings.open_one(store.id, variant.id, "storefront")
    assert found
    return found.listing


def plan(store: stores.Store, **facts: Any) -> Repricing:
    return repricer.plan(store, **{"cause": Cause.MANUAL, **facts})


def changes(store: stores.Store, run: Repricing) -> list[Change]:
    """All changes of a run, in its order, as they are now."""
    db.session.rollback()
    return list(repricer.changes(store.id, run_id=run.id, limit=100).data)


def price(store: stores.Store, listing: listings.Listing) -> int:
    """What a listing charges now, in minor units; what the widget charges is the same."""
    db.session.rollback()
    found = listings.find(store.id, listing.id).listing
    [variant] = [
        one for one in catalogue.find(store.id, found.product_id).variants
        if one.id == found.variant_id
    ]  # fmt: skip
    assert variant.current_price == found.price or found.status is not listings.Status.ACTIVE
    return found.price


def repriced(store: stores.Store) -> list[dict[str, Any]]:
    """The data of every `listing.repriced`, the oldest first."""
    db.session.rollback()
    found = events.happened(store.id, type="listing.repriced", limit=100).data
    return [json.loads(one.body)["data"] for one in reversed(found)]


def codes(change: Change) -> list[str]:
    return [reason["code"] for reason in change.reasons]
