"""Jobs that are lost, doubled or cut off: the event is worked on all the same."""

import pytest
import redis.exceptions

from synqro import orders, payments
from synqro.core.db import db
from synqro.jobs import stripe_events
from synqro.payments import Provider, StripeEvent
from tests import makers
from tests.hooks.conftest import event
from tests.orders.bank import Bank
from tests.orders.shop import fresh, place, session


def only() -> StripeEvent:
    db.session.rollback()
    return db.session.scalars(db.select(StripeEvent)).one()


def about(order: orders.Order) -> dict:
    found = {"object": {"id": "cs_1", "metadata": {"order_id": order.id}}}
    return event(data=found)


def answering(monkeypatch, order, **facts) -> list[str]:
    """Let Stripe tell of the order's session; gives back what was asked."""
    asked: list[str] = []

    def read(provider: Provider, account_id: str, session_id: str) -> payments.Session:
        asked.append(session_id)
        return session(order, **facts)

    monkeypatch.setattr(payments, "read_session", read)
    return asked


def test_a_lost_job_is_found_by_the_sweep(send, shop, app, run_jobs, monkeypatch):
    order = place(shop, makers.product(shop)).order
    answering(monkeypatch, order)
    queue = app.extensions["queue"]

    def away(*_: object, **__: object) -> None:
        raise redis.exceptions.ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(queue, "enqueue", away)
        assert send(about(order)).status_code == 200
    assert queue.jobs == []
    stripe_events.sweep()
    run_jobs()
    assert (fresh(order).status, bool(only().done_at)) == ("paid", True)
    stripe_events.sweep()
    assert queue.jobs == []


def test_a_doubled_job_works_once(send, shop, monkeypatch):
    order = place(shop, makers.product(shop)).order
    asked = answering(monkeypatch, order)
    send(about(order))
    for _ in range(3):
        stripe_events.work(only().id)
    assert (asked, fresh(order).status) == (["cs_1"], "paid")


def test_a_worker_killed_before_its_work_is_followed_by_another(send, shop, clock, monkeypatch):
    order = place(shop, makers.product(shop)).order
    answering(monkeypatch, order)
    send(about(order))
    assert payments.claim(only().id)  # and here it dies
    stripe_events.work(only().id)
    assert fresh(order).status == "awaiting_payment"
    clock.forward(41)
    assert payments.due_events() == [only().id]
    stripe_events.work(only().id)
    assert fresh(order).status == "paid"


def test_a_worker_killed_before_it_said_done_changes_nothing_twice(send, shop, clock, monkeypatch):
    order = place(shop, makers.product(shop)).order
    answering(monkeypatch, order)
    send(about(order))
    payments.claim(only().id)
    orders.follow(session(order))  # and here it dies
    clock.forward(41)
    stripe_events.work(only().id)
    assert (len(orders.ledger(fresh(order))), bool(only().done_at)) == (1, True)


def test_what_fails_waits_longer_each_time_and_ends_after_a_week(send, shop, clock, monkeypatch):
    order = place(shop, makers.product(shop)).order

    def away(*_: object) -> None:
        raise payments.PaymentProviderError

    monkeypatch.setattr(payments, "read_session", away)
    send(about(order))
    for wait in (0, 41, 61, 301, 901, 3601):
        clock.forward(wait)
        stripe_events.work(only().id)
    assert (only().attempts, only().done_at) == (6, None)
    assert only().error.startswith("payment_provider_error: ")
    clock.forward(7 * 86_400)
    stripe_events.work(only().id)
    assert only().done_at


def test_a_session_that_stripe_does_not_know_is_done(send, shop, monkeypatch):
    order = place(shop, makers.product(shop)).order

    def gone(*_: object) -> None:
        raise payments.NotThere

    monkeypatch.setattr(payments, "read_session", gone)
    send(about(order))
    stripe_events.work(only().id)
    assert (bool(only().done_at), fresh(order).status) == (True, "awaiting_payment")


def test_old_events_are_forgotten(send, shop, clock, monkeypatch):
    order = place(shop, makers.product(shop)).order
    answering(monkeypatch, order)
    send(about(order))
    clock.forward(61 * 86_400)
    stripe_events.forget()
    assert only().done_at is None  # what nobody worked on stays
    stripe_events.work(only().id)
    stripe_events.forget()
    db.session.rollback()
    assert db.session.scalars(db.select(StripeEvent)).all() == []


MONEY = (
    "charge.refunded",
    "charge.updated",
    "charge.refund.updated",
    "refund.created",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.closed",
)


@pytest.fixture
def bank(shop, monkeypatch):
    """An order that is paid, and the bank that tells of its payment."""
    order = place(shop, makers.product(shop)).order
    orders.follow(session(order))
    found = Bank(fresh(order))
    found.serve(monkeypatch)
    return found


@pytest.mark.parametrize("kind", MONEY)
def test_news_of_money_is_read_back(send, bank, kind):
    bank.give_back(700)
    thing = {"id": "x_1", "payment_intent": bank.payment}
    assert send(event(type=kind, data={"object": thing})).status_code == 200
    stripe_events.work(only().id)
    assert orders.sums(fresh(bank.order)).refunded == 700
    assert only().done_at


def test_a_payment_that_comes_whole_inside_the_event(send, bank):
    bank.give_back(700)
    thing = {"id": "re_1", "payment_intent": {"id": bank.payment, "object": "payment_intent"}}
    send(event(type="refund.updated", data={"object": thing}))
    stripe_events.work(only().id)
    assert orders.sums(fresh(bank.order)).refunded == 700


@pytest.mark.parametrize(
    "thing",
    [
        {"id": "ch_1", "payment_intent": "pi_of_another_till"},
        {"id": "ch_1", "payment_intent": None},
        {"id": "ch_1"},
        {"id": "ch_1", "payment_intent": ["pi"], "metadata": None},
        {"id": "ch_1", "payment_intent": "pi_1", "metadata": {"order_id": "ord_of_nobody"}},
        {"id": "ch_1", "payment_intent": "pi_1", "metadata": {"order_id": 7}},
        {"id": "ch_1", "payment_intent": "p\u0000i"},
    ],
)
def test_money_of_others_is_not_asked_about(send, bank, monkeypatch, thing):
    def never(*_: object) -> None:
        raise AssertionError("nobody had to ask")

    monkeypatch.setattr(payments, "read_money", never)
    assert send(event(type="charge.refunded", data={"object": thing})).status_code == 200
    stripe_events.work(only().id)
    assert only().done_at


@pytest.mark.parametrize("error", [payments.NotThere, payments.AccountRefused])
def test_a_payment_that_stripe_shows_no_more_is_done(send, bank, monkeypatch, error):
    def gone(*_: object) -> None:
        raise error()

    monkeypatch.setattr(payments, "read_money", gone)
    thing = {"id": "re_1", "payment_intent": bank.payment}
    send(event(type="refund.updated", data={"object": thing}))
    stripe_events.work(only().id)
    assert only().done_at


def test_with_stripe_away_the_news_waits(send, bank, clock):
    bank.give_back(700)
    bank.away = True
    thing = {"id": "re_1", "payment_intent": bank.payment}
    send(event(type="refund.updated", data={"object": thing}))
    stripe_events.work(only().id)
    assert only().done_at is None
    bank.away = False
    clock.forward(41)
    stripe_events.work(only().id)
    assert orders.sums(fresh(bank.order)).refunded == 700
