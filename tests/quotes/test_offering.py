"""The merchant's answers: checked, kept as they were sent, extended, written about."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synqro import payments, quotes
from synqro.core.clock import today
from synqro.core.errors import Changed, Invalid
from synqro.quotes import Offer, OfferLine
from tests import makers
from tests.quotes.desk import fresh, kinds, mails, told
from tests.storefront.conftest import change


def wrong(store, offer):
    with pytest.raises(Invalid) as refused:
        quotes.send(store.id, makers.quote(store).quote.id, offer)
    return {field["field"]: field["code"] for field in refused.value.facts["fields"]}


def test_an_answer_that_cannot_be_is_refused_with_all_that_is_wrong(store):
    yesterday = today(store.timezone) - timedelta(days=1)
    lines = [OfferLine(" ", 0, -1), OfferLine("x" * 201, 1, 10**9)]
    found = wrong(
        store, Offer(lines, -1, lead_time_days=-1, expires_on=yesterday, deposit_bp=10_001)
    )
    assert found == {
        "lines.0.description": "required",
        "lines.0.quantity": "out_of_range",
        "lines.0.unit_price": "invalid_amount",
        "lines.1.description": "too_long",
        "lines.1.unit_price": "invalid_amount",
        "shipping": "invalid_amount",
        "lead_time_days": "out_of_range",
        "expires_on": "in_the_past",
        "deposit_percent": "out_of_range",
    }
    assert wrong(store, Offer([])) == {"lines": "too_few"}
    assert wrong(store, Offer([OfferLine("x", 1, 100)] * 51)) == {"lines": "too_many"}
    assert wrong(store, makers.offer(90_000_000, 4)) == {"lines": "amount_too_large"}
    for bp in (10, 9_990):  # the deposit, or what is left, is below Stripe's minimum
        found = wrong(store, makers.offer(1000, 1, deposit_bp=bp))
        assert found == {"deposit_percent": "amount_too_small"}
    with pytest.raises(payments.AmountTooSmall):
        quotes.send(store.id, makers.quote(store).quote.id, makers.offer(49, 1))
    assert "quote.sent" not in told()


@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9999)), min_size=1, max_size=5),
    st.integers(0, 5000),
    st.sampled_from([0, 1, 3333, 5000, 9999, 10_000]),
    st.sampled_from([(0, True), (1900, True), (1900, False), (2050, False)]),
)
def test_an_offer_adds_up(lines, shipping, deposit, tax):
    rate, included = tax
    store = quotes.pricing.Store(
        currency="EUR", tax_rate_bp=rate, tax_included=included, quote_deposit_bp=0
    )
    offer = Offer([OfferLine("x", *line) for line in lines], shipping, deposit_bp=deposit)
    found = quotes.price(store, offer)
    net = sum(quantity * price for quantity, price in lines) + shipping
    assert found.total == net + (0 if included else found.tax)
    assert 0 <= found.due <= found.total
    exact = found.total * (deposit if 0 < deposit < 10_000 else 10_000)
    assert found.due == (exact + 5_000) // 10_000


def test_a_new_price_is_a_new_version_and_the_old_one_stays(store):
    asked = makers.quoted(store, deposit_bp=5000, message="As you asked.")
    change(store, tax_rate_bp=1900, tax_included=False, tax_label="VAT")
    quotes.send(store.id, asked.quote.id, makers.offer(2000))
    first, second = quotes.versions(fresh(asked.quote))
    assert (first.total, first.due, first.tax, first.message) == (6300, 3150, 0, "As you asked.")
    assert (second.total, second.tax, second.due) == (9520, 1520, 9520)
    assert quotes.offer_of(fresh(asked.quote)).number == 2
    assert told().count("quote.sent") == mails().count("quoted") == 2
    wire = quotes.as_wire(fresh(asked.quote))
    assert (wire["version"], wire["total"], wire["deposit_due"], wire["balance_due"]) == (
        2, 95.2, 0, 95.2,
    )  # fmt: skip


def test_whoever_writes_upon_an_older_view_changes_nothing(store):
    asked = makers.quote(store)
    seen = fresh(asked.quote).version
    quotes.write(store, asked.token, "Make it five, please.")
    for deed in (
        lambda: quotes.send(store.id, asked.quote.id, makers.offer(), seen=seen),
        lambda: quotes.decline(store.id, asked.quote.id, seen=seen),
    ):
        with pytest.raises(Changed):
            deed()
    now = fresh(asked.quote)
    assert (now.status, now.offered) == ("pending", 0)
    quotes.mark_read(store.id, now.id)
    sent = quotes.send(store.id, now.id, makers.offer(), seen=now.version)
    assert sent.status == "quoted" and not fresh(sent).unread


def test_a_price_is_kept_open_for_longer_without_a_new_version(store):
    asked = makers.quoted(store)
    later = today(store.timezone) + timedelta(days=30)
    quotes.extend(store.id, asked.quote.id, later)
    now = fresh(asked.quote)
    assert (now.expires_on, now.offered, now.status) == (later.isoformat(), 1, "quoted")
    assert "extended" in mails() and kinds(now)[-1] == "extended"
    for day in (later, today(store.timezone) - timedelta(days=1)):
        with pytest.raises(Invalid):
            quotes.extend(store.id, now.id, day)
    quotes.resend(store.id, now.id)
    assert mails().count("quoted") == 2
    quotes.decline_by_customer(store, asked.token)
    for deed in (lambda: quotes.resend(store.id, now.id),):
        with pytest.raises(quotes.QuoteNotOpen):
            deed()


def test_both_sides_write_and_notes_stay_inside(store):
    asked = makers.quote(store)
    quotes.write(store, asked.token, " It holds a gate. ")
    quotes.reply(store.id, asked.quote.id, "I'll print it upright.")
    quotes.add_note(store.id, asked.quote.id, "Check the nozzle.")
    now = fresh(asked.quote)
    assert not now.unread
    wire = quotes.as_wire(now)
    assert [(m["from"], m["text"]) for m in wire["messages"]] == [
        ("customer", "It holds a gate."),
        ("merchant", "I'll print it upright."),
    ]
    assert [each["event"] for each in wire["timeline"]] == ["created", "message", "message"]
    assert "nozzle" not in str(wire)
    assert told().count("quote.message") == 2
    assert mails()[-2:] == ["message_merchant", "message"]
    for text in (" ", "x" * 5001):
        with pytest.raises(Invalid):
            quotes.write(store, asked.token, text)
