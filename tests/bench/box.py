"""The box of many quotes behind the product's server: opening one, its polls, the numbers."""

import random
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from http.client import HTTPConnection
from io import BytesIO
from itertools import cycle
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import insert

from synqro import costing, orders, quotes, stores, uploads
from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.quotes import Party, Status
from tests import makers
from tests.bench.report import line
from tests.bench.serving import Served, get, served, shop
from tests.quotes.many import facts_of, written_like
from tests.uploads import parts

MANY, OPENED = 100_000, 40
ROUNDS = 5
MATERIALS = ("PLA", "PETG", "ASA")
ENDED = (Status.DECLINED, Status.CANCELLED)


def run() -> None:
    """Wall-clock time of answers, one after another, of quotes whose prices are worked out."""
    with shop(products=2) as (app, store):
        offered = [stores.Material(name=name, colors=[]) for name in MATERIALS]
        costing.save(store, costing.starting(None, store.currency, MATERIALS), offered=offered)
        store = stores.by_id(store.id)
        opened = _asked(store)
        _spread(store, opened)
        prices = {quote.id: _worked_out(store, quote) for quote in opened}
        db.session.rollback()
        with served(app, app.extensions["settings"]) as there:
            _measure(there, prices)


def _worked_out(store: stores.Store, quote: quotes.Quote) -> str:
    """The suggested price of a piece of the first file, as it stands in the field."""
    found = quotes.suggest(store, quote, costing.rates_of(store))
    assert isinstance(found, costing.Estimate), found
    return f"{found.items[0].unit_price / 100:.2f}"


def _measure(there: Served, prices: dict[str, str]) -> None:
    signed_in = {"Cookie": _cookie(there)}
    htmx = {**signed_in, "HX-Request": "true", "HX-Target": "quote"}
    box = "/console/quotes"
    for quote_id, price in prices.items():
        assert f'value="{price}"' in _page(there, f"{box}/{quote_id}", htmx), price
    swaps = [f"{box}/{quote_id}" for quote_id in prices]
    line(f"opening a quote of {MANY:,}, p95", *_waits(there, swaps, htmx, 200))
    polls = [f"{box}?{urlencode({'show': show, 'live': 1})}" for show in ("todo", "waiting", "all")]
    line(f"the list of {MANY:,} asking again, p95", *_waits(there, polls * 15, htmx, 200))
    news = [f"{path}?live=1" for path in swaps]
    line("an open quote asking again, p95", *_waits(there, news, htmx, 200))
    usual, year = f"{box}/numbers", f"{box}/numbers?days=365"
    line(f"numbers of 90 days of {MANY:,}, p95", *_waits(there, [usual] * 4, signed_in, 500))
    line(f"numbers of {MANY:,} in a year, p95", *_waits(there, [year] * 4, signed_in, 1500))


def _waits(
    there: Served, paths: list[str], headers: dict[str, str], budget: float
) -> tuple[float, float, str, str]:
    """The 95th percentile of the milliseconds of an answer, after a round that does not count;
    its budget, unit, and what half of them take, of it the server's CPU.
    """
    connection, found = there.connect(), []
    for path in paths:
        get(path, **headers)(connection)
    before = there.cpu()
    for path in paths * ROUNDS:
        begun = time.monotonic()
        assert get(path, **headers)(connection) == 200, path
        found.append(1000 * (time.monotonic() - begun))
    cpu = 1000 * (there.cpu() - before) / len(found)
    connection.close()
    found.sort()
    half = f"half of them {found[len(found) // 2]:.0f} ms, {cpu:.0f} ms CPU"
    return found[int(len(found) * 0.95)], budget, "ms", half


def _page(there: Served, path: str, headers: dict[str, str]) -> str:
    connection = there.connect()
    connection.request("GET", path, headers=headers)
    page = connection.getresponse().read().decode()
    connection.close()
    return page


def _cookie(there: Served) -> str:
    connection: HTTPConnection = there.connect()
    given = urlencode({"email": "a@b.example", "password": makers.PASSWORD})
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    connection.request("POST", "/login", given, kind)
    answer = connection.getresponse()
    assert answer.status == 303, answer.read()
    connection.close()
    return "; ".join(c.partition(";")[0] for c in answer.headers.get_all("Set-Cookie") or [])


def _asked(store: stores.Store) -> list[quotes.Quote]:
    """Pending quotes of two measured files each, asked last."""
    customer = orders.Customer("Sam Field", "sam@example.com")
    found = []
    for number in range(OPENED):
        solids = parts.cube(20.0 + number), parts.torus(20.0 + number / 2)
        files = [quotes.Wanted(_uploaded(store, at, solid)) for at, solid in enumerate(solids)]
        facts: dict[str, Any] = {"files": files, "quantity": 1 + number % 12}
        material = MATERIALS[number % len(MATERIALS)]
        asked = quotes.request(store, customer=customer, material=material, **facts)
        found.append(asked.quote)
    return found


def _uploaded(store: stores.Store, at: int, solid: parts.Part) -> str:
    body = parts.stl(solid)
    name = f"bracket-{at}.stl"
    got = uploads.receive(store, BytesIO(body), filename=name, visitor="bench", length=len(body))
    return got.upload.id


def _spread(store: stores.Store, opened: Sequence[quotes.Quote]) -> None:
    """All the others: asked over a year, and ended in every way."""
    chance = random.Random(6)  # noqa: S311
    begun = now() - timedelta(days=364)
    like = cycle(opened)
    rows = []
    for number in range(MANY - OPENED):
        asked_at = begun + timedelta(days=363) * (number / MANY)
        rows.append(_row(chance, next(like), asked_at))
    written_like(facts_of(opened[0]), rows)
    _with_files(opened)


def _row(chance: random.Random, like: quotes.Quote, asked_at: Any) -> dict[str, Any]:
    status = chance.choice(list(Status))
    answered = status is not Status.PENDING
    by = chance.choice([Party.CUSTOMER, Party.MERCHANT])
    total = int(chance.lognormvariate(8.5, 1)) + 50
    return {
        **{name: getattr(like, name) for name in ("parts", "volume", "material", "quantity")},
        "status": status,
        "unread": False,
        "created_at": asked_at,
        "news_at": asked_at,
        "answered_at": asked_at + timedelta(minutes=chance.random() * 3_000) if answered else None,
        "ended_by": by if status in ENDED else None,
        "answer": {"total": total, "automatic": chance.random() < 0.2} if answered else None,
    }


@transaction()
def _with_files(opened: Sequence[quotes.Quote]) -> None:
    names = cycle([part["id"] for quote in opened for part in quote.parts[:1]])
    ids = db.session.scalars(db.select(quotes.Quote.id).where(quotes.Quote.number < 0))
    rows = [
        {"quote_id": quote_id, "position": 0, "upload_id": next(names), "filename": "bracket.stl"}
        for quote_id in ids
    ]
    for many in _by(rows, 10_000):
        db.session.execute(insert(quotes.File), many)


def _by(rows: Sequence[dict[str, Any]], size: int) -> Iterator[Sequence[dict[str, Any]]]:
    return (rows[at : at + size] for at in range(0, len(rows), size))
