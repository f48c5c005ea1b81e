"""Between which prices a rule may set one."""

import pytest
from hypothesis import given, settings

from synqro.costing import Fees
from synqro.repricer import Bounds, Fixed, Margin, Why, span
from tests.repricer.pure import SEEDS, ask, cases, codes, facts, terms


@pytest.mark.parametrize(
    ("bounds", "known", "floor", "by"),
    [
        (Bounds(min=100), {}, 100, "min"),
        (Bounds(min=1), {}, 50, "stripe"),
        (Bounds(min=100), {"min_price": 900}, 900, "listing_min"),
        (Bounds(min=950), {"min_price": 900}, 950, "min"),
        (Bounds(min=100, min_margin_bp=0), {}, 642, "cost"),
        (Bounds(min_margin_bp=5000), {}, 1308, "cost"),
        (Bounds(min_margin_bp=5000), {"currency": "GBP"}, 1308, "cost"),
    ],
)
def test_the_floor_is_the_highest_of_all_that_say_one(bounds, known, floor, by):
    found = span(terms(bounds=bounds), facts(**known))
    assert (found.floor, found.floor_by, found.stopped) == (floor, by, None)


def test_the_ceiling_is_the_lowest_and_without_any_the_most_that_can_be_charged():
    both = Bounds(min=100, max=3000)
    assert span(terms(bounds=both), facts(max_price=2500))[2:4] == (2500, "listing_max")
    assert span(terms(bounds=both), facts(max_price=3500))[2:4] == (3000, "max")
    assert span(terms(), facts())[2:4] == (99_999_999, "stripe")


def test_floor_and_ceiling_are_prices_that_can_be_charged():
    found = span(terms(bounds=Bounds(min=1001, max=1999)), facts(currency="KWD"))
    assert (found.floor, found.ceiling) == (1010, 1990)


def test_a_floor_above_the_ceiling_holds_the_price_and_says_so():
    found = ask(terms(Fixed(1500), bounds=Bounds(min=2500)), max_price=2400, price=99)
    assert (found.price, codes(found)) == (99, ["floor_above_ceiling"])
    said = {"floor": 2500, "by": "min", "ceiling": 2400, "ceiling_by": "listing_max"}
    assert found.reasons[0].facts == said


def test_without_a_cost_a_margin_cannot_be_kept_and_the_price_stays():
    for said in (terms(bounds=Bounds(min_margin_bp=0)), terms(Margin(0))):
        found = ask(said, cost=None, price=60)
        assert (found.price, codes(found)) == (60, ["no_cost"])


def test_a_margin_that_fees_and_tax_leave_no_room_for_is_out_of_reach():
    found = ask(terms(Margin(9500)), fees=Fees(500, 0))
    assert (found.price, codes(found)) == (2000, ["margin_out_of_reach"])


def test_a_price_above_its_ceiling_may_come_down_in_steps_but_never_rise():
    found = span(terms(bounds=Bounds(min=1000, max=2000)), facts(price=3000))
    assert found.allows(3000, 2550)
    assert not found.allows(3000, 3001)
    assert not found.allows(1500, 2001)
    assert not found.allows(1500, 999)


@settings(max_examples=100, deadline=None)
@given(SEEDS)
def test_the_cost_floor_covers_cost_tax_fees_and_margin(seed):
    for said, known in cases(seed):
        share, found = said.bounds.min_margin_bp, span(said, known)
        if share is None or known.cost is None or found.stopped:
            continue
        assert leaves(found.floor, share, known)
        if found.floor_by == "cost":
            unit = 10 if known.currency == "KWD" else 1
            assert not leaves(found.floor - unit, share, known)


def leaves(price, share, known):
    """Whether that much is left, all times 10,000² (and what tax divides by)."""
    whole = 10_000
    taxed = whole + known.tax_bp
    net, gross = (whole, taxed) if known.tax_included else (taxed, taxed * taxed // whole)
    # net / taxed and gross / taxed of the price, exact as both are whole here.
    scale = taxed
    kept = price * net * (whole - share) * whole
    fees = price * gross * known.fees.bp * whole
    return kept - fees >= (known.cost + known.fees.fixed) * scale * whole * whole


def test_reasons_name_what_sets_the_floor():
    found = ask(terms(Fixed(200), bounds=Bounds(min=100, min_margin_bp=2000)))
    assert found.reasons[-1].code == Why.RAISED
    assert found.reasons[-1].facts == {"floor": found.price, "by": "cost", "margin_bp": 2000}
