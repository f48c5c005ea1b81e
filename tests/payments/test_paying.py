"""From the pay page to the paid order: real HTTP, real signatures, events as bad as they come."""

import json

import pytest

from synqro import events, orders, payments
from synqro.core.db import db, transaction
from synqro.jobs import stripe_events
from synqro.payments import StripeEvent
from tests import makers
from tests.payments.till import SESSIONS, account, checkout, fresh


@pytest.fixture
def product(shop):
    return makers.product(shop, stock=3)


def stock() -> tuple[int, int]:
    db.session.rollback()
    return tuple(db.session.execute(db.text("SELECT stock, held FROM variants")).one())


def created() -> int:
    found = db.select(db.func.count()).select_from(events.Event).filter_by(type="order.created")
    return db.session.scalar(found)


def test_paid(shop, product, till):
    till.ask("switches", balance_after=600)  # no fee is in the ledger yet
    order = checkout(shop, product, 2)
    till.press(order, "pay")
    order = till.until(order, "paid")
    assert (stock(), created()) == ((1, 0), 1)
    [entry] = orders.ledger(order)
    assert entry.reference.startswith("pi_")
    assert orders.balance_due(order) == 0


def test_declined_and_then_paid(shop, product, till):
    order = checkout(shop, product)
    till.press(order, "decline")
    till.press(order, "pay")
    assert till.until(order, "paid").payment_problem is None


def test_paid_later(shop, product, till, clock):
    till.ask("switches", settle_after=600)
    order = checkout(shop, product)
    till.press(order, "async_ok")
    till.hear("checkout.session.completed")
    assert (fresh(order).status, fresh(order).settling) == ("awaiting_payment", True)
    with pytest.raises(orders.PaymentProcessing):
        orders.pay(shop, orders.link_token(order))
    clock.forward(601)
    till.until(order, "paid")
    assert (stock(), created()) == ((2, 0), 1)


def test_promised_and_not_paid(shop, product, till):
    till.ask("switches", settle_after=0)
    order = checkout(shop, product)
    till.press(order, "async_fail")
    till.hear("checkout.session.async_payment_failed")
    order = till.until(order, "expired")
    assert (order.settling, stock(), created()) == (False, (3, 0), 0)


def test_left_alone(shop, product, till, clock):
    order = checkout(shop, product)
    clock.forward(31 * 60 + 1)
    till.until(order, "expired")
    assert stock() == (3, 0)


def test_every_event_twice_and_backwards(shop, product, till):
    bad = {"twice": True, "out_of_order": True}
    till.ask("switches", deliver=bad, balance_after=600)  # no fee is in the ledger yet
    order = checkout(shop, product)
    till.press(order, "pay")
    till.until(order, "paid")
    till.hear("checkout.session.completed")
    assert (stock(), created(), len(orders.ledger(fresh(order)))) == ((2, 0), 1, 1)


def test_a_dead_hook_is_noticed_when_the_time_is_over(shop, product, till, clock):
    till.deliver(never=True)
    order = checkout(shop, product)
    till.press(order, "pay")
    clock.forward(33 * 60 + 1)
    orders.sweep(shop.id)
    assert (fresh(order).status, fresh(order).oversold) == ("paid", False)
    assert (stock(), created()) == ((2, 0), 1)


def test_the_return_page_asks_for_itself(shop, product, till):
    till.deliver(never=True)
    order = checkout(shop, product)
    assert orders.look_again(order).status == "awaiting_payment"
    till.press(order, "pay")
    assert orders.look_again(order).status == "paid"
    assert orders.look_again(order).status == "paid"


def test_a_dead_hook_and_a_payment_on_its_way(shop, product, till, clock):
    till.deliver(never=True)
    till.ask("switches", settle_after=7200, deliver={"never": True})
    order = checkout(shop, product)
    till.press(order, "async_ok")
    clock.forward(33 * 60 + 1)
    orders.sweep(shop.id)
    assert (fresh(order).status, fresh(order).settling) == ("awaiting_payment", True)
    clock.forward(3600)
    orders.sweep(shop.id)
    assert stock() == (3, 1)

    def look() -> bool:
        clock.forward(3601)
        orders.sweep(shop.id)
        return fresh(order).status == "paid"

    makers.wait_for(look)
    assert (stock(), created()) == ((2, 0), 1)


def test_a_stripe_that_is_away_still_frees_what_nobody_paid(shop, product, till, clock):
    order = checkout(shop, product)
    till.deliver(never=True)
    till.ask(
        "switches",
        deliver={"never": True},
        faults=[{"kind": "server_error", "path": "/v1/checkout/sessions", "times": 99}],
    )
    clock.forward(33 * 60 + 1)
    orders.sweep(shop.id)
    assert (fresh(order).status, stock()) == ("expired", (3, 0))


def test_a_page_that_is_open_too_long_is_closed(shop, product, till, clock):
    order = checkout(shop, product)
    with transaction():
        db.session.execute(db.update(orders.Order).values(expires_at=order.created_at))
    orders.sweep(shop.id)
    assert fresh(order).status == "expired"
    till.press(order, "pay")  # the page is over
    assert orders.look_again(order).status == "expired"


def test_a_read_that_fails_is_tried_again(shop, product, till, clock):
    order = checkout(shop, product)
    away = {"kind": "server_error", "path": SESSIONS, "method": "GET", "times": 3}
    till.ask("switches", faults=[away], balance_after=600)  # nothing else is told meanwhile
    till.press(order, "pay")
    event = till.hear("checkout.session.completed")
    assert fresh(order).status == "awaiting_payment"
    db.session.refresh(event)
    assert (event.done_at, event.attempts) == (None, 1)
    assert event.error.startswith("payment_provider_error")
    assert payments.due_events() == []
    clock.forward(41)
    assert payments.due_events() == [event.id]
    stripe_events.sweep()
    till.until(order, "paid")


def test_money_that_was_paid_after_the_hold_was_given_up(shop, product, till):
    order = checkout(shop, product)
    orders.give_up(order.id)
    till.press(order, "pay")
    assert till.until(order, "paid").oversold is False
    assert stock() == (2, 0)


def test_money_on_an_account_that_was_disconnected_meanwhile(shop, product, till):
    order = checkout(shop, product)
    payments.disconnect(shop)
    till.press(order, "pay")
    till.until(order, "paid")


def test_the_event_names_the_order_and_keeps_its_bytes(shop, product, till):
    order = checkout(shop, product)
    till.press(order, "pay")
    till.until(order, "paid")
    event = db.session.scalar(db.select(StripeEvent).filter_by(type="checkout.session.completed"))
    assert json.loads(event.payload)["data"]["object"]["metadata"]["order_id"] == order.id
    assert event.account_id == account(shop).account_id
    assert event.done_at
