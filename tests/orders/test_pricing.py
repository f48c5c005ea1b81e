"""Tax and totals: exact, never losing or making a minor unit."""

from decimal import ROUND_HALF_UP, Decimal
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from synqro.core.currencies import CURRENCIES, step
from synqro.orders.pricing import PricedLine, add_up, tax_on

AMOUNTS = st.integers(0, 10_000_000)
RATES = st.integers(0, 10_000)
CODES = st.sampled_from(CURRENCIES)


def store(currency: str, rate: int, included: bool) -> SimpleNamespace:
    return SimpleNamespace(currency=currency, tax_rate_bp=rate, tax_included=included)


def line(price: int, quantity: int) -> PricedLine:
    return PricedLine("prd", "var", "Vase", None, {}, price, quantity, 99, None, None)


def half_up(exact: Decimal, unit: int) -> int:
    return int((exact / unit).quantize(Decimal(1), ROUND_HALF_UP)) * unit


@given(AMOUNTS, RATES, CODES)
def test_tax_on_top_is_the_exact_share_half_up(amount, rate, currency):
    exact = Decimal(amount) * rate / 10_000
    assert tax_on(amount, store(currency, rate, False)) == half_up(exact, step(currency))


@given(AMOUNTS, RATES, CODES)
def test_tax_inside_is_the_exact_part_half_up(amount, rate, currency):
    exact = Decimal(amount) * rate / (10_000 + rate)
    found = tax_on(amount, store(currency, rate, True))
    assert abs(found - exact) * 2 <= step(currency)
    assert found % step(currency) == 0
    assert 0 <= found <= max(amount, step(currency))


@given(st.lists(st.tuples(AMOUNTS, st.integers(1, 99))), AMOUNTS, RATES, CODES, st.booleans())
def test_the_parts_make_the_total(lines, shipping, rate, currency, included):
    totals = add_up(store(currency, rate, included), [line(*each) for each in lines], shipping)
    assert totals.subtotal == sum(price * quantity for price, quantity in lines)
    net = totals.subtotal + totals.shipping
    assert totals.total == (net if included else net + totals.tax)
    assert rate or totals.tax == 0


def test_a_sum_that_floats_get_wrong():
    totals = add_up(store("EUR", 0, True), [line(10, 1), line(20, 1)], 0)
    assert str(totals.money(totals.total).major) == "0.30"
