"""Amounts: exact in, exact out, never rounded unless a share has to be."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synqro.core.currencies import CURRENCIES, MINIMUM, digits, minimum, step
from synqro.core.errors import Invalid
from synqro.core.money import Money, share

currencies = st.sampled_from(CURRENCIES)
amounts = st.integers(0, 99_999_999)


@given(amounts, currencies)
def test_what_goes_out_comes_back_in(amount: int, currency: str) -> None:
    money = Money(amount, currency)
    wire = json.loads(json.dumps(money.number), parse_float=Decimal)
    assert Money.parse(wire, currency) == money
    assert Money.parse(str(money.major), currency) == money


@pytest.mark.parametrize(
    ("typed", "currency", "amount"),
    [("24.99", "GBP", 2499), (2500, "JPY", 2500), ("1.250", "KWD", 1250), ("3.00", "JPY", 3)],
)
def test_amounts_are_read_in_major_units(typed: str | int, currency: str, amount: int) -> None:
    assert Money.parse(typed, currency) == Money(amount, currency)


@pytest.mark.parametrize(
    "typed",
    ["", "abc", "1,5", "1e3", "NaN", "Infinity", "0x10", "--1", "1.", ".5", "9" * 30, "١", True],
)
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        Money.parse(typed, "EUR")


def test_a_sum_of_floats_is_refused_rather_than_rounded() -> None:
    with pytest.raises(Invalid) as error:
        Money.parse(repr(0.1 + 0.2), "EUR")
    assert error.value.code == "too_many_decimals"


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money(2800, "EUR"), "€28.00"),
        (Money(2500, "JPY"), "¥2,500"),
        (Money(1250, "KWD"), "KWD\xa01.250"),
    ],
)
def test_people_read_amounts_with_their_sign(money: Money, text: str) -> None:
    assert str(money) == text


@given(amounts, st.integers(0, 10_000), currencies)
def test_a_share_is_near_enough_and_can_be_charged(amount: int, rate: int, currency: str) -> None:
    found = share(amount, rate, currency)
    assert found % step(currency) == 0
    assert abs(found * 10_000 - amount * rate) <= 5_000 * step(currency)
    assert share(-amount, rate, currency) == -found


def test_the_smallest_charge_is_known() -> None:
    assert set(MINIMUM) < set(CURRENCIES)
    assert (minimum("GBP"), minimum("HUF"), minimum("KWD")) == (30, 17500, 10)
    assert (digits("ISK"), digits("UGX"), digits("OMR"), digits("USD")) == (0, 0, 3, 2)
