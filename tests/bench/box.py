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
from tests.bench.report import line, note
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
        for quote in opened:
            found = quotes.suggest(store, quote, costing.rates_of(store))
            assert isinstance(found, costing.Estimate), found
        db.session.rollback()
        with served(app, app.extensions["settings"]) as there:
            _measure(there, [quote.id for quote in opened])


def _measure(there: Served, ids: Sequence[str]) -> None:
    signed_in = {"Cookie": _cookie(there)}
    htmx = {**signed_in, "HX-Request": "true", "HX-Target": "quote"}
    box = "/console/quotes"
    swaps = _waits(there, [f"{box}/{quote_id}" for quote_id in ids], htmx)
    line(f"opening a quote of {MANY:,}, p95", _p95(swaps), 200, "ms", _half(swaps))
    polls = [f"{box}?{urlencode({'show': show, 'live': 1})}" for show in ("todo", "waiting", "all")]
    lists = _waits(there, polls * 15, htmx)
    line(f"the list of {MANY:,} asking again, p95", _p95(lists), 200, "ms", _half(lists))
    news = _waits(there, [f"{box}/{quote_id}?live=1" for quote_id in ids], htmx)
    line("an open quote asking again, p95", _p95(news), 200, "ms", _half(news))
    usual = _waits(there, [f"{box}/numbers"] * 4, signed_in)
    line(f"the numbers of 90 days of {MANY:,}, p95", _p95(usual), 500, "ms", _half(usual))
    year = _waits(there, [f"{box}/numbers?days=365"] * 4, signed_in)
    note(f"the numbers of {MANY:,} in a year, p95", _p95(year), "ms", _half(year))


def _waits(there: Served, paths: Sequence[str], headers: dict[str, str]) -> list[float]:
    """Milliseconds of each answer, after a round that does not count."""
    connection = there.connect()
    found = []
    for number in range(ROUNDS + 1):
        for path in paths:
            begun = time.monotonic()
            assert get(path, **headers)(connection) == 200, path
            if number:
                found.append(1000 * (time.monotonic() - begun))
    connection.close()
    return found


def _p95(waits: list[float]) -> float:
    return sorted(waits)[int(len(waits) * 0.95)]


def _half(waits: list[float]) -> str:
    return f"half of them {sorted(waits)[len(waits) // 2]:.0f} ms"


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
