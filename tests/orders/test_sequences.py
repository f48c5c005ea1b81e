"""Whatever is told, in whatever order and however often: stock, money and news add up."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synqro import catalogue, events, orders
from synqro.core.db import db
from synqro.orders import Status
from tests import makers
from tests.databases import examples
from tests.orders.shop import fresh, place, session, stock

ON_HAND = 4
TOLD = {
    "paid": {},
    "paid again": {"payment_id": "pi_other"},
    "settling": {"payment_status": "unpaid"},
    "failed": {"payment_status": "unpaid", "payment_failed": True},
    "expired": {"payment_status": "unpaid", "status": "expired"},
    "wrong amount": {"amount": 7},
}
STEPS = st.tuples(st.integers(0, 2), st.sampled_from([*TOLD, "give up", "ship"]))


@pytest.fixture
def product(store):
    return makers.product(store, stock=ON_HAND)


@settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.integers(1, 3), min_size=3, max_size=3), st.lists(STEPS, max_size=12))
def test_any_sequence(store, product, quantities, steps):
    catalogue.set_stock(store.id, product.variants[0].id, ON_HAND)
    made = []
    for quantity in quantities:
        with suppress(catalogue.OutOfStock):
            made.append(place(store, product, quantity).order)
    for number, what in steps:
        if number < len(made):
            _do(store, made[number], what)
    _check(product, made)
    for order in made:  # nothing of this round stays promised
        orders.payment_failed(order.id)
    assert stock(product)[1] == 0


def _do(store, order, what):
    if what == "give up":
        orders.give_up(order.id)
    elif what == "ship":
        with suppress(orders.NotShippable):
            orders.ship(store.id, order.id)
    else:
        orders.follow(session(order, **TOLD[what]))


def _check(product, made):
    left, held = stock(product)
    now = [fresh(order) for order in made]
    pieces = {order.id: order.lines[0].quantity for order in now}
    waiting = [order for order in now if order.status is Status.AWAITING_PAYMENT]
    assert held == sum(pieces[order.id] for order in waiting)
    paid = [order for order in now if order.paid_at]
    sold = sum(pieces[order.id] for order in paid)
    assert left >= 0
    if any(order.oversold for order in paid):
        assert left <= ON_HAND - sold + sum(pieces[o.id] for o in paid if o.oversold)
    else:
        assert left == ON_HAND - sold
    for order in now:
        _check_money(order)


def _check_money(order):
    ledger = orders.ledger(order)
    references = [entry.reference for entry in ledger]
    assert len(set(references)) == len(references)
    assert bool(ledger) == bool(order.paid_at)
    assert len(ledger) < 2 or order.payment_problem
    assert orders.balance_due(order) == (
        0 if order.paid_at or order.status is Status.EXPIRED else order.total
    )
    told = db.session.scalars(db.select(events.Event).filter_by(type="order.created")).all()
    assert sum(order.id.encode() in event.body for event in told) == bool(order.paid_at)
