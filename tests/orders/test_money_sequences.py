"""Whatever happens to a payment, here and at Stripe, in whatever order it is told: books agree."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from synqro import catalogue, orders, stores
from synqro.core.db import db, transaction
from synqro.core.errors import Conflict, Invalid
from synqro.orders import Change, RefundStatus, Status
from synqro.payments import PaymentProviderError
from tests import makers
from tests.databases import examples
from tests.orders.bank import Bank
from tests.orders.deals import accepted, listener
from tests.orders.desk import Desk
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
    max_examples=examples(80),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
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


DEALS = st.one_of(
    st.tuples(st.sampled_from(["open", "withdraw", "cancel", "start", "ship", "wait"]), st.none()),
    st.tuples(
        st.sampled_from(["pay", "end", "tell", "tell", "news", "contest"]), st.integers(0, 9)
    ),
    st.tuples(st.just("refund"), st.integers(1, 400)),
    st.tuples(st.just("settle"), st.sampled_from(["won", "lost"])),
    st.tuples(st.just("away"), st.booleans()),
)


IN_TURN = [("open", None), ("pay", 0)]
BOTH = [*IN_TURN, ("tell", 0), *IN_TURN, ("tell", 1)]


@settings(
    max_examples=examples(40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.sampled_from([("EUR", 1), ("JPY", 1), ("KWD", 10)]),
    st.integers(100, 400),
    st.integers(100, 400),
    st.lists(DEALS, max_size=16),
)
@example(("KWD", 10), 150, 350, [*BOTH, ("refund", 420), ("contest", 0), ("news", 0)])
@example(("EUR", 1), 150, 350, [*BOTH[:-1], ("cancel", None), ("tell", 1)])
@example(("JPY", 1), 200, 200, [*BOTH[:2], ("withdraw", None), ("open", None), ("cancel", None)])
def test_any_sequence_of_deposit_and_balance(app, store, monkeypatch, money, due, rest, steps):
    heard, (currency, unit) = [], money
    app.extensions["order_listeners"] = [listener(heard)]
    with transaction():
        stores.by_id(store.id).currency = currency
    order = accepted(stores.by_id(store.id), (due + rest) * unit, due * unit).order
    desk = Desk(fresh(order))
    desk.serve(monkeypatch)
    for what, how in [*steps, ("away", False), ("tell", 0)]:
        with suppress(Conflict, Invalid, PaymentProviderError):
            _deal(store, order, desk, unit, what, how)
        _check_deal(order, desk, heard)
    for page in desk.pages.values():
        orders.follow(page)
    for payment in desk.banks:
        orders.follow_money(desk.read(None, None, payment))
    _check_deal(order, desk, heard)
    assert orders.sums(fresh(order)).paid == sum(bank.received for bank in desk.banks.values())
    assert [wrong.words for wrong in orders.audit() if wrong.order_id == order.id] == []


def _deal(store, order, desk, unit, what, how):
    bank = desk.bank(how if isinstance(how, int) else 0)
    does = {
        "away": lambda: setattr(desk, "away", how),
        "open": lambda: orders.payable_page(stores.by_id(store.id), fresh(order)),
        "withdraw": lambda: orders.withdraw(stores.by_id(store.id), fresh(order)),
        "refund": lambda: orders.refund(store.id, order.id, amount=how * unit),
        "wait": lambda: orders.look_again(fresh(order)),
        "contest": lambda: bank and bank.contest(False),
        "settle": lambda: bank and bank.settle(how),
        "news": lambda: bank and orders.follow_money(desk.read(None, None, bank.payment)),
    }
    if what in ("pay", "end", "tell"):
        getattr(desk, what)(how)
    elif what in ("cancel", "start", "ship"):
        getattr(orders, what)(store.id, order.id)
    else:
        does[what]()


def _check_deal(order, desk, heard):
    found = fresh(order)
    sums, due = orders.sums(found), orders.balance_due(found)
    assert len(desk.open_pages()) <= 1
    if found.status not in (Status.CANCELLED, Status.REFUNDED):
        assert sums.paid - sums.surplus + due == found.total
        assert orders.amount_due(found) in (0, found.deposit, found.total - found.deposit)
    else:
        assert (due, orders.amount_due(found)) == (0, 0)
    assert found.status is not Status.EXPIRED and orders.refundable(found) >= 0
    assert heard.count(Change.PAID) == bool(found.paid_at)
    assert heard.count(Change.BALANCE_PAID) <= 1
    if sums.surplus:
        assert Change.LATE_MONEY in heard
