"""A price rule in plain words, and when it holds as people say it."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from synqro.repricer import (
    Action,
    Age,
    Band,
    Basis,
    Bounds,
    Competitor,
    Direction,
    Exceed,
    Fallback,
    Fixed,
    Guards,
    Margin,
    PriceWar,
    Rounding,
    Schedule,
    Scope,
    StockBands,
    Target,
    Terms,
    Velocity,
    Window,
)
from synqro.web.console.repricer_sentence import percent, sentence, title, which
from synqro.web.console.repricer_times import DAY, DAYS, SEVERAL, WEEK, Span, spans, windows

ALL, FIVE = Scope(all=True), Bounds(min=500)
WEEKEND = Schedule(
    "Europe/Berlin", tuple(windows(Span("fri", 1080, "sun", 1320))), Fallback.BASE
)  # fmt: skip


@pytest.fixture(autouse=True)
def _words(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def terms(strategy: object, bounds: Bounds = FIVE, scope: Scope = ALL, **more: object) -> Terms:
    return Terms("EUR", scope, strategy, bounds, **more)  # type: ignore[arg-type]


def test_each_kind_of_rule_is_a_sentence() -> None:
    few = StockBands((Band(2, 1000), Band(9, 550), Band(999_999_999, -1000)))
    unsold = Velocity(30, (Band(0, -750), Band(4, 0)))
    for rule, said in {
        terms(few, Bounds(500, 3999, 2000)): (
            "All products: when fewer than 3 are left, 10% more; when fewer than 10 are left, 5.5%"
            " more; otherwise 10% less. Never below €5.00 or what leaves 20% after cost and"
            " fees, at most €39.99."
        ),
        terms(unsold): (
            "All products: when none were sold in 30 days, 7.5% less; when fewer than 5 were sold"
            " in 30 days, your price. Never below €5.00."
        ),
        terms(Age(30, 7, -500, -2000)): (
            "All products: 5% less after 30 days without a sale and again every 7 days, down to"
            " 20% less. Never below €5.00."
        ),
        terms(Margin(3000), Bounds(None, None, 7)): (
            "All products: what leaves 30% after cost and fees. Never below what leaves 0.07%"
            " after cost and fees."
        ),
        terms(Fixed(2499), schedule=WEEKEND): (
            "All products: €24.99. Never below €5.00. Only Friday 18:00 to Sunday 22:00; at other"
            " times your price."
        ),
        terms(Competitor(Action.BEAT, by_bp=100)): (
            "All products: 1% below the lowest price of others, with shipping. Never below €5.00."
        ),
        terms(Competitor(Action.ABOVE, Target.SELLER, "Bo", 50, basis=Basis.ITEM)): (
            "All products: €0.50 above the price of “Bo”, without shipping. Never below €5.00."
        ),
        terms(Competitor(Action.MATCH, Target.MEDIAN)): (
            "All products: the same as the middle price of others, with shipping. Never below"
            " €5.00."
        ),
    }.items():
        assert sentence(rule) == said


def test_days_with_the_same_hours_are_said_together() -> None:
    evenings = [
        window for day in ("mon", "wed", "fri") for window in windows(Span(day, 1080, "", 1320))
    ]
    rule = terms(Fixed(2499), schedule=Schedule("Europe/Berlin", tuple(evenings), Fallback.HOLD))
    assert "Only Monday, Wednesday and Friday 18:00 to 22:00; at other times the price" in (
        sentence(rule)
    )


def test_what_is_not_as_usual_is_said_too() -> None:
    guards = Guards(90, 1000, 2000, 1, 50, Exceed.BLOCK, PriceWar(24, 5, 1))
    ends = Schedule("Europe/Berlin", ends_at=datetime(2026, 12, 24, 17, tzinfo=UTC))
    found = sentence(
        terms(Fixed(2499), rounding=Rounding(5, Direction.UP), guards=guards, schedule=ends)
    )
    assert found == (
        "All products: €24.99. Never below €5.00. Rounded up to .05. Until Thursday 24 December"
        " 2026, 18:00, then the price stays as it is. At most 10% at a time. At most 20% a day. At"
        " most 1 change a day. 90 minutes between two changes. No changes of less than €0.50. What"
        " would be a larger step stays as it is. After 5 drops in 24 hours it rests for 1 hour."
    )


def test_amounts_are_those_of_the_currency() -> None:
    yen = Terms("JPY", ALL, Fixed(2499), Bounds(min=50), Rounding(99))
    assert sentence(yen) == "All products: JP¥2,499. Never below JP¥50. Rounded down to 99."


def test_products_are_named_as_they_were_chosen() -> None:
    assert which(Scope(tags=("vase", "pot", "lamp"))) == "tagged “vase”, “pot” or “lamp”"
    picked = Scope(listing_ids=("lst_1",), skus=("A", "B"), marketplaces=("storefront", "ebay"))
    assert which(picked) == "SKU A or B, 1 picked listing, on your shop or ebay"


def test_a_rule_without_a_name_is_called_after_what_it_does() -> None:
    assert title(terms(StockBands((Band(0, 1000),)))) == "When none are left, 10% more"
    many = title(terms(StockBands(tuple(Band(most, 1000) for most in range(1, 9)))))
    assert len(many) <= 80 and many.endswith("…")
    tagged = title(terms(Margin(3000), scope=Scope(tags=("vase",))))
    assert tagged == "Tagged “vase”: what leaves 30% after cost and fees"


@pytest.mark.parametrize(
    ("bp", "words"), [(0, "0%"), (7, "0.07%"), (29, "0.29%"), (550, "5.5%"), (-10_000, "100%")]
)
def test_percentages_are_exact(bp: int, words: str) -> None:
    assert percent(bp) == words


def minutes(found: Iterable[Window]) -> set[int]:
    """Every minute of the week in the windows."""
    return {
        (day * DAY + window.since + minute) % WEEK
        for window in found
        for day in window.days
        for minute in range((window.until - window.since) % DAY or DAY)
    }


TIME = st.sampled_from([0, 1, 540, 1080, 1320, 1439])
SPAN = st.builds(
    Span, st.sampled_from([*DAYS, *SEVERAL]), TIME, st.sampled_from(["", *DAYS]), TIME
)  # fmt: skip


@given(st.lists(SPAN, min_size=1, max_size=4))
def test_times_come_back_as_the_same_minutes(typed: list[Span]) -> None:
    found = [window for span in typed for window in windows(span)]
    again = spans(found)
    assert minutes(w for span in again for w in windows(span)) == minutes(found)
    assert len(again) <= len(minutes(found))


@pytest.mark.parametrize(
    "span",
    [
        Span("fri", 1080, "sun", 1320),
        Span("sun", 1320, "mon", 360),
        Span("daily", 540, "", 1020),
        Span("weekdays", 540, "", 1020),
        Span("daily", 0, "", 0),
        Span("fri", 1080, "fri", 720),
    ],
)
def test_times_are_said_as_they_were_typed(span: Span) -> None:
    assert {minute for w in windows(span) for minute in minutes([w])} == minutes(windows(span))
    again = spans(windows(span))
    if span.day == "sun":  # shorter than a day: it runs past midnight
        assert again == [Span("sun", 1320, "", 360)]
    else:
        assert again == [span]


def test_one_that_runs_past_midnight_needs_no_second_day() -> None:
    assert windows(Span("sat", 1320, "", 120)) == [Window((5,), 1320, 120)]
    assert windows(Span("fri", 0, "sun", 0)) == [Window((4, 5), 0, 0)]
