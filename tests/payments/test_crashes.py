"""Killed between any two steps of a payment: the order ends paid once, or can still be paid."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context
from threading import get_ident
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from synqro import catalogue, events, orders, payments
from synqro.core.db import db, transaction
from synqro.jobs import stripe_events
from synqro.orders import Order
from synqro.payments import Provider
from synqro.stores import Store
from tests import makers
from tests.payments.till import Till, checkout, fresh

PIECES = 1_000


class Killed(BaseException):
    """What a process feels of kill -9: nothing after it is run."""


CALLS = ((payments, "open_checkout"), (payments, "read_session"), (payments, "expire_session"))


@contextmanager
def killed_at(
    step: int, monkeypatch: pytest.MonkeyPatch, calls: tuple[tuple[Any, str], ...] = CALLS
) -> Iterator[None]:
    """Die at the `step`th of: before and after each commit, before and after each call."""
    here, seen = get_ident(), 0

    def tick(*_: object) -> None:
        nonlocal seen
        if get_ident() == here:
            seen += 1
            if seen == step:
                raise Killed

    def around(call: Callable[..., Any]) -> Callable[..., Any]:
        def cut(*args: Any, **kwargs: Any) -> Any:
            tick()
            found = call(*args, **kwargs)
            tick()
            return found

        return cut

    with monkeypatch.context() as patched:
        patched.setattr(Session, "commit", around(Session.commit))
        for place, name in {*CALLS, *calls}:
            patched.setattr(place, name, around(getattr(place, name)))
        yield


def buy(app: Flask, shop: Store, product: catalogue.Product, till: Till) -> None:
    """Everything from the click to the paid order, as far as it gets."""
    with app.app_context():
        order = checkout(shop, product)
        till.press(order, "pay")
        till.until(order, "paid")


def pay_what_is_left(shop, till: Till, clock, order: Order) -> Order:
    """What follows the restart: sweeps, and a buyer who clicks Pay again."""
    clock.forward(60)  # what was claimed by the dead is free again
    stripe_events.sweep()
    till.run_jobs()
    if fresh(order).status != "paid":
        order = orders.pay(shop, orders.link_token(fresh(order)))
        till.press(order, "pay")
    return till.until(order, "paid")


def test_killed_at_every_step(app, connected, till, clock, monkeypatch):
    product = makers.product(connected, stock=PIECES)
    step, finished = 0, False
    while not finished:
        step += 1
        before = set(db.session.scalars(db.select(Order.id)))
        try:
            with killed_at(step, monkeypatch):
                Context().run(buy, app, connected, product, till)
            finished = True
        except Killed:
            pass
        db.session.rollback()
        made = [o for o in db.session.scalars(db.select(Order)) if o.id not in before]
        for order in made:
            paid = pay_what_is_left(connected, till, clock, order)
            payments_made = [e for e in orders.ledger(paid) if e.kind == "payment"]
            assert (len(payments_made), paid.payment_problem) == (1, None)
    assert step > 12
    till.when(lambda: payments.due_events() == [])
    _check(product)


def _check(product: catalogue.Product) -> None:
    db.session.rollback()
    made = db.session.scalar(db.select(db.func.count()).select_from(Order))
    told = db.select(db.func.count()).select_from(events.Event).filter_by(type="order.created")
    assert db.session.scalar(told) == made
    stock, held = db.session.execute(db.text("SELECT stock, held FROM variants")).one()
    assert (stock, held) == (PIECES - made, 0)


def test_a_call_cut_off_at_stripe_is_the_same_page_afterwards(connected, till, monkeypatch):
    product = makers.product(connected)
    order = checkout(connected, product)
    with transaction():
        db.session.execute(db.update(Order).values(session_id=None, checkout_url=None))
    again = orders.pay(connected, orders.link_token(fresh(order)))
    assert again.session_id == order.session_id
    assert (
        payments.read_session(Provider.SANDBOX, again.session_account, again.session_id).order_id
        == order.id
    )
