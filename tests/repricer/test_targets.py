"""What each strategy wants, to the minor unit."""

from datetime import timedelta

import pytest

from synqro.repricer import (
    Action,
    Age,
    Band,
    Basis,
    Bounds,
    Competitor,
    Fallback,
    Filters,
    Fixed,
    Guards,
    Margin,
    PriceWar,
    Rounding,
    Ruled,
    StockBands,
    Target,
    Velocity,
    needs,
)
from tests.repricer.pure import AT, ask, codes, rival, terms

BANDS = (Band(0, 2000), Band(2, 1000), Band(10, -500))


@pytest.mark.parametrize(
    ("left", "price", "why"),
    [
        (-1, 2400, "stock_band"),
        (0, 2400, "stock_band"),
        (1, 2200, "stock_band"),
        (2, 2200, "stock_band"),
        (10, 1900, "stock_band"),
        (11, 2000, "stock_above_bands"),
        (None, 2000, "stock_not_counted"),
    ],
)
def test_stock_moves_the_base_price_by_the_first_band_that_fits(left, price, why):
    found = ask(terms(StockBands(BANDS)), available=left, price=1777)
    assert (found.price, codes(found)) == (price, [why])


@pytest.mark.parametrize(("sold", "price"), [(0, 2400), (2, 2200), (3, 1900), (11, 2000)])
def test_sales_of_so_many_days_move_the_base_price(sold, price):
    assert ask(terms(Velocity(30, BANDS)), sold={7: 99, 30: sold}, price=1777).price == price


@pytest.mark.parametrize(
    ("bp", "base", "price"),
    [(7, 10_000, 10_007), (29, 10_000, 10_029), (-29, 10_000, 9_971), (29, 5_000, 5_015),
     (7, 714, 714), (7, 715, 716), (-7, 715, 714), (-5000, 1001, 501)],
)  # fmt: skip
def test_small_percentages_are_exact_and_half_a_minor_unit_goes_up(bp, base, price):
    found = ask(terms(StockBands((Band(9, bp),))), base_price=base, price=base + 1)
    assert found.price == price


@pytest.mark.parametrize(
    ("days", "price"),
    [(29, 2000), (30, 1900), (36, 1900), (37, 1800), (44, 1700), (51, 1600), (99, 1600)],
)
def test_a_slow_seller_falls_step_by_step_to_its_limit(days, price):
    said = terms(Age(30, 7, -500, -2000))
    sold = AT - timedelta(days=days, hours=23)
    assert ask(said, last_sold_at=sold, price=1777).price == price
    assert ask(said, listed_at=sold, price=1777).price == price
    old = AT - timedelta(days=400)
    assert ask(said, listed_at=sold, last_sold_at=old, price=1777).price == price


def test_a_margin_is_kept_after_cost_fees_and_tax():
    found = ask(terms(Margin(5000)))
    assert (found.price, codes(found)) == (1308, ["margin"])


def against(asked, action=Action.MATCH, filters=None, bounds=None, known=None, **said):
    strategy = Competitor(action, **said)
    found = ask(
        terms(strategy, filters=filters, bounds=bounds or Bounds(min=100, max=3000)),
        rivals=asked,
        **(known or {}),
    )
    return found.price, codes(found)


THREE = (rival(1800, "Anna"), rival(1500, "Bea"), rival(1650, "Carl", shipping=400))


@pytest.mark.parametrize(
    ("said", "price"),
    [
        ({}, 1500),
        ({"target": Target.SECOND_LOWEST}, 1800),
        ({"target": Target.SECOND_LOWEST, "basis": Basis.ITEM}, 1650),
        ({"target": Target.MEDIAN}, 1800),
        ({"target": Target.MEDIAN, "basis": Basis.ITEM}, 1650),
        ({"target": Target.SELLER, "seller": "CARL"}, 2050),
        ({"target": Target.SELLER, "seller": "carl", "basis": Basis.ITEM}, 1650),
        ({"action": Action.BEAT, "amount": 1}, 1499),
        ({"action": Action.BEAT, "by_bp": 7}, 1499),
        ({"action": Action.ABOVE, "by_bp": 29}, 1504),
        ({"action": Action.ABOVE, "amount": 250}, 1750),
    ],
)
def test_a_price_keeps_its_distance_to_the_others(said, price):
    assert against(THREE, **said) == (price, ["competitor"])


def test_the_middle_of_two_prices_lies_between_them():
    assert against((rival(1001), rival(1000, "B")), target=Target.MEDIAN)[0] == 1001


@pytest.mark.parametrize(
    ("fallback", "price"), [(Fallback.HOLD, 1900), (Fallback.BASE, 2000), (Fallback.MAX, 3000)]
)
def test_without_others_it_holds_or_goes_back_or_up(fallback, price):
    nobody = {"target": Target.SELLER, "seller": "Dora"}
    said = {"if_none": fallback, "known": {"price": 1900}}
    assert against(THREE, **nobody, **said) == (price, ["no_competitor"])
    assert against((), **said)[0] == price
    assert against(THREE[:1], target=Target.SECOND_LOWEST, **said)[0] == price


@pytest.mark.parametrize(
    ("fallback", "price", "why"),
    [
        (Fallback.FLOOR, 1600, ["competitor", "raised_to_floor"]),
        (Fallback.HOLD, 1900, ["competitor_below_floor"]),
        (Fallback.MAX, 3000, ["competitor_below_floor"]),
    ],
)
def test_others_below_the_floor_are_not_followed_there(fallback, price, why):
    bounds = Bounds(min=1600, max=3000)
    said = {"if_below_floor": fallback, "known": {"price": 1900}}
    assert against(THREE, bounds=bounds, **said) == (price, why)


@pytest.mark.parametrize(
    ("filters", "price"),
    [
        (Filters(exclude_sellers=("BEA",)), 1800),
        (Filters(include_sellers=("anna", "carl")), 1800),
        (Filters(conditions=("new",)), 2500),
        (Filters(countries=("DE",)), 2500),
        (Filters(min_feedback_score=100), 2500),
        (Filters(min_feedback_bp=9_800), 2500),
        (Filters(ignore_below_base_bp=7_600), 1800),
        (Filters(ignore_below_base_bp=7_500), 1500),
        (Filters(max_age_minutes=30), 1500),
    ],
)
def test_only_prices_that_pass_the_filters_count(filters, price):
    known = {
        "condition": "New", "country": "DE", "feedback_score": 100, "feedback_bp": 9_800,
    }  # fmt: skip
    old = rival(900, "Old", seen_at=AT - timedelta(minutes=361))
    assert against((*THREE, rival(2500, "Dora", **known), old), filters=filters)[0] == price


def test_without_filters_prices_older_than_thirty_days_do_not_count():
    old = rival(900, "Old", seen_at=AT - timedelta(days=30, minutes=1))
    assert against((old,))[1] == ["no_competitor"]
    assert against((old._replace(seen_at=AT - timedelta(days=30)),))[0] == 900


def test_what_has_to_be_known_follows_from_the_strategies():
    def of(*strategies):
        return needs([Ruled("r", "R", 1, terms(one)) for one in strategies], AT)

    found = of(Velocity(7, BANDS), Velocity(30, BANDS), Age(30, 7, -500, -2000), Fixed(1))
    assert (found.windows, found.sold_back, found.rivals) == ({7, 30}, 52, False)
    found = of(Competitor(Action.MATCH), Margin(0))
    assert (found.windows, found.sold_back, found.rivals) == (set(), None, True)


@pytest.mark.parametrize(
    ("guards", "back"),
    [
        (Guards(), timedelta(days=1)),
        (Guards(cooldown_minutes=10_080), timedelta(days=7)),
        (Guards(price_war=PriceWar(window_hours=48, max_drops=3, rest_hours=24)), timedelta(3)),
    ],
)
def test_changes_are_looked_up_as_far_back_as_a_guard_holds(guards, back):
    assert needs([Ruled("r", "R", 1, terms(guards=guards))], AT).moves_back == back


def test_a_rounding_is_part_of_what_is_wanted():
    found = ask(terms(Fixed(1999), rounding=Rounding(99)), price=1999)
    assert (found.price, codes(found)) == (1999, ["fixed", "at_target"])
