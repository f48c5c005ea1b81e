"""Money that comes, comes late, comes twice, comes wrong, or does not come."""

import json

import pytest

from synqro import catalogue, events, orders, payments, stores
from synqro.core.clock import today
from synqro.core.db import db, transaction
from synqro.mail import Message
from synqro.orders import Status
from tests import makers
from tests.orders.shop import fresh, kinds, place, session, set_up_payments, stock


def announced(order: orders.Order) -> list[dict]:
    rows = db.session.scalars(db.select(events.Event).order_by(events.Event.id))
    bodies = [json.loads(row.body) for row in rows]
    return [body for body in bodies if body["data"]["id"] == order.id]


def test_a_paid_order_enters_the_queue_and_everyone_is_told_once(store, run_jobs):
    product = makers.product(store, stock=3)
    order = place(store, product, 2).order
    for _ in range(3):
        orders.follow(session(order))
    order = fresh(order)
    assert (order.status, order.oversold, order.payment_problem) == ("paid", False, None)
    assert stock(product) == (1, 0)
    assert orders.paid(order) == order.total
    assert orders.balance_due(order) == 0
    [event] = announced(order)
    assert (event["event"], event["mode"]) == ("order.created", "live")
    assert event["data"] == orders.as_wire(order)
    assert event["data"]["total"] == 56.0
    assert event["data"]["shipping_address"]["text"] == "1 High Street"
    sent = db.session.execute(db.select(Message.template, Message.to)).all()
    assert sorted(map(tuple, sent)) == [
        ("orders/new", makers.EMAIL),
        ("orders/received", "sam@example.com"),
    ]
    assert kinds(order) == ["placed", "paid"]


def test_late_money_still_makes_the_order_paid(store):
    product = makers.product(store, stock=3)
    order = place(store, product, 2).order
    orders.give_up(order.id)
    assert stock(product) == (3, 0)
    orders.follow(session(order))
    order = fresh(order)
    assert (order.status, order.oversold) == ("paid", False)
    assert stock(product) == (1, 0)


def test_late_money_for_what_is_gone_is_marked_oversold(store):
    product = makers.product(store, stock=2)
    late, early = place(store, product, 2).order, None
    orders.give_up(late.id)
    early = place(store, product, 1).order
    orders.follow(session(late))
    assert (fresh(late).status, fresh(late).oversold) == ("paid", True)
    assert stock(product) == (1, 1)  # what was held for the other is not touched
    orders.follow(session(early))
    assert (fresh(early).status, fresh(early).oversold) == ("paid", False)
    assert stock(product) == (0, 0)


def test_a_recount_under_a_hold_is_told_as_oversold(store):
    product = makers.product(store, stock=2)
    order = place(store, product, 2).order
    catalogue.set_stock(store.id, product.variants[0].id, 1)
    orders.follow(session(order))
    assert fresh(order).oversold
    assert stock(product) == (0, 0)


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"amount": 1}, "A payment of €0.01 came in, but the total is €28.00"),
        ({"amount": None}, "came in, but the total"),
        ({"currency": "USD"}, "A payment of $28.00 came in"),
        ({"account_id": "acct_other"}, "another Stripe account"),
    ],
)
def test_money_that_is_not_the_orders_never_pays_it(store, facts, says):
    product = makers.product(store)
    order = place(store, product).order
    for _ in range(2):
        orders.follow(session(order, **facts))
    order = fresh(order)
    assert order.status == "awaiting_payment"
    assert says in order.payment_problem
    assert kinds(order) == ["placed", "payment_problem"]
    assert announced(order) == []
    problems = orders.worklist(store.id, shown=orders.Shown.PROBLEMS)
    assert [o.id for o in problems.data] == [order.id]
    waits = orders.waiting(store.id, today("UTC"))
    assert (waits.to_do, waits.in_progress, waits.problems) == (0, 0, 1)


def test_another_mode_and_another_provider_are_ignored(store):
    order = place(store, makers.product(store)).order
    orders.follow(session(order, livemode=True))
    orders.follow(session(order, provider=payments.Provider.STRIPE))
    orders.follow(session(order, order_id="ord_none"))
    orders.follow(session(order, order_id=None))
    assert (fresh(order).status, fresh(order).payment_problem) == ("awaiting_payment", None)


def test_a_second_payment_is_kept_and_shown(store):
    product = makers.product(store)
    order = place(store, product).order
    orders.follow(session(order))
    for _ in range(2):
        orders.follow(session(order, id="cs_second", payment_id="pi_second"))
    order = fresh(order)
    assert [entry.reference for entry in orders.ledger(order)] == [f"pi_{order.id}", "pi_second"]
    assert orders.paid(order) == 2 * order.total
    assert "Another payment of €28.00" in order.payment_problem
    assert stock(product) == (2, 0)
    assert len(announced(order)) == 1


def test_a_payment_on_its_way_keeps_the_hold(store, clock):
    product = makers.product(store)
    order = place(store, product).order
    orders.follow(session(order, payment_status="unpaid"))
    assert fresh(order).settling
    clock.forward(2 * 3600)
    orders.sweep(store.id)
    assert stock(product) == (3, 1)
    orders.give_up(order.id)
    assert fresh(order).status == "awaiting_payment"
    orders.follow(session(order))
    assert (fresh(order).status, fresh(order).settling) == ("paid", False)
    assert kinds(order) == ["placed", "payment_started", "paid"]


def test_a_payment_that_fails_frees_the_hold(store):
    product = makers.product(store)
    order = place(store, product).order
    orders.follow(session(order, payment_status="unpaid"))
    for _ in range(2):
        orders.follow(session(order, payment_status="unpaid", payment_failed=True))
    assert (fresh(order).status, stock(product)) == ("expired", (3, 0))
    assert kinds(order) == ["placed", "payment_started", "payment_failed"]
    orders.follow(session(order, payment_status="unpaid"))
    assert (fresh(order).status, fresh(order).settling) == ("expired", False)


def test_an_expired_session_frees_the_hold(store):
    product = makers.product(store)
    order = place(store, product).order
    orders.follow(session(order, status="expired", payment_status="unpaid"))
    assert (fresh(order).status, stock(product)) == ("expired", (3, 0))
    assert orders.balance_due(fresh(order)) == 0


def test_a_session_that_is_not_the_orders_ends_nothing(store):
    order = place(store, makers.product(store)).order
    with transaction():
        db.session.execute(db.update(orders.Order).values(session_id="cs_first"))
    orders.follow(session(order, id="cs_other", status="expired", payment_status="unpaid"))
    orders.follow(session(order, id="cs_other", payment_status="unpaid"))
    assert (fresh(order).status, fresh(order).settling) == ("awaiting_payment", False)


def test_nobody_finishes_the_checkout(store, clock):
    product = makers.product(store, stock=1)
    order = place(store, product).order
    assert orders.sweep(store.id).seen == 0
    clock.forward(33 * 60 + 1)
    assert orders.sweep(store.id).changed == 1
    assert orders.sweep(store.id).seen == 0
    assert (fresh(order).status, stock(product)) == ("expired", (1, 0))
    assert place(store, product).order.number == 1002


def test_the_owners_of_the_twin_hear_of_test_orders(twin):
    set_up_payments(twin, "acct_twin")
    order = place(twin, makers.product(twin)).order
    orders.follow(session(order))
    [event] = announced(order)
    assert event["mode"] == "test"
    assert fresh(order).status is Status.PAID
    assert stores.by_id(order.store_id).mode == "test"


def test_an_unknown_order_cannot_be_paid(store):
    with pytest.raises(orders.OrderNotFound):
        orders.mark_paid("ord_none", reference="pi_1", amount=1, currency="EUR")
    orders.give_up("ord_none")
    orders.payment_failed("ord_none")
    orders.mark_settling("ord_none")
