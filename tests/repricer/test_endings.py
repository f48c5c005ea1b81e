"""Endings of prices, never outside what is allowed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synqro.repricer import Bounds, Direction, Fixed, Rounding
from synqro.repricer.endings import ended
from tests.repricer.pure import ask, codes, terms

DOWN, UP, NEAREST = Direction.DOWN, Direction.UP, Direction.NEAREST


@pytest.mark.parametrize(
    ("price", "ending", "direction", "found"),
    [
        (2050, 99, DOWN, 1999),
        (2050, 99, UP, 2099),
        (2050, 99, NEAREST, 2099),
        (2049, 99, NEAREST, 1999),
        (2024, 99, NEAREST, 1999),
        (2049, 0, NEAREST, 2000),
        (2050, 0, NEAREST, 2000),
        (1999, 99, UP, 1999),
        (2000, 0, DOWN, 2000),
        (2000, 50, DOWN, 1950),
    ],
)
def test_a_price_gets_its_ending_in_the_direction(price, ending, direction, found):
    assert ended(price, 0, 10_000, Rounding(ending, direction), 1) == found


def test_the_other_direction_is_taken_where_the_first_leaves_the_limits():
    assert ended(2000, 2000, 3000, Rounding(99, DOWN), 1) == 2099
    assert ended(2000, 1000, 2050, Rounding(99, UP), 1) == 1999


def test_without_an_ending_between_the_limits_the_price_is_not_rounded():
    assert ended(2000, 2000, 2050, Rounding(99), 1) == 2000


def test_whole_yen_end_in_two_digits_and_dinars_in_steps_of_ten():
    assert ended(1234, 0, 9999, Rounding(80), 1) == 1180
    assert ended(12_344, 0, 99_990, Rounding(90), 10) == 12_290
    assert ended(12_344, 0, 99_990, Rounding(99), 10) == 12_340  # no such price can be charged
    assert ended(12_344, 12_342, 99_990, None, 10) == 12_350


@settings(max_examples=500, deadline=None)
@given(
    st.integers(0, 1500), st.integers(0, 400), st.integers(0, 400), st.integers(0, 99),
    st.sampled_from(Direction), st.sampled_from([1, 10]),
)  # fmt: skip
def test_a_price_has_its_ending_wherever_one_is_near_enough(
    price, below, above, ending, direction, unit
):
    low, high = price - below, price + above
    found = ended(price, low, high, Rounding(ending, direction), unit)
    near = range(max(low, price - 99), min(high, price + 99) + 1)
    fitting = [one for one in near if one % 100 == ending and one % unit == 0]
    if fitting:
        assert found in fitting
        assert direction != NEAREST or abs(found - price) == min(
            abs(one - price) for one in fitting
        )
    elif found is not None:
        assert low <= found <= high
        assert abs(found - price) < unit
        assert found % unit == 0
    else:
        assert not [one for one in range(low, high + 1) if one % unit == 0 and
                    abs(one - price) < unit]  # fmt: skip


def test_an_ending_never_takes_a_price_below_its_floor():
    found = ask(terms(Fixed(1500), bounds=Bounds(min=1500), rounding=Rounding(99)))
    assert (found.price, codes(found)) == (1599, ["fixed", "rounded"])
