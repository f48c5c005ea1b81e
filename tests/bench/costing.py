"""A suggested price for a request whose files were measured, and those of a page of the box."""

from datetime import date
from statistics import median
from time import process_time
from typing import Any

from synqro import costing, quotes, stores
from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.orders import Customer
from tests.bench.report import in_turns, line, note
from tests.bench.serving import shop

ROWS, ROUND = 50, 20
FILES = 3


def run() -> None:
    """CPU from the rates as they are stored to a price with its working; no query, no page."""
    with shop(products=1) as (_, store):
        document = _rates(store).packed()
        one, several = _asked(store, 1), _asked(store, FILES)
        found = in_turns(
            {
                "one": lambda: _cost(store, [one] * ROUND, document) / ROUND,
                "several": lambda: _cost(store, [several] * ROUND, document) / ROUND,
                "page": lambda: _cost(store, [several] * ROWS, document),
            }
        )
    cost = {name: median(figures) for name, figures in found.items()}
    line("suggestion for a measured file", cost["one"], 5, "ms")
    line(f"suggestion for {FILES} files, with breaks and rush", cost["several"], 5, "ms")
    note(f"suggestions for {ROWS} rows", cost["page"], "ms", f"{FILES} files each")


def _rates(store: stores.Store) -> costing.Rates:
    materials = tuple(costing.Material(f"PLA {n}", 1240, 2500, 500) for n in range(20))
    speeds = tuple(costing.Speed(one.name, 15_000, 40_000) for one in materials)
    machines = tuple(
        costing.Machine(
            f"m{n}", f"Printer {n}", costing.Process.FDM, 350, (50 * n, 210, 220), 1200, 2000, 300,
            speeds,
        )
        for n in range(1, 11)
    )  # fmt: skip
    return costing.Rates(
        currency=store.currency,
        materials=materials,
        machines=machines,
        labour_rate=2500,
        labour_seconds=300,
        setup=800,
        packing=200,
        failure_bp=500,
        margin_bp=3500,
        breaks=tuple(costing.Break(10 * n, 3500 - 300 * n) for n in range(1, 11)),
        rush=(costing.Rush(3, 3000), costing.Rush(7, 1500)),
        minimum=1500,
        rounding=costing.Rounding.HALF,
    )


def _asked(store: stores.Store, files: int) -> quotes.Quote:
    """A request whose files were measured, for the last of the materials."""
    customer = Customer("Sam Field", "sam@example.com")
    quote = quotes.request(store, customer=customer, description="A bracket", quantity=75).quote
    _measured(quote.id, files)
    return quotes.find(store.id, quote.id)


@transaction()
def _measured(quote_id: str, files: int) -> None:
    quote = db.session.get_one(quotes.Quote, quote_id)
    quote.material, quote.needed_by = "PLA 19", date.isoformat(now().date())
    facts = {
        "volume": 24_318_207,
        "area": 11_204_811,
        "size": [200_000, 33_000, 53_700],
        "watertight": True,
        "doubt": False,
    }
    quote.parts = [{"id": f"up_{n}", "name": f"bracket {n}.stl", **facts} for n in range(files)]


def _cost(store: stores.Store, asked: list[quotes.Quote], document: dict[str, Any]) -> float:
    """Milliseconds of CPU; the rates are unpacked for each as if it were alone."""
    began = process_time()
    for quote in asked:
        found = quotes.suggest(store, quote, costing.Rates.unpacked(document))
        assert isinstance(found, costing.Estimate), found
    return 1000 * (process_time() - began)
