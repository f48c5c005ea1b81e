"""Orders called off: before they are paid, after, and at the same moment."""

import pytest

from synqro import orders, payments
from synqro.core.db import db
from synqro.orders import RefundStatus, Status
from synqro.payments import PaymentProviderError
from tests import makers
from tests.payments import moneybox
from tests.payments.till import at_stripe, checkout, fresh


@pytest.fixture
def product(shop):
    return makers.product(shop, stock=5)


def test_before_it_is_paid(shop, product, till):
    order = checkout(shop, product, 2)
    after = orders.cancel(shop.id, order.id, note="Sold out after all")
    assert (after.status, bool(after.cancelled_at)) == (Status.CANCELLED, True)
    assert moneybox.stock(product) == (5, 0)
    assert at_stripe(order).status == "expired"
    assert moneybox.emitted(order) == ["order.cancelled"]
    [mail] = moneybox.mailed("orders/cancelled")
    assert mail.to == order.customer_email
    till.hear("checkout.session.expired")
    assert fresh(order).status == "cancelled"
    with pytest.raises(orders.NotCancellable):
        orders.cancel(shop.id, order.id)


def test_by_its_customer(shop, product):
    order = checkout(shop, product)
    after = orders.cancel_by_customer(shop, orders.link_token(order))
    assert (after.status, moneybox.stock(product)) == (Status.CANCELLED, (5, 0))
    assert moneybox.mailed("orders/cancelled") == []
    with pytest.raises(orders.NotCancellable):
        orders.cancel_by_customer(shop, orders.link_token(order))


def test_a_customer_cannot_take_back_what_is_paid(shop, product, till):
    order = moneybox.paid(till, shop, product)
    with pytest.raises(orders.NotCancellable):
        orders.cancel_by_customer(shop, orders.link_token(order))


def test_paid_a_moment_before(shop, product, till):
    till.deliver(never=True)
    order = checkout(shop, product)
    till.press(order, "pay")
    with pytest.raises(orders.NotCancellable, match="paid a moment ago"):
        orders.cancel(shop.id, order.id)
    assert fresh(order).status == "paid"
    assert moneybox.stock(product) == (4, 0)


def test_while_the_bank_is_settling(shop, product, till):
    till.ask("switches", settle_after=600, deliver={"never": True})
    order = checkout(shop, product)
    till.press(order, "async_ok")
    for _ in range(2):
        with pytest.raises(orders.PaymentProcessing):
            orders.cancel(shop.id, order.id)
    assert (fresh(order).status, fresh(order).settling) == ("awaiting_payment", True)


def test_with_stripe_away_nothing_changes(shop, product, till):
    order = checkout(shop, product)
    till.fault("server_error", times=6)
    with pytest.raises(PaymentProviderError):
        orders.cancel(shop.id, order.id)
    assert fresh(order).status == "awaiting_payment"
    assert moneybox.stock(product) == (5, 1)


def test_a_page_that_stripe_has_closed_already(shop, product, till):
    till.deliver(never=True)
    order = checkout(shop, product)
    payments.expire_session(payments.Provider.SANDBOX, order.session_account, order.session_id)
    assert orders.cancel(shop.id, order.id).status == "cancelled"


def test_a_paid_order_is_refunded_and_restocked(shop, product, till):
    order = moneybox.paid(till, shop, product, 2)
    orders.refund(shop.id, order.id, amount=600)
    orders.start(shop.id, order.id)
    after = orders.cancel(shop.id, order.id, note="The kiln broke")
    assert (after.status, orders.sums(after)) == (Status.CANCELLED, (5600, 5600, 0, 0))
    assert moneybox.stock(product) == (5, 0)
    assert moneybox.emitted(order)[-2:] == ["order.cancelled", "order.refunded"]
    assert len(moneybox.mailed("orders/cancelled")) == 1
    assert orders.balance_due(after) == 0
    till.run_jobs()
    assert fresh(order).status == "cancelled"


def test_without_restocking(shop, product, till):
    order = moneybox.paid(till, shop, product, 2)
    orders.cancel(shop.id, order.id, restock=False)
    assert moneybox.stock(product) == (3, 0)


def test_the_same_click_twice(shop, product, till):
    order = moneybox.paid(till, shop, product)
    first = orders.cancel(shop.id, order.id, key="click")
    again = orders.cancel(shop.id, order.id, key="click")
    assert (first.status, again.status) == ("cancelled", "cancelled")
    assert len(moneybox.refunds_at_stripe(order)) == 1
    with pytest.raises(orders.NotCancellable):
        orders.cancel(shop.id, order.id, key="another")


def test_nobody_ships_what_is_being_cancelled(shop, product, till, clock):
    order = moneybox.paid(till, shop, product)
    till.fault("server_error", "/v1/refunds", times=3, method="POST")
    after = orders.cancel(shop.id, order.id)
    assert (after.status, orders.being_cancelled(after)) == (Status.PAID, True)
    with pytest.raises(orders.NotShippable, match="being cancelled"):
        orders.ship(shop.id, order.id)
    with pytest.raises(orders.NotStartable):
        orders.start(shop.id, order.id)
    with pytest.raises(orders.NotCancellable, match="on its way back"):
        orders.cancel(shop.id, order.id)
    moneybox.look(till, clock, 20)
    assert till.until(order, "cancelled").cancelled_at
    assert moneybox.stock(product) == (5, 0)


def test_shipped_is_too_late(shop, product, till):
    order = moneybox.paid(till, shop, product)
    orders.ship(shop.id, order.id)
    with pytest.raises(orders.NotCancellable, match="Refund it instead"):
        orders.cancel(shop.id, order.id)
    assert orders.refund(shop.id, order.id).status == "refunded"


def test_money_that_comes_after_the_end_can_be_given_back(shop, product):
    order = checkout(shop, product)
    orders.cancel(shop.id, order.id)
    late = {"amount": order.total, "currency": order.currency}
    orders.mark_paid(order.id, reference="pi_late", **late)
    found = fresh(order)
    assert (found.status, found.paid_at) == (Status.CANCELLED, None)
    assert "after this order was cancelled" in (found.payment_problem or "")
    assert orders.refundable(found) == order.total
    assert moneybox.stock(product) == (5, 0)
    assert "order.created" not in moneybox.emitted(order)


def test_late_money_that_is_refunded_leaves_the_order_cancelled(shop, product, till, monkeypatch):
    order = checkout(shop, product)
    with monkeypatch.context() as patched:  # Stripe lets us in no more, so its page stays open
        patched.setattr(payments, "expire_session", lambda *_: (_ for _ in ()).throw(_gone()))
        assert orders.cancel(shop.id, order.id).status == "cancelled"
    till.press(order, "pay")

    def came():
        till.run_jobs()
        return fresh(order).payment_problem

    assert "Refund it" in makers.wait_for(came)
    after = orders.refund(shop.id, order.id)
    assert (after.status, orders.sums(after)) == (Status.CANCELLED, (2800, 2800, 0, 2800))
    db.session.rollback()
    assert [r.status for r in orders.refunds(order)] == [RefundStatus.SUCCEEDED]


def _gone():
    return payments.AccountRefused()
