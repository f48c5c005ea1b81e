"""Money given back from our side: real HTTP to the sandbox, two tabs, a Stripe that is slow."""

import pytest

from synqro import orders, payments
from synqro.core.db import db
from synqro.core.errors import Invalid
from synqro.jobs import orders as jobs
from synqro.orders import RefundStatus, Status
from tests.payments import moneybox
from tests.payments.till import checkout, fresh

PATH = "/v1/refunds"


def field(error) -> tuple[str, str]:
    [wrong] = error.value.facts["fields"]
    return wrong["field"], wrong["code"]


def refunded(order) -> int:
    return sum(r.amount for r in moneybox.refunds_at_stripe(order) if r.status != "failed")


def test_in_part_and_then_the_rest(shop, product, order, till):
    after = orders.refund(shop.id, order.id, amount=1000, note="One was chipped")
    assert (after.status, orders.sums(after)[:3]) == (Status.PAID, (5600, 1000, 0))
    assert orders.refundable(after) == 4600
    assert orders.balance_due(after) == 0
    after = orders.refund(shop.id, order.id)
    assert (after.status, orders.sums(after)[:3]) == (Status.REFUNDED, (5600, 5600, 0))
    assert (refunded(order), orders.refundable(after)) == (5600, 0)
    assert moneybox.stock(product) == (3, 0)
    assert [r.status for r in orders.refunds(after)] == [RefundStatus.SUCCEEDED] * 2
    assert moneybox.kinds(order).count("refunded") == 2
    assert moneybox.emitted(order).count("order.refunded") == 2
    assert len(moneybox.mailed("orders/refunded")) == 2
    with pytest.raises(orders.NotRefundable):
        orders.refund(shop.id, order.id)
    till.run_jobs()  # the events of both change nothing more
    assert orders.sums(fresh(order))[:3] == (5600, 5600, 0)


def test_the_outside_reads_what_was_given_back(shop, order):
    orders.refund(shop.id, order.id, amount=1000)
    wire = orders.as_wire(fresh(order))
    assert (wire["refunded"], wire["balance_due"], wire["status"]) == (10.0, 0.0, "paid")
    [shown] = wire["refunds"]
    assert (shown["amount"], shown["status"], shown["failure"]) == (10.0, "succeeded", None)
    assert wire["cancelled_at"] is None


def test_more_than_is_left(shop, order):
    orders.refund(shop.id, order.id, amount=5000)
    with pytest.raises(Invalid) as error:
        orders.refund(shop.id, order.id, amount=601)
    assert field(error) == ("amount", "amount_too_large")
    with pytest.raises(Invalid):
        orders.refund(shop.id, order.id, amount=0)
    with pytest.raises(Invalid):
        orders.refund(shop.id, order.id, amount=-1)
    assert refunded(order) == 5000


def test_what_was_never_paid(shop, product):
    order = checkout(shop, product)
    with pytest.raises(orders.NotRefundable, match="never paid"):
        orders.refund(shop.id, order.id)


def test_pieces_go_back_on_the_shelf(shop, product, order):
    [variant] = product.variants
    assert orders.restockable(fresh(order)) == {variant.id: 2}
    with pytest.raises(Invalid) as error:
        orders.refund(shop.id, order.id, amount=100, restock={variant.id: 3})
    assert field(error) == ("restock", "too_many")
    orders.refund(shop.id, order.id, amount=100, restock={variant.id: 1})
    assert moneybox.stock(product) == (4, 0)
    orders.refund(shop.id, order.id, restock=True)
    assert moneybox.stock(product) == (5, 0)
    assert orders.restockable(fresh(order)) == {}


def test_two_tabs(shop, order):
    left = orders.refundable(order)
    orders.refund(shop.id, order.id, amount=1000, seen=left, key="first")
    with pytest.raises(orders.RefundChanged) as error:
        orders.refund(shop.id, order.id, amount=1000, seen=left, key="second")
    assert error.value.facts["refundable"] == 46.0
    again = orders.refund(shop.id, order.id, amount=1000, seen=left, key="first")
    assert orders.sums(again).refunded == refunded(order) == 1000


def test_stripe_is_away_and_comes_back(shop, product, order, till, clock):
    till.fault("server_error", PATH, times=3, method="POST")
    after = orders.refund(shop.id, order.id, restock=True, key="once")
    [row] = orders.refunds(after)
    assert (row.status, after.status) == (RefundStatus.REQUESTED, Status.PAID)
    assert (orders.refundable(after), moneybox.stock(product)) == (0, (3, 0))
    assert "refund_requested" in moneybox.kinds(order)
    with pytest.raises(orders.NotRefundable):
        orders.refund(shop.id, order.id, key="twice")
    jobs.send_refunds()
    assert till.run_jobs() == 0 or refunded(order) == 0
    moneybox.look(till, clock, 20)
    assert till.until(order, "refunded").payment_problem is None
    assert (refunded(order), moneybox.stock(product)) == (5600, (5, 0))
    moneybox.look(till, clock, 3600)
    assert (refunded(order), moneybox.stock(product)) == (5600, (5, 0))


def test_stripe_did_it_and_its_answer_was_lost(shop, order, till, clock, monkeypatch):
    create = payments.create_refund

    def lost(*args, **kwargs):
        create(*args, **kwargs)
        raise payments.PaymentProviderError

    till.deliver(never=True)
    with monkeypatch.context() as patched:
        patched.setattr(payments, "create_refund", lost)
        after = orders.refund(shop.id, order.id, amount=1000)
    assert orders.sums(after).refunded == 0
    clock.forward(2 * 24 * 3600)  # by now Stripe has forgotten the idempotency key
    moneybox.look(till, clock, 20)
    assert (orders.sums(fresh(order)).refunded, refunded(order)) == (1000, 1000)
    assert [r.status for r in orders.refunds(order)] == [RefundStatus.SUCCEEDED]


def test_stripe_never_answers(shop, order, till, clock):
    till.fault("server_error", "/v1", times=10_000)
    orders.refund(shop.id, order.id, amount=1000)
    for days in (0.1, 1, 3, 3.5):
        moneybox.look(till, clock, days * 24 * 3600)
    [row] = db.session.scalars(db.select(orders.Refund).execution_options(populate_existing=True))
    assert row.status is RefundStatus.FAILED
    assert "week" in (row.failure or "")
    assert "10.00" in (fresh(order).payment_problem or "")
    assert len(moneybox.mailed("orders/refund_failed")) == 1
    assert orders.refundable(fresh(order)) == 5600


def test_stripe_says_no(shop, product, order, till, monkeypatch):
    def no(*_, **__):
        raise payments.RefundRefused("Your Stripe balance is too low.")

    monkeypatch.setattr(payments, "create_refund", no)
    with pytest.raises(payments.RefundRefused, match="balance"):
        orders.refund(shop.id, order.id, restock=True, key="a")
    found = fresh(order)
    assert (found.status, orders.sums(found).refunded) == (Status.PAID, 0)
    assert "balance is too low" in (found.payment_problem or "")
    assert (orders.refundable(found), moneybox.stock(product)) == (5600, (3, 0))
    settled = orders.settle_problem(shop.id, order.id)
    assert settled.payment_problem is None
    assert moneybox.kinds(order)[-1] == "problem_settled"


def test_refunded_at_stripe_a_moment_before(shop, order, till):
    till.deliver(never=True)
    moneybox.refund_at_stripe(order)
    with pytest.raises(payments.RefundRefused, match="already"):
        orders.refund(shop.id, order.id)
    found = fresh(order)
    assert (found.status, orders.sums(found)[:3]) == (Status.REFUNDED, (5600, 5600, 0))
    assert orders.refundable(found) == 0


def test_a_refund_that_takes_days(shop, order, till, clock):
    till.ask("switches", refunds={"begins": "pending", "ends": "succeeded", "after": 3600})
    after = orders.refund(shop.id, order.id)
    assert (after.status, orders.refunds(after)[0].status) == ("refunded", RefundStatus.PENDING)
    clock.forward(3700)
    db.session.expire_all()
    till.when(lambda: orders.refunds(fresh(order))[0].status is RefundStatus.SUCCEEDED)
    assert len(moneybox.mailed("orders/refunded")) == 1


def test_a_refund_that_comes_back(shop, order, till, clock):
    switch = {"begins": "pending", "ends": "failed", "after": 3600, "failure_reason": "declined"}
    till.ask("switches", refunds=switch)
    orders.refund(shop.id, order.id)
    assert orders.sums(fresh(order)).refunded == 5600
    clock.forward(3700)
    assert "declined" in till.when(lambda: fresh(order).payment_problem)
    assert orders.sums(fresh(order))[:3] == (5600, 0, 0)
    assert (fresh(order).status, orders.refundable(order)) == (Status.REFUNDED, 5600)
    assert moneybox.kinds(order)[-1] == "refund_failed"
    assert len(moneybox.mailed("orders/refund_failed")) == 1
    till.ask("switches")
    orders.refund(shop.id, order.id, amount=1000)
    assert "declined" in fresh(order).payment_problem
    orders.refund(shop.id, order.id)
    assert orders.sums(fresh(order))[:3] == (5600, 5600, 0)
    assert fresh(order).payment_problem is None


def test_of_another_shop(shop, twin, order):
    with pytest.raises(orders.OrderNotFound):
        orders.refund(twin.id, order.id)
    with pytest.raises(orders.OrderNotFound):
        orders.settle_problem(twin.id, order.id)
