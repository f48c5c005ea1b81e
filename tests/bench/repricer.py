"""Ten thousand listings planned: how long it takes, and that memory does not grow with them."""

import time
import tracemalloc
from datetime import timedelta
from typing import Any, NamedTuple

from flask import Flask
from sqlalchemy import String, case, cast, literal, select, update

from synqro import catalogue, listings, orders, repricer, stores
from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.listings import Listing, Price, PriceCause
from synqro.orders import Line, Order
from synqro.repricer import Cause
from tests.api import many
from tests.bench.filling import Number, copied, name
from tests.bench.report import line, note
from tests.bench.serving import shop

FEW, MANY, MOVES, SALES = 1_000, 10_000, 5, 20_000
MIB = 1024 * 1024
WIDE = {"cooldown_minutes": 0, "max_changes_per_day": 200, "max_change_per_day_percent": 100}


class Taken(NamedTuple):
    wall: float
    busy: str


def run() -> None:
    """Wall-clock seconds of a plan, its peak of memory beside that of a tenth, and of applying."""
    for count in (FEW, MANY):
        with shop(products=1) as (app, store):
            _filled(store, count)
            _rules(store)
            took, peak = _planned(store, Cause.SCHEDULE), _peak(store)
            if count == FEW:
                few = peak
                continue
            line(f"{MANY:,} listings planned by the timetable", took.wall, 5, "s", took.busy)
            kept = _planned(store, Cause.MANUAL)
            line("and for a person, with what stays", kept.wall, 5, "s", kept.busy)
            more = (peak - few) / MIB
            line(f"more memory than for {FEW:,}", more, 8, "MiB", f"{peak / MIB:.1f} at most")
            _tried(store)
            _applied(app, store)


def _planned(store: stores.Store, cause: Cause) -> Taken:
    begun, cpu = time.monotonic(), time.process_time()
    made = repricer.plan(store, cause=cause)
    took = Taken(time.monotonic() - begun, f"{time.process_time() - cpu:.2f} s of CPU")
    assert made.seen >= FEW and made.changed > made.seen / 4, (made.seen, made.changed)
    return took


def _peak(store: stores.Store) -> float:
    """The most bytes that Python took at once while a plan was made."""
    tracemalloc.start()
    repricer.plan(store, cause=Cause.SCHEDULE)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def _tried(store: stores.Store) -> None:
    terms = repricer.ruled(repricer.rules(store.id)[0]).terms
    begun = time.monotonic()
    repricer.try_terms(store, terms, name="Scarce")
    note("an unsaved rule tried on the first thousands", time.monotonic() - begun, "s")


def _applied(app: Flask, store: stores.Store) -> None:
    made = repricer.plan(store, cause=Cause.MANUAL)
    begun = time.monotonic()
    repricer.apply(store.id, made.id)
    note("applied at once, a hundred changes", time.monotonic() - begun, "s")
    repricer.go_on(store.id, made.id, 3600)
    done = repricer.find_run(store.id, made.id)
    took = time.monotonic() - begun
    note(
        "all of them applied, each with its event",
        1000 * took / done.applied,
        "ms",
        f"{done.applied:,} changes",
    )
    assert done.applied == done.changed


def _rules(store: stores.Store) -> None:
    bands = [{"max_available": 1, "adjust_percent": 20}, {"max_available": 2, "adjust_percent": 10}]
    given: dict[str, Any] = {
        "mode": "dry_run", "currency": store.currency, "guards": WIDE,
        "bounds": {"min": 5, "min_margin_percent": 10, "max": 90},
    }  # fmt: skip
    age = {"type": "age", "start_days": 30, "every_days": 30, "step_percent": -5}
    sold = [{"max_units": 1, "adjust_percent": -5}]
    strategies: tuple[dict[str, Any], ...] = (
        {"type": "stock", "bands": bands},
        age | {"max_total_percent": -30},
        {"type": "velocity", "window_days": 30, "bands": sold},
        {"type": "margin", "target_margin_percent": 45},
    )
    for number, strategy in enumerate(strategies):
        scope = {"tags": [f"tag{number}"]} if number < 3 else {"all": True}
        repricer.create_rule(
            store,
            given
            | {"name": f"R{number}", "scope": scope, "strategy": strategy, "priority": number},
        )


def _filled(store: stores.Store, count: int) -> None:
    """So many listings with tags, costs, stock, a history of their prices, and sales."""
    [product] = catalogue.shelf(store.id).data
    catalogue.edit_product(store.id, product.id, cost=400)
    [variant] = product.variants
    found = listings.open_one(store.id, variant.id, "storefront")
    assert found
    customer = orders.Customer("Sam", "sam@example.com")
    placed = orders.place(store, items=[orders.Item(product.id, 1)], customer=customer)
    price = listings.prices(store.id, found.listing.id).data[0]
    copied(product, count, _product)
    copied(variant, count, lambda n: _variant(n) | {"product_id": name("prd", n)})
    copied(found.listing, count, _listing)
    copied(price, count * MOVES, lambda n: _price(n, count))
    many.written(placed.order, SALES, now())
    _spread(count)
    db.session.rollback()


def _product(n: Number) -> dict[str, Any]:
    tags = case(*((n % 4 == at, literal(f'["tag{at}"]')) for at in range(4)), else_=literal("[]"))
    return {"id": name("prd", n), "tags": tags, "cost": 300 + n % 300}


def _variant(n: Number) -> dict[str, Any]:
    return {"id": name("var", n), "sku": literal("SKU-") + cast(n, String), "stock": n % 4}


def _listing(n: Number) -> dict[str, Any]:
    return {
        "id": name("lst", n),
        "product_id": name("prd", n),
        "variant_id": name("var", n),
        "price_version": literal(MOVES),
        "created_at": literal(now() - timedelta(days=90), Listing.created_at.type),
    }


def _price(n: Number, count: int) -> dict[str, Any]:
    """Each listing's last prices, which a person set, an hour apart."""
    at = literal(now() - timedelta(hours=12), Price.at.type)
    return {
        "id": name("lpr", n),
        "listing_id": name("lst", 1 + (n - 1) % count),
        "number": 1 + (n - 1) / count,
        "cause": literal(PriceCause.SET, Price.cause.type),
        "price_before": literal(1000),
        "at": at,
    }


@transaction()
def _spread(count: int) -> None:
    """Let the orders be paid, each of another listing."""
    paid = update(Order).where(Order.number < 0).values(paid_at=Order.created_at)
    db.session.execute(paid)
    of = select(-Order.number).where(Order.id == Line.order_id).scalar_subquery()
    sold = update(Line).where(of > 0).values(variant_id=name("var", 1 + of % count))
    db.session.execute(sold)
