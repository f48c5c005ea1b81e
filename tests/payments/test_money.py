"""What moves at Stripe without us: it appears on the order, once, in whatever order it comes."""

from datetime import timedelta

from synqro import orders, payments
from synqro.core.db import db
from synqro.jobs import orders as jobs
from synqro.orders import EntryKind, RefundStatus, Status
from synqro.payments import Provider
from tests.payments import moneybox
from tests.payments.till import checkout, fresh


def fees(order) -> list[int]:
    db.session.rollback()
    return [entry.amount for entry in orders.ledger(order) if entry.kind is EntryKind.FEE]


def movements(order):
    return payments.read_money(Provider.SANDBOX, order.session_account, moneybox.payment(order))


def paid_unheard(till, shop, product):
    """An order that was paid while the hook was dead, so that no event of its fee comes either."""
    till.deliver(never=True)
    order = checkout(shop, product, 2)
    till.press(order, "pay")
    return orders.look_again(order)


def test_refunded_in_the_dashboard(product, order, till):
    moneybox.refund_at_stripe(order, 1000)
    till.hear("refund.created")
    till.when(lambda: orders.sums(fresh(order)).refunded == 1000)
    [row] = orders.refunds(order)
    assert (row.amount, row.status, row.person_id) == (1000, RefundStatus.SUCCEEDED, None)
    assert (fresh(order).status, moneybox.stock(product)) == (Status.PAID, (3, 0))
    moneybox.refund_at_stripe(order)
    assert till.until(order, "refunded").payment_problem is None
    assert orders.sums(order)[:3] == (5600, 5600, 0)
    assert len(moneybox.mailed("orders/refunded")) == 2


def test_twice_late_and_out_of_order(order, till):
    till.deliver(twice=True, out_of_order=True)
    for _ in range(3):
        moneybox.refund_at_stripe(order, 1000)
    moneybox.refund_at_stripe(order)
    till.until(order, "refunded")
    till.run_jobs()
    assert orders.sums(order)[:3] == (5600, 5600, 0)
    assert (len(orders.refunds(order)), len(moneybox.mailed("orders/refunded"))) == (4, 4)


def test_the_news_is_faster_than_the_answer(shop, order, monkeypatch):
    create = payments.create_refund

    def slow(*args, **kwargs):
        told = create(*args, **kwargs)
        orders.follow_money(movements(order))  # as the event's job does meanwhile
        return told

    monkeypatch.setattr(payments, "create_refund", slow)
    orders.refund(shop.id, order.id, amount=1000, restock=True)
    [row] = orders.refunds(fresh(order))
    assert (row.status, orders.sums(order).refunded) == (RefundStatus.SUCCEEDED, 1000)
    assert moneybox.kinds(order).count("refunded") == 1
    assert len(moneybox.mailed("orders/refunded")) == 1


def test_one_here_and_one_in_the_dashboard_at_once(shop, order, monkeypatch):
    create = payments.create_refund

    def beside(*args, **kwargs):
        moneybox.refund_at_stripe(order, 1000)
        return create(*args, **kwargs)

    monkeypatch.setattr(payments, "create_refund", beside)
    orders.refund(shop.id, order.id, amount=1000)
    orders.follow_money(movements(order))
    assert orders.sums(fresh(order)).refunded == 2000
    assert len(orders.refunds(order)) == 2


def test_the_fee_comes_a_moment_later(order, till, clock):
    clock.forward(5)
    till.hear("charge.updated")
    till.when(lambda: fees(order))
    assert fees(order) == [-109]
    assert orders.sums(order)[:3] == (5600, 0, 0)
    orders.follow_money(movements(order))
    assert fees(order) == [-109]


def test_the_fee_of_a_dead_hook_is_asked_for(shop, product, till, clock):
    order = paid_unheard(till, shop, product)
    moneybox.look(till, clock)
    assert fees(order) == [-109]


def test_every_cent_is_in_the_ledger(shop, order, till, clock):
    clock.forward(5)
    orders.refund(shop.id, order.id, amount=1000)
    dispute = moneybox.dispute(till, order)
    till.ask(f"disputes/{dispute}/win")
    till.when(lambda: moneybox.booked(order) == moneybox.balance_at_stripe(order))
    assert len(fees(order)) == 2


def test_begun_in_the_dashboard_while_the_hook_was_dead(shop, product, till, clock):
    order = paid_unheard(till, shop, product)
    moneybox.refund_at_stripe(order)
    moneybox.look(till, clock)
    assert fresh(order).status == "refunded"


def test_nobody_asks_stripe_for_ever(shop, product, till, clock, monkeypatch):
    order = paid_unheard(till, shop, product)
    asked = []
    read = payments.read_money
    monkeypatch.setattr(payments, "read_money", lambda *given: asked.append(given) or read(*given))
    for _ in range(10):
        moneybox.look(till, clock, 24 * 3600)
    assert fresh(order).money_look_at is None
    assert 7 <= len(asked) <= 9
    jobs.look_after_money()
    assert till.run_jobs() == 0


def test_stripe_away_while_looking(shop, product, till, clock):
    order = paid_unheard(till, shop, product)
    away = {"kind": "server_error", "path": "/v1/refunds", "times": 3}
    till.ask("switches", deliver={"never": True}, faults=[away])
    moneybox.look(till, clock)
    assert fees(order) == []
    moneybox.look(till, clock, 301)
    assert fees(order) == [-109]


def test_a_payment_that_nobody_told_us_of(shop, product, till):
    till.deliver(never=True)
    order = checkout(shop, product)
    till.press(order, "pay")
    session = payments.read_session(Provider.SANDBOX, order.session_account, order.session_id)
    found = orders.follow_money(
        payments.read_money(Provider.SANDBOX, order.session_account, session.payment_id)
    )
    assert found and fresh(order).status == "paid"
    assert moneybox.emitted(order) == ["order.created"]


def test_foreign_payments_are_none_of_ours(shop, order):
    account = order.session_account
    assert orders.knows_payment(account, moneybox.payment(order), None)
    assert not orders.knows_payment(account, "pi_foreign", None)
    assert not orders.knows_payment("acct_other", moneybox.payment(order), None)
    assert not orders.knows_payment("acct_other", "pi_foreign", order.id)
    told = movements(order)
    elsewhere = payments.Payment(**vars(told.payment) | {"account_id": "acct_other"})
    assert orders.follow_money(payments.Movements(**vars(told) | {"payment": elsewhere})) is None


def test_the_sums_of_many_orders_take_one_query(shop, product, order, till):
    other = moneybox.paid(till, shop, product)
    orders.refund(shop.id, other.id)
    many = orders.books_of([order, other])
    assert many[order.id].sums[:3] == (5600, 0, 0)
    assert many[other.id].sums[:3] == (2800, 2800, 0)
    assert [len(many[o.id].refunds) for o in (order, other)] == [0, 1]
    assert timedelta(0) < fresh(order).updated_at - order.created_at
