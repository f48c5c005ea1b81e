"""Whatever happens to a payment, here and at Stripe, in whatever order it is told: books agree."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synqro import catalogue, orders
from synqro.core.db import db
from synqro.core.errors import Conflict, Invalid
from synqro.orders import RefundStatus, Status
from synqro.payments import PaymentProviderError
from tests import makers
from tests.orders.bank import Bank
from tests.orders.shop import fresh, place, session, stock

ON_HAND = 5
AMOUNTS = st.integers(1, 9000)
STEPS = st.one_of(
    st.tuples(st.just("refund"), AMOUNTS),
    st.tuples(st.just("refund all"), st.booleans()),
    st.tuples(st.just("cancel"), st.booleans()),
    st.tuples(st.just("dashboard"), AMOUNTS),
    st.tuples(st.just("begins"), st.sampled_from(["pending", "succeeded", "failed"])),
    st.tuples(st.just("fails"), st.integers(0, 3)),
    st.tuples(st.just("succeeds"), st.integers(0, 3)),
    st.tuples(st.just("contest"), st.booleans()),
    st.tuples(st.just("settle"), st.sampled_from(["under_review", "won", "lost"])),
    st.tuples(st.just("tell"), st.integers(0, 5)),
    st.tuples(st.just("remember"), st.none()),
    st.tuples(st.just("away"), st.booleans()),
    st.tuples(st.just("deaf"), st.booleans()),
    st.tuples(st.just("sweep"), st.none()),
    st.tuples(st.just("start"), st.none()),
    st.tuples(st.just("ship"), st.none()),
    st.tuples(st.just("paid again"), st.none()),
)


@pytest.fixture
def product(store):
    return makers.product(store, stock=ON_HAND)


@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.integers(1, 3), st.lists(STEPS, max_size=14))
def test_any_sequence(store, product, clock, monkeypatch, quantity, steps):
    catalogue.set_stock(store.id, product.variants[0].id, ON_HAND)
    order = place(store, product, quantity).order
    orders.follow(session(order))
    bank, told = Bank(fresh(order)), []
    bank.serve(monkeypatch)
    for what, how in steps:
        with suppress(Conflict, Invalid):
            _do(store, order, bank, told, clock, what, how)
        _check_always(product, order, quantity)
    _settle(order, bank, clock)
    _check_at_rest(product, order, bank, quantity)


def _do(store, order, bank, told, clock, what, how):
    ids = (store.id, order.id)
    does = {
        "refund": lambda: orders.refund(*ids, amount=how),
        "refund all": lambda: orders.refund(*ids, restock=how),
        "cancel": lambda: orders.cancel(*ids, restock=how),
        "dashboard": lambda: bank.give_back(how),
        "fails": lambda: bank.turn(how, "failed"),
        "succeeds": lambda: bank.turn(how, "succeeded"),
        "contest": lambda: bank.contest(how),
        "settle": lambda: bank.settle(how),
        "tell": lambda: told and orders.follow_money(told[how % len(told)]),
        "remember": lambda: told.append(bank.read()),
        "sweep": lambda: _sweep(clock),
        "start": lambda: orders.start(*ids),
        "ship": lambda: orders.ship(*ids),
        "paid again": lambda: orders.follow(session(order)),
    }
    if what in ("away", "deaf", "begins"):
        setattr(bank, what, how)
    else:
        with suppress(PaymentProviderError):
            does[what]()


def _sweep(clock):
    clock.forward(7 * 3600)
    for refund_id in orders.due_refunds():
        orders.send_refund(refund_id)


def _settle(order, bank, clock):
    bank.away = bank.deaf = False
    _sweep(clock)
    orders.follow_money(bank.read())
    orders.follow_money(bank.read())


def _check_always(product, order, quantity):
    found = fresh(order)
    assert orders.refundable(found) >= 0
    on_hand, held = stock(product)
    [hold] = catalogue.stock.holds_of([order.id])[order.id]
    assert (on_hand + hold.quantity - hold.returned, held) == (ON_HAND, 0)
    assert 0 <= hold.returned <= hold.quantity == quantity
    again = fresh(order)
    assert list(orders.audit()) == [], again.status


def _check_at_rest(product, order, bank, quantity):
    found = fresh(order)
    sums = orders.sums(found)
    assert sums == (found.total, bank.refunded(), bank.disputed(), 0)
    assert not [r for r in orders.refunds(found) if r.status is RefundStatus.REQUESTED]
    known = {r.reference: r.status for r in orders.refunds(found) if r.reference}
    assert known == {r.id: r.status for r in bank.refunds}
    assert {d.reference: d.status for d in orders.disputes(found)} == {
        d.id: d.status for d in bank.disputes
    }
    assert orders.refundable(found) == max(0, bank.left())
    if sums.refunded == sums.paid:
        assert found.status in (Status.REFUNDED, Status.CANCELLED)
    fees = [e.amount for e in orders.ledger(found) if e.kind is orders.EntryKind.FEE]
    assert fees == [-10]
    assert db.session.is_active
