"""How many listings a second price rules decide, with every step and its reason."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from statistics import median
from time import process_time

from synqro import repricer
from synqro.costing import Fees
from tests.bench.report import in_turns, line, note, ratio

AT = datetime(2026, 5, 6, 12, tzinfo=UTC)
LISTINGS, BUDGET = 2_000, 50_000


def run() -> None:
    """CPU of one core; a bare loop over the same facts says how fast the machine is just now."""
    prepared, listings = repricer.prepare(_rules(), AT), _listings()
    verdicts = [repricer.decide(prepared, one) for one in listings]
    measures = {"rules": lambda: _decide(prepared, listings), "loop": lambda: _bare(listings)}
    found = in_turns(measures)
    each = 1_000_000 * median(found["rules"]) / LISTINGS
    moves = sum(v.price != one.price for v, one in zip(verdicts, listings, strict=True))
    line("a listing decided by one of 6 rules", each, 1_000_000 / BUDGET, "µs")
    note("listings decided a second", 1_000_000 / each, "", f"{moves} of {LISTINGS} move")
    note("beside a bare loop over the facts", ratio(found["rules"], found["loop"]), "×")


def _decide(prepared: repricer.Prepared, listings: list[repricer.Facts]) -> float:
    began = process_time()
    for one in listings:
        repricer.decide(prepared, one)
    return process_time() - began


def _bare(listings: list[repricer.Facts]) -> float:
    """Twenty times, as a single turn is too short to measure."""
    began = process_time()
    for _ in range(20):
        for one in listings:
            if one.price < one.base_price and one.available:
                pass
    return (process_time() - began) / 20


def _rules() -> list[repricer.Ruled]:
    bands = (repricer.Band(2, 1000), repricer.Band(10, -500))
    strategies = [
        repricer.StockBands(bands),
        repricer.Velocity(30, bands),
        repricer.Age(30, 7, -500, -3000),
        repricer.Margin(4000),
        repricer.Fixed(1850),
        repricer.Competitor(repricer.Action.BEAT, amount=1),
    ]
    war = repricer.PriceWar(24, 3, 24)
    return [
        repricer.Ruled(
            f"rule_{at}",
            f"Rule {at}",
            1,
            repricer.Terms(
                "EUR",
                repricer.Scope(tags=(f"tag {at}",)),
                strategy,
                repricer.Bounds(min=1000, max=4000, min_margin_bp=2000),
                repricer.Rounding(99),
                repricer.Guards(price_war=war),
                repricer.Schedule("Europe/Berlin", (repricer.Window((0, 1, 2), 480, 1200),)),
            ),
        )
        for at, strategy in enumerate(strategies)
    ]


def _listings() -> list[repricer.Facts]:
    moves = [
        (),
        (repricer.Moved(AT - timedelta(hours=5), 2100, 2000, "rule_1"),),
        (repricer.Moved(AT - timedelta(minutes=5), 2100, 2000, "rule_1"),),
    ]
    rivals = tuple(
        repricer.Rival(f"Seller {n}", 1900 + 10 * n, 300, "new", "DE", 100, 9900, AT)
        for n in range(5)
    )
    one = repricer.Facts(
        listing_id="lst_1", marketplace="storefront", sku="VASE", tags=(), currency="EUR",
        base_price=2000, price=2000, min_price=900, max_price=None, cost=500, available=5,
        listed_at=AT - timedelta(days=90), last_sold_at=AT - timedelta(days=40), sold={30: 1},
        fees=Fees(150, 25), tax_bp=2000, tax_included=True, priced_by="rule_1", rivals=rivals,
    )  # fmt: skip
    return [
        replace(one, tags=(f"tag {n % 6}",), price=1500 + n, available=n % 15, cost=400 + n // 4,
                moves=moves[n % 5 % 3])
        for n in range(LISTINGS)
    ]  # fmt: skip
