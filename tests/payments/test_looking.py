"""Events do not come: Stripe is asked, now and then, and never in a storm."""

from datetime import timedelta

import pytest

from synqro import orders, payments
from synqro.core.clock import now
from synqro.core.db import db
from synqro.jobs import agents as agent_jobs
from synqro.payments import Provider
from tests import makers
from tests.payments import moneybox
from tests.payments.till import checkout, fresh

PERIOD = 15  # seconds, as in the timetable


@pytest.fixture
def shop(till, connected):
    till.deliver(never=True)
    return connected


@pytest.fixture
def product(shop):
    return makers.product(shop, stock=9)


@pytest.fixture
def asked(monkeypatch):
    """Every session that Stripe was asked about."""
    seen = []
    read = payments.read_session

    def reading(provider, account_id, session_id):
        seen.append(session_id)
        return read(provider, account_id, session_id)

    monkeypatch.setattr(payments, "read_session", reading)
    return seen


def test_with_a_dead_hook_a_paid_order_is_in_the_queue_within_three_minutes(
    shop, product, till, clock
):
    order = checkout(shop, product)
    till.press(order, "pay")
    waited = 0
    while fresh(order).status != "paid":
        clock.forward(PERIOD)
        waited += PERIOD
        agent_jobs.reservation_sweeper()
        assert waited < 180
    assert now() - order.created_at >= timedelta(minutes=2)  # not before its event had a chance


def test_an_order_that_nobody_pays_is_asked_about_four_times_and_ends(shop, product, clock, asked):
    order = checkout(shop, product)
    times = []
    for minute in range(1, 33):
        clock.forward(60)
        before = len(asked)
        agent_jobs.reservation_sweeper()
        times += [minute] * (len(asked) - before)
    assert times == [2, 5, 10, 20]
    clock.forward(120)
    agent_jobs.reservation_sweeper()
    assert (fresh(order).status, len(asked)) == ("expired", 5)


def test_a_scheduler_that_slept_asks_once(shop, product, clock, asked):
    checkout(shop, product)
    clock.forward(12 * 60)
    agent_jobs.reservation_sweeper()
    agent_jobs.reservation_sweeper()
    assert len(asked) == 1


def test_an_order_that_lost_its_way_to_the_page_is_not_asked_about(shop, product, clock, asked):
    orders.place(shop, items=[orders.Item(product.id)], customer=orders.Customer("S", "s@x.org"))
    clock.forward(180)
    agent_jobs.reservation_sweeper()
    assert asked == []


def test_while_stripe_is_away_one_order_is_asked_about_a_round(shop, product, till, clock, asked):
    many = [checkout(shop, product) for _ in range(4)]
    till.press(many[-1], "pay")
    till.fault("server_error", times=99)
    clock.forward(180)
    for _ in range(3):
        agent_jobs.reservation_sweeper()
    assert len(asked) == 3
    till.fault("server_error", path="/nowhere")
    agent_jobs.reservation_sweeper()
    assert (fresh(many[-1]).status, len(asked)) == ("paid", 7)


def test_a_round_is_bounded_and_the_oldest_come_first(shop, product, clock, asked):
    many = [checkout(shop, product) for _ in range(4)]
    clock.forward(180)
    assert orders.sweep(shop.id, 3).seen == 3
    assert asked == [order.session_id for order in many[:3]]
    assert orders.sweep(shop.id, 3).seen == 1


def test_news_of_one_payment_does_not_put_off_a_look_at_all_of_them(shop, product, till, clock):
    order = checkout(shop, product)
    till.press(order, "pay")
    order = orders.look_again(order)
    for seconds in (11 * 60, 25 * 3600):
        clock.forward(seconds)
        money = payments.read_money(
            Provider.SANDBOX, order.session_account, moneybox.payment(order)
        )
        orders.follow_money(money)
        assert orders.due_looks() == [order.id]
        orders.look_at_money(order.id)
        assert orders.due_looks() == []


def test_the_looks_read_an_index(app):
    asked = {
        "ix_orders_look": "status = 'awaiting_payment' AND quote_id IS NULL",
        "ix_orders_pages": "quote_id IS NOT NULL AND look_at IS NOT NULL",
    }
    if db.engine.dialect.name == "sqlite":
        for index, where in asked.items():
            some = f"FROM orders WHERE {where} AND look_at <= '2030' ORDER BY look_at"
            plan = db.session.execute(db.text(f"EXPLAIN QUERY PLAN SELECT id {some}")).all()
            assert index in str(plan) and "TEMP B-TREE" not in str(plan)
