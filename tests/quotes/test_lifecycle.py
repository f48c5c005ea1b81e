"""Who may do what, from which state: the paragraph of the contract, in full."""

from contextlib import suppress
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synqro import orders, quotes
from synqro.quotes import Party, Status
from synqro.quotes.lifecycle import Step, after, allowed
from tests import makers
from tests.databases import examples
from tests.quotes.desk import fresh, kinds, money_comes

SAID = {
    ("send", "merchant"): ("pending quoted expired declined accepted", "quoted"),
    ("send", "system"): ("pending", "quoted"),
    ("accept", "customer"): ("quoted", "accepted"),
    ("decline", "merchant"): ("pending quoted", "declined"),
    ("decline", "customer"): ("quoted", "declined"),
    ("cancel", "customer"): ("pending quoted accepted", "cancelled"),
    ("cancel", "merchant"): ("accepted", "cancelled"),
    ("extend", "merchant"): ("quoted", "quoted"),
    ("expire", "system"): ("quoted", "expired"),
    ("pay", "system"): ("pending quoted accepted declined expired cancelled", "paid"),
}


def test_the_table_is_the_contract() -> None:
    for status, step, by in product(Status, Step, Party):
        sources, target = SAID.get((step.value, by.value), ("", ""))
        assert allowed(status, step, by) == (status.value in sources.split())
        if allowed(status, step, by):
            assert after(status, step, by).value == target
        else:
            with pytest.raises(quotes.QuoteNotOpen) as refused:
                after(status, step, by)
            assert refused.value.facts == {"status": status.value}


DEEDS = ("send", "accept", "decline", "turn down", "cancel", "call off", "extend", "end", "pay")
BEGUN = ((), ("send",), ("send", "accept"), ("send", "accept", "pay"))
MAY = {
    "send": (Step.SEND, Party.MERCHANT),
    "accept": (Step.ACCEPT, Party.CUSTOMER),
    "decline": (Step.DECLINE, Party.MERCHANT),
    "turn down": (Step.DECLINE, Party.CUSTOMER),
    "cancel": (Step.CANCEL, Party.CUSTOMER),
    "call off": (Step.CANCEL, Party.MERCHANT),
}


@settings(
    max_examples=examples(15),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.sampled_from(BEGUN), st.lists(st.sampled_from(DEEDS), min_size=1, max_size=6))
def test_any_sequence_of_deeds(store, begun, deeds):
    asked = makers.quote(store)
    sent = paid = 0
    for deed in (*begun, *deeds):
        before = fresh(asked.quote)
        status = before.status
        refused = _do(store, asked, deed)
        now = fresh(asked.quote)
        if refused:
            assert (now.status, now.version) == (status, before.version)
        if deed in MAY and not (deed == "accept" and status is Status.ACCEPTED):
            assert refused == (not allowed(status, *MAY[deed]))
        sent += deed == "send" and not refused
        paid += now.status is Status.PAID and status is not Status.PAID
        _check(now, sent, paid)


def _do(store, asked, deed) -> bool:
    """Do it, and say whether it was refused."""
    quote, token = fresh(asked.quote), asked.token
    deeds = {
        "send": lambda: quotes.send(store.id, quote.id, makers.offer()),
        "accept": lambda: quotes.accept(store, token, version=quote.offered),
        "decline": lambda: quotes.decline(store.id, quote.id),
        "turn down": lambda: quotes.decline_by_customer(store, token),
        "cancel": lambda: quotes.cancel_by_customer(store, token),
        "call off": lambda: quotes.cancel(store.id, quote.id),
        "extend": lambda: quotes.resend(store.id, quote.id),
        "end": lambda: quotes.follow_up(store.id),
        "pay": lambda: quote.order_id and money_comes(orders.find(store.id, quote.order_id)),
    }
    try:
        deeds[deed]()
    except (quotes.QuoteNotOpen, quotes.QuoteExpired):
        return True
    return False


def _check(quote, sent, paid):
    assert quote.offered == len(quotes.versions(quote)) == sent
    assert kinds(quote).count("paid") == paid <= 1
    assert (quote.closed_at is not None) == (quote.status in ("declined", "expired", "cancelled"))
    order = quotes.order_of(quote)
    if quote.status in (Status.ACCEPTED, Status.PAID):
        assert order and order.quote_id == quote.id
        assert order.total == quotes.offer_of(quote).total
        assert (order.status == "paid") == (quote.status is Status.PAID)
    with suppress(quotes.QuoteNotFound):
        assert quotes.can(quote).accept == (quote.status is Status.QUOTED)
