"""Payments that a customer contests at the bank, from the first question to the end."""

import pytest

from synqro import orders, payments
from synqro.core.db import db
from synqro.orders import DisputeStatus, Status
from tests import makers
from tests.payments import moneybox
from tests.payments.till import fresh


@pytest.fixture
def until(till, order):
    """Work through what comes in until the order's dispute stands as wanted."""

    def wait(status: str, moved: tuple[int, int, int]):
        def look():
            till.run_jobs()
            db.session.rollback()
            db.session.expire_all()
            found = orders.disputes(order)
            stands = found and found[-1].status == status
            return found[-1] if stands and orders.sums(order)[:3] == moved else None

        return makers.wait_for(look)

    return wait


def test_contested_and_lost(shop, order, till, until):
    dispute = moneybox.dispute(till, order, reason="product_not_received")
    shown = until("needs_response", (5600, 0, 5600))
    assert (shown.amount, shown.inquiry, bool(shown.respond_by)) == (5600, False, True)
    found = fresh(order)
    assert (found.status, orders.refundable(found)) == (Status.PAID, 0)
    assert "not arrived" in (found.payment_problem or "")
    assert len(moneybox.mailed("orders/disputed")) == 1
    [wire] = orders.as_wire(found)["disputes"]
    assert (wire["amount"], wire["currency"], wire["reason"], wire["status"]) == (
        56.0,
        "EUR",
        "product_not_received",
        "needs_response",
    )
    with pytest.raises(orders.NotRefundable):
        orders.refund(shop.id, order.id)
    till.ask(f"disputes/{dispute}/lose")
    until("lost", (5600, 0, 5600))
    assert fresh(order).payment_problem is None
    assert moneybox.kinds(order)[-2:] == ["disputed", "dispute_ended"]
    assert len(moneybox.mailed("orders/disputed")) == 1
    assert "order.updated" in moneybox.emitted(order)


def test_contested_and_won(order, till, until):
    dispute = moneybox.dispute(till, order)
    until("needs_response", (5600, 0, 5600))
    till.ask(f"disputes/{dispute}/win")
    until("won", (5600, 0, 0))
    assert (orders.refundable(fresh(order)), fresh(order).payment_problem) == (5600, None)


def test_a_question_that_is_settled(order, till, until):
    dispute = moneybox.dispute(till, order, kind="inquiry")
    shown = until("needs_response", (5600, 0, 0))
    assert (shown.inquiry, orders.refundable(order)) == (True, 5600)
    assert "asks about" in (fresh(order).payment_problem or "")
    till.ask(f"disputes/{dispute}/close")
    assert until("closed", (5600, 0, 0)).status is DisputeStatus.CLOSED
    assert fresh(order).payment_problem is None


def test_a_question_that_becomes_a_chargeback(order, till, until):
    dispute = moneybox.dispute(till, order, kind="inquiry")
    until("needs_response", (5600, 0, 0))
    till.ask(f"disputes/{dispute}/escalate")
    assert not until("needs_response", (5600, 0, 5600)).inquiry
    assert "contests" in (fresh(order).payment_problem or "")
    assert len(moneybox.mailed("orders/disputed")) == 2
    assert len(orders.disputes(order)) == 1


def test_after_a_part_was_refunded(shop, order, till, until):
    orders.refund(shop.id, order.id, amount=1000)
    dispute = moneybox.dispute(till, order)
    until("needs_response", (5600, 1000, 4600))
    assert orders.refundable(fresh(order)) == 0
    till.ask(f"disputes/{dispute}/win")
    until("won", (5600, 1000, 0))
    assert orders.refundable(fresh(order)) == 4600


def test_a_contested_order_can_be_called_off(shop, product, order, till, until):
    moneybox.dispute(till, order)
    until("needs_response", (5600, 0, 5600))
    after = orders.cancel(shop.id, order.id)
    assert (after.status, moneybox.stock(product)) == (Status.CANCELLED, (5, 0))
    assert moneybox.refunds_at_stripe(order) == []


def test_money_won_back_on_a_cancelled_order_is_shown(order, till, until):
    dispute_id = moneybox.dispute(till, order)
    until("needs_response", (5600, 0, 5600))
    orders.cancel(order.store_id, order.id)
    till.ask(f"disputes/{dispute_id}/win")
    until("won", (5600, 0, 0))
    found = fresh(order)
    problem = "You won €56.00 back on an order that was cancelled. Refund it or keep it."
    assert (found.status, found.payment_problem) == ("cancelled", problem)
    assert orders.refundable(found) == 5600


def test_contested_while_the_hook_was_dead(order, till, clock):
    till.deliver(never=True)
    moneybox.look(till, clock)
    dispute = moneybox.dispute(till, order)
    moneybox.look(till, clock, 26 * 3600)
    assert orders.sums(fresh(order)).disputed == 5600
    till.ask(f"disputes/{dispute}/win")
    moneybox.look(till, clock, 3700)
    assert [d.status for d in orders.disputes(fresh(order))] == ["won"]
    assert orders.sums(order).disputed == 0


def test_older_news_changes_nothing(order, till, until):
    dispute = moneybox.dispute(till, order)
    until("needs_response", (5600, 0, 5600))
    account = order.session_account
    before = payments.read_money(payments.Provider.SANDBOX, account, moneybox.payment(order))
    till.ask(f"disputes/{dispute}/lose")
    until("lost", (5600, 0, 5600))
    orders.follow_money(before)
    db.session.expire_all()
    assert [d.status for d in orders.disputes(order)] == ["lost"]
    assert fresh(order).payment_problem is None
