"""Lists of stock, listings and payouts with a million rows, against ten thousand."""

from collections.abc import Callable
from contextvars import Context
from statistics import median
from time import process_time
from typing import Any, NamedTuple

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import String, case, cast, func, literal, update
from werkzeug.test import TestResponse

from synqro import catalogue, listings, orders, settlements, stores
from synqro.catalogue import Move, MoveKind, Variant
from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.core.pages import cursor_of
from synqro.orders.ledger_models import Entry
from tests.api import many
from tests.bench.console import signed_in
from tests.bench.filling import FIRST, Number, copied, name
from tests.bench.report import in_turns, line, ratio
from tests.bench.serving import shop
from tests.orders import shop as sales
from tests.settlements import made

FEW, MANY = 10_000, 1_000_000
ROUND, LEAST = 10, 5
A_DAY = 3  # payouts
WAITING = 60  # orders that are not yet paid out
PAUSED = 60  # listings
REFUNDED = 50  # one line of so many is a refund
TABLES = (
    "settlements", "settlement_lines", "listings", "stock_moves", "variants", "products",
    "ledger_entries", "orders",
)  # fmt: skip
SCANS = {f"SCAN {table}".upper() for table in TABLES}
PROGRAMS = {
    "settlements": "/v1/settlements",
    "settlements, deep within": "/v1/settlements?cursor={settlements}",
    "settlements that failed": "/v1/settlements?status=failed",
    "lines of a settlement": "/v1/settlements/{settlement}/lines",
    "lines, deep within": "/v1/settlements/{settlement}/lines?cursor={lines}",
    "listings": "/v1/listings",
    "listings, deep within": "/v1/listings?cursor={listings}",
    "listings that are active": "/v1/listings?status=active",
    "listings that are paused": "/v1/listings?status=paused",
    "listings of the storefront": "/v1/listings?marketplace=storefront",
    "paused ones of the storefront": "/v1/listings?marketplace=storefront&status=paused",
    "listings of an SKU": "/v1/listings?sku=SKU-77",
}
PAGES = {
    "console: listings": "/console/listings",
    "console: listings that are paused": "/console/listings?status=paused",
    "console: products": "/console/products",
    "console: products that are low": "/console/products?show=low",
    "console: stock": "/console/stock",
    "console: stock, deep within": "/console/stock?cursor={stock}",
    "console: stock that is low": "/console/stock?show=low",
    "console: moves of the shop": "/console/stock_moves",
    "console: moves, deep within": "/console/stock_moves?cursor={moves}",
    "console: a variant with its moves": "/console/stock/{variant}",
    "console: settlements of this month": "/console/settlements",
    "console: a settlement with its lines": "/console/settlements/{settlement}",
    "console: its lines, deep within": "/console/settlements/{settlement}?cursor={lines}",
    "console: its refunds": "/console/settlements/{settlement}?show=refunds",
    "console: its lines without an order": "/console/settlements/{settlement}?show=no_order",
    "console: orders not yet paid out": "/console/settlements/not_paid_out",
}


class Filled(NamedTuple):
    """An app with a full shop, and how its lists are asked for."""

    app: Flask
    program: FlaskClient
    person: FlaskClient
    paths: dict[str, str]

    def get(self, which: str) -> TestResponse:
        """Ask for one of PROGRAMS or PAGES."""
        client = self.program if which in PROGRAMS else self.person
        answer: TestResponse = Context().run(self._ask, client, self.paths[which])
        assert answer.status_code == 200, (self.paths[which], answer.status_code, answer.text)
        return answer

    def _ask(self, client: FlaskClient, path: str) -> TestResponse:
        with self.app.app_context():
            return client.get(path)


def run() -> None:
    """CPU of a page, through the app and without a server in between; query plans."""
    with shop(products=1) as (few_app, few_store):
        few = _filled(few_app, few_store, FEW)
        with shop(products=1) as (app, store):
            lots = _filled(app, store, MANY)
            for which in few.paths:
                _compare(which, few, lots)


def _compare(which: str, few: Filled, lots: Filled) -> None:
    found = in_turns({"few": _cost(few, which), "many": _cost(lots, which)}, rounds=5)
    cost = {size: median(figures) for size, figures in found.items()}
    detail = f"{cost['many']:.2f} ms CPU, {cost['few']:.2f} ms of {FEW:,}"
    line(which, ratio(found["many"], found["few"]), 1.5, "×", detail)
    asked = many.statements(lambda: lots.get(which))
    steps = [(step, one[0]) for one in asked for step in walks(one)]
    for step, statement in steps:
        print(f"    {step}: {' '.join(statement.split())[:300]}")
    if steps:
        line(f"{which}: walks", len(steps), 0, "")


def walks(asked: many.Asked) -> list[str]:
    """Give back the steps that read more the more rows there are, and what counts or skips."""
    statement = asked[0].upper()
    # SQLite is always told an offset, mostly of 0.
    found = ["OFFSET"] if statement.rstrip().endswith("OFFSET ?") and asked[1][-1] else []
    if statement.count("COUNT(") > statement.count("LIMIT"):
        found.append("a count without a limit")
    return found + [step for step in many.plan(asked) if step.upper() in SCANS]


def _cost(shop: Filled, which: str) -> Callable[[], float]:
    def measure() -> float:
        before = process_time()
        for _ in range(ROUND):
            shop.get(which)
        return 1000 * (process_time() - before) / ROUND

    return measure


def _filled(app: Flask, store: stores.Store, count: int) -> Filled:
    """A shop with `count` rows in each table, and one settlement with as many lines."""
    _shelf(store, count)
    _moves(store, count)
    _settlements(store, count)
    _entries(store, count)
    db.session.remove()
    app.extensions["call_log"].by_itself = False
    return Filled(app, _program(app, store), signed_in(app), _paths(count))


def _shelf(store: stores.Store, count: int) -> None:
    product = catalogue.shelf(store.id, limit=1).data[0]
    [variant] = product.variants
    [offered] = listings.listed(store.id, limit=1).data
    copied(product, count, lambda n: {"id": name("prd", n), "position": n})
    copied(variant, count, lambda n: _variant(n, count))
    copied(offered.listing, count, lambda n: _listing(n, count))


def _variant(n: Number, count: int) -> dict[str, Any]:
    few = n > count - 30
    return {
        "id": name("var", n),
        "product_id": name("prd", n),
        "sku": literal("SKU-") + cast(n, String),
        "stock": case((few, 1), else_=1000),
        "low": few,
    }


def _listing(n: Number, count: int) -> dict[str, Any]:
    return {
        "id": name("lst", n),
        "variant_id": name("var", n),
        "product_id": name("prd", n),
        "status": case((n % (count // PAUSED) == 0, "paused"), else_="active"),
    }


def _moves(store: stores.Store, count: int) -> None:
    """Move the stock of one variant `count` times."""
    product_id, variant_id = f"prd_{FIRST + 1}", f"var_{FIRST + 1}"
    last = Move(
        id="", store_id=store.id, product_id=product_id, variant_id=variant_id, number=0,
        kind=MoveKind.COUNTED, before=1000, after=1000, reason=None, note=None, order_id=None,
        person_id=None, key_id=None, import_id=None, undoes=None, created_at=now(),
    )  # fmt: skip
    copied(last, count, lambda n: {"id": name("mov", n), "number": n})
    with transaction() as session:
        session.execute(update(Variant).where(Variant.id == variant_id).values(moves=count))


def _settlements(store: stores.Store, count: int) -> None:
    """Pay out three times a day up to today, the last time in `count` lines."""
    like = made.settled(store, [made.line()], external_payout_id="po_0")
    [line] = settlements.lines(store.id, like.id).data
    copied(like, count, lambda n: _settlement(n, count))
    last = f"set_{FIRST + count}"
    copied(line, count, lambda n: _line(n) | {"settlement_id": literal(last)})
    with transaction() as session:
        kind = settlements.Settlement
        session.execute(update(kind).where(kind.id == last).values(line_count=count))


def _line(n: Number) -> dict[str, Any]:
    return {
        "position": n - 1,
        "id": name("stl", n),
        "external_id": name("txn", n),
        "type": case((n % REFUNDED == 0, "refund"), else_="sale"),
    }


def _settlement(n: Number, count: int) -> dict[str, Any]:
    ago = literal("-") + cast((count - n) / A_DAY, String) + " days"
    return {
        "id": name("set", n),
        "external_payout_id": name("po", n),
        "arrival_date": func.date(f"{now():%Y-%m-%d}", ago),
    }


def _entries(store: stores.Store, count: int) -> None:
    """Write `count` orders that were paid out, and the newest ones, which are not yet."""
    product = catalogue.find(store.id, f"prd_{FIRST + 1}")
    placed = [sales.place(store, product).order for _ in range(WAITING)]
    copied(placed[0], count, _order)
    for order in placed:
        paid = {"reference": f"pi_{order.id}", "amount": order.total, "currency": order.currency}
        orders.mark_paid(order.id, **paid)
    [entry, *_rest] = db.session.query(Entry).where(Entry.order_id == placed[0].id).all()
    copied(
        entry,
        count,
        lambda n: {
            "id": name("led", n),
            "order_id": name("ord", n),
            "reference": name("pi", n),
            "settlement_id": literal(f"set_{FIRST + count}"),
        },
    )


def _order(n: Number) -> dict[str, Any]:
    return {
        "id": name("ord", n),
        "number": -n,
        "token_hash": name("hash", n),
        "status": "shipped",
    }


def _program(app: Flask, store: stores.Store) -> FlaskClient:
    client = app.test_client()
    _, key = stores.create_key(store.id, name="Bench")
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key}"
    return client


def _paths(count: int) -> dict[str, str]:
    half = FIRST + count // 2
    known = {
        "settlement": f"set_{FIRST + count}",
        "variant": f"var_{FIRST + 1}",
        "settlements": cursor_of("settlements", f"set_{half}"),
        "lines": cursor_of("settlement_lines", count // 2),
        "listings": cursor_of("listings", f"lst_{half}"),
        "moves": cursor_of("stock_moves", f"mov_{half}"),
        "stock": cursor_of("stock", count // 2, f"prd_{half}", 0, f"var_{half}"),
    }
    return {which: path.format(**known) for which, path in {**PROGRAMS, **PAGES}.items()}
