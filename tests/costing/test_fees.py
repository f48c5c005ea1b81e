"""What being paid costs, and the least price that bears it."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synqro import costing
from synqro.core.currencies import CURRENCIES, MAXIMUM
from synqro.costing import Fees, Rates, least_price, standard_fees
from synqro.stores import Store


@pytest.mark.parametrize(
    ("country", "currency", "fees"),
    [
        ("DE", "EUR", (150, 25)),
        ("PL", "PLN", (150, 100)),
        ("DE", "SEK", (150, 180)),
        ("GB", "GBP", (150, 20)),
        ("US", "USD", (290, 30)),
        ("AU", "AUD", (170, 30)),
        ("CH", "CHF", (290, 30)),
        ("NO", "NOK", (240, 200)),
        ("JP", "JPY", (360, 0)),
        ("KW", "KWD", (290, 0)),
    ],
)
def test_without_fees_of_its_own_a_shop_pays_the_published_price(country, currency, fees):
    assert standard_fees(country, currency) == fees


def test_there_are_fees_for_every_currency():
    assert all(standard_fees("XX", currency).bp > 0 for currency in CURRENCIES)


def exactly(price, cost, margin_bp, fees, tax_bp, tax_included):
    """What is left beyond the margin, by fractions."""
    taxed = 1 + Fraction(tax_bp, 10_000)
    net = price / taxed if tax_included else Fraction(price)
    gross = Fraction(price) if tax_included else price * taxed
    paid = gross * Fraction(fees.bp, 10_000) + fees.fixed
    return net - paid - cost - net * Fraction(margin_bp, 10_000)


AMOUNTS = st.integers(0, 500) | st.integers(0, MAXIMUM)


@settings(max_examples=1000, deadline=None)
@given(
    AMOUNTS, st.integers(0, 9_500), st.builds(Fees, st.integers(0, 1_500), st.integers(0, 900)),
    st.integers(0, 10_000), st.booleans(),
)  # fmt: skip
def test_the_least_price_leaves_the_margin_and_one_less_does_not(cost, margin, fees, tax, included):
    found = least_price(cost, margin, fees, tax, included)
    if found is None:
        assert exactly(10**15, 1, margin, fees, tax, included) < 0
        return
    assert exactly(found, cost, margin, fees, tax, included) >= 0
    assert found == 0 or exactly(found - 1, cost, margin, fees, tax, included) < 0


def test_rates_from_before_there_were_fees_still_read():
    packed = Rates("EUR").packed()
    del packed["fee_bp"], packed["fee_fixed"]
    assert Rates.unpacked(packed) == Rates("EUR")


def test_a_shops_own_fees_hold_where_its_rates_say_so(store: Store) -> None:
    standard = costing.fees_of(store)
    assert standard == standard_fees(store.country, store.currency)
    costing.save(store, replace(Rates(store.currency), fee_bp=90))
    assert costing.fees_of(store) == (90, standard.fixed)
    costing.save(store, replace(Rates(store.currency), fee_bp=0, fee_fixed=0))
    assert costing.fees_of(store) == (0, 0)
