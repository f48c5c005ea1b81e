"""Rules and listings as values, for tests that need no database."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st

from synqro.core.currencies import step
from synqro.costing import Fees
from synqro.repricer import (
    Action,
    Age,
    Band,
    Basis,
    Bounds,
    Competitor,
    Direction,
    Exceed,
    Facts,
    Fallback,
    Filters,
    Fixed,
    Guards,
    Margin,
    Moved,
    PriceWar,
    Rival,
    Rounding,
    Ruled,
    Schedule,
    Scope,
    StockBands,
    Target,
    Terms,
    Velocity,
    Verdict,
    Window,
    decide,
    prepare,
)

AT = datetime(2026, 5, 6, 12, tzinfo=UTC)  # a Wednesday
LISTING = Facts(
    listing_id="lst_1",
    marketplace="storefront",
    sku="VASE-15",
    tags=("vases", "gifts"),
    currency="EUR",
    base_price=2000,
    price=2000,
    min_price=None,
    max_price=None,
    cost=500,
    available=5,
    listed_at=AT - timedelta(days=100),
    last_sold_at=None,
    sold={},
    fees=Fees(150, 25),
    tax_bp=2000,
    tax_included=True,
)
WIDE = Guards(cooldown_minutes=0, per_run_bp=10_000, per_day_bp=10_000)
TERMS = Terms("EUR", Scope(all=True), Fixed(1500), Bounds(min=100), guards=WIDE)


def facts(**known: Any) -> Facts:
    return replace(LISTING, **known)


def terms(strategy: Any = TERMS.strategy, **said: Any) -> Terms:
    return replace(TERMS, strategy=strategy, **said)


def ask(said: Terms, at: datetime = AT, **known: Any) -> Verdict:
    """Ask one rule of one listing."""
    return decide(prepare([Ruled("rule_1", "A rule", 1, said)], at), facts(**known))


def codes(verdict: Verdict) -> list[str]:
    return [str(reason.code) for reason in verdict.reasons]


def moved(hours: float, before: int, after: int, rule_id: str | None = "rule_1") -> Moved:
    return Moved(AT - timedelta(hours=hours), before, after, rule_id)


def rival(price: int, seller: str = "Other", **known: Any) -> Rival:
    nothing = dict.fromkeys(("shipping", "condition", "country", "feedback_score", "feedback_bp"))
    return Rival(**{"seller": seller, "price": price, **nothing, "seen_at": AT, **known})


SEEDS = st.integers(0, 2**32)
"""Each stands for `CASES` rules and listings: far quicker than to build each by strategies."""
CASES = 25


def cases(seed: int, count: int = CASES) -> Iterator[tuple[Terms, Facts]]:
    """A rule and a listing of one currency, whose prices are multiples of its step."""
    dice = Random(seed)  # noqa: S311
    for _ in range(count):
        currency = dice.choice(["EUR", "EUR", "JPY", "KWD"])
        yield replace(any_terms(dice), currency=currency), any_facts(dice, currency)


def maybe(dice: Random, chance: float, value: Any) -> Any:
    return value if dice.random() < chance else None


def amount(dice: Random) -> int:
    """Mostly near to each other, seldom at the ends of what is allowed."""
    return dice.choice([dice.randint(1500, 3000)] * 12 + [1, 50, 999, 99_999, 99_999_999])


def bp(dice: Random) -> int:
    return dice.choice([7, -7, 29, -29, 0, *(dice.randint(-9000, 20_000) for _ in range(5))])


def bands(dice: Random) -> tuple[Band, ...]:
    most = sorted(dice.sample(range(12), dice.randint(1, 3)))
    return tuple(Band(one, bp(dice)) for one in most)


def any_strategy(dice: Random) -> Any:
    return dice.choice(
        [
            lambda: Fixed(amount(dice)),
            lambda: StockBands(bands(dice)),
            lambda: Velocity(dice.choice([7, 30]), bands(dice)),
            lambda: Age(
                dice.randint(0, 60), dice.randint(1, 20), -dice.randint(1, 900),
                -dice.randint(1, 9000),
            ),
            lambda: Margin(dice.randint(0, 9500)),
            lambda: Competitor(
                dice.choice(list(Action)), dice.choice(list(Target)), "anna",
                dice.choice([0, 0, 1, 50]), dice.choice([0, 0, 7, 29, 5000]),
                dice.choice(list(Basis)), dice.choice(OUTSIDE),
                dice.choice([Fallback.FLOOR, Fallback.HOLD, Fallback.MAX]),
            ),
        ]
    )()  # fmt: skip


OUTSIDE = [Fallback.HOLD, Fallback.BASE, Fallback.MAX]


def any_guards(dice: Random) -> Guards:
    war = PriceWar(
        dice.randint(1, 168), dice.randint(1, 3), dice.randint(1, 168),
        dice.choice([Fallback.HOLD, Fallback.BASE]),
    )  # fmt: skip
    return Guards(
        dice.choice([0, 60, 10_080]),
        dice.choice([500, 1500, 3333, 10_000]),
        dice.choice([500, 3000, 10_000]),
        dice.choice([1, 2, 24]),
        dice.choice([None, None, 1, 50]),
        dice.choice([*Exceed, Exceed.CLAMP]),
        maybe(dice, 0.3, war),
    )


def any_schedule(dice: Random) -> Schedule:
    windows = tuple(
        Window(
            tuple(sorted(dice.sample(range(7), dice.randint(1, 7)))),
            dice.randrange(1440),
            dice.randrange(1440),
        )
        for _ in range(dice.randint(0, 2))
    )
    ends = [maybe(dice, 0.3, AT + timedelta(hours=dice.randint(-400, 400))) for _ in range(2)]
    zone = dice.choice(["Europe/Berlin", "America/New_York", "UTC"])
    return Schedule(zone, windows, dice.choice(OUTSIDE), *ends)


def any_terms(dice: Random) -> Terms:
    least, share = maybe(dice, 0.6, dice.randint(1, 2500)), dice.randint(0, 8000)
    bounds = Bounds(
        least, maybe(dice, 0.7, dice.randint(2000, 5000)), share if least is None else None
    )
    filters = Filters(
        exclude_sellers=dice.choice([(), ("Bea",)]),
        max_age_minutes=dice.choice([60, 1440]),
        ignore_below_base_bp=dice.choice([None, 5000, 10_000]),
    )
    return Terms(
        currency="EUR",
        scope=Scope(all=True),
        strategy=any_strategy(dice),
        bounds=bounds,
        rounding=maybe(
            dice, 0.6, Rounding(dice.choice([0, 50, 90, 95, 99]), dice.choice(list(Direction)))
        ),
        guards=any_guards(dice),
        schedule=maybe(dice, 0.3, any_schedule(dice)),
        filters=maybe(dice, 0.5, filters),
    )


def any_moves(dice: Random) -> tuple[Moved, ...]:
    found = [
        moved(dice.randint(0, 300), amount(dice), amount(dice), dice.choice(RULES))
        for _ in range(dice.choice([0, 0, 1, 2, 6]))
    ]
    return tuple(sorted(found, key=lambda one: one.at, reverse=True))


RULES = [None, "rule_1", "rule_2"]


def any_rival(dice: Random) -> Rival:
    return rival(
        amount(dice),
        dice.choice(["Anna", "Bea", "Carl"]),
        shipping=maybe(dice, 0.5, dice.randint(0, 500)),
        seen_at=AT - timedelta(hours=dice.choice([0, 5, 30, 800])),
    )


def any_facts(dice: Random, currency: str) -> Facts:
    unit = step(currency)
    sold_at = AT - timedelta(days=dice.randint(0, 90))
    return facts(
        currency=currency,
        base_price=amount(dice) // unit * unit or unit,
        price=amount(dice) // unit * unit or unit,
        min_price=maybe(dice, 0.2, dice.randint(1, 2500)),
        max_price=maybe(dice, 0.2, dice.randint(2000, 5000)),
        cost=maybe(dice, 0.9, dice.randint(0, 1500)),
        available=maybe(dice, 0.9, dice.randint(-2, 12)),
        last_sold_at=maybe(dice, 0.7, sold_at),
        sold={7: dice.randint(0, 9), 30: dice.randint(0, 9)},
        fees=Fees(dice.randint(0, 500), dice.randint(0, 100)),
        tax_bp=dice.choice([0, 700, 2000]),
        tax_included=dice.random() < 0.5,
        priced_by=dice.choice(RULES),
        moves=any_moves(dice),
        resting=dice.choice([frozenset()] * 9 + [frozenset({("rule_1", 1)})]),
        rivals=tuple(any_rival(dice) for _ in range(dice.randint(0, 4))),
    )
