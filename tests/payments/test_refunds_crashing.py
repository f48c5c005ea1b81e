"""Killed between any two steps of a refund: it is made once, and both books agree."""

from contextvars import Context

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from synqro import orders, payments
from synqro.core.db import db
from synqro.jobs import orders as jobs
from synqro.orders import Order, RefundStatus
from tests import makers
from tests.payments import moneybox
from tests.payments.test_crashes import Killed
from tests.payments.till import fresh

STOCK = 1_000


@pytest.fixture
def shop(till, connected):
    till.ask("switches", deliver={"never": True})
    return connected


@pytest.fixture
def product(shop):
    return makers.product(shop, stock=STOCK)


@pytest.fixture
def kill(monkeypatch):
    """Die at the `step`th of: before and after each commit, before and after each call."""

    def run(step: int, work) -> bool:
        seen = 0

        def tick() -> None:
            nonlocal seen
            seen += 1
            if seen == step:
                raise Killed

        def around(call):
            def cut(*args, **kwargs):
                tick()
                found = call(*args, **kwargs)
                tick()
                return found

            return cut

        with monkeypatch.context() as patched:
            patched.setattr(Session, "commit", around(Session.commit))
            for name in ("create_refund", "read_money", "expire_session"):
                patched.setattr(payments, name, around(getattr(payments, name)))
            try:
                Context().run(work)
            except Killed:
                return False
            finally:
                db.session.rollback()
                db.session.expire_all()
        return True

    return run


def in_app(app: Flask, work):
    def run():
        with app.app_context():
            work()

    return run


def paid(till, shop, product) -> Order:
    order = moneybox.checkout(shop, product, 2)
    till.press(order, "pay")
    return orders.look_again(order)


def check(order: Order, product, put_back: int) -> None:
    """Refunded once at Stripe, once here, and the pieces are back."""
    [row] = orders.refunds(fresh(order))
    assert row.status is RefundStatus.SUCCEEDED
    [made] = moneybox.refunds_at_stripe(order)
    assert (made.id, made.amount) == (row.reference, row.amount)
    assert orders.sums(fresh(order)).refunded == made.amount
    assert moneybox.emitted(order).count("order.refunded") == 1
    facts = [message.facts["order_id"] for message in moneybox.mailed("orders/refunded")]
    facts += [message.facts["order_id"] for message in moneybox.mailed("orders/cancelled")]
    assert facts.count(order.id) == 1
    assert moneybox.stock(product) == (STOCK - put_back, 0)


@pytest.mark.parametrize("cancelling", [False, True])
def test_killed_at_every_step(app, shop, product, till, clock, kill, cancelling):
    step, finished, gone = 0, False, 0
    while not finished:
        step += 1
        order = paid(till, shop, product)

        def ask(order=order):
            if cancelling:
                orders.cancel(shop.id, order.id, key="click")
            else:
                orders.refund(shop.id, order.id, restock=True, key="click")

        finished = kill(step, in_app(app, ask))
        moneybox.look(till, clock, 61)  # what the dead had claimed is free again
        if not orders.refunds(fresh(order)):  # it died before anything was written
            in_app(app, ask)()
        check(order, product, gone)
        assert fresh(order).status == ("cancelled" if cancelling else "refunded")
    assert step > 6
    assert list(orders.audit()) == []


def test_the_worker_is_killed_at_every_step(app, shop, product, till, clock, kill, monkeypatch):
    """Stripe made the refund, its answer was lost, and the sweep's job dies on the way."""
    step, finished = 0, False
    while not finished:
        step += 1
        order = paid(till, shop, product)
        create = payments.create_refund

        def lost(*args, create=create, made=bool(step % 2), **kwargs):
            if made:
                create(*args, **kwargs)
            raise payments.PaymentProviderError

        with monkeypatch.context() as patched:
            patched.setattr(payments, "create_refund", lost)
            orders.refund(shop.id, order.id, restock=True)
        clock.forward(20)
        [due] = orders.due_refunds()
        finished = kill(step, in_app(app, lambda due=due: jobs.send_refund(due)))
        for seconds in (61, 400):
            moneybox.look(till, clock, seconds)
        check(order, product, 0)
    assert step > 6
    assert list(orders.audit()) == []
