"""Payouts at the sandbox: told by events, or found without any; each settled once."""

from datetime import timedelta
from typing import Any

import pytest

from synqro import catalogue, orders, payments, settlements, stores
from synqro.core.db import db
from synqro.jobs import agents as jobs
from synqro.jobs import stripe_events
from synqro.payments import Provider
from synqro.settlements import PayoutSync, Settlement, following, turning
from tests import makers
from tests.payments import moneybox
from tests.payments.till import account
from tests.settlements import bank

# None at midnight, which may come while a test lets time pass.
QUICK = {"automatic": False, "leaves_after": 0, "arrives_after": 0, "reconciles_after": 0}


@pytest.fixture
def store(app, opened: stores.Opened) -> stores.Store:
    """The store as it is opened: payments are set up at the sandbox."""
    return stores.by_id(opened.store.id)


@pytest.fixture
def product(connected: stores.Store) -> catalogue.Product:
    return makers.product(connected, stock=None)


@pytest.fixture
def acct(till, connected) -> str:
    till.ask("switches", payouts=QUICK, balance_after=0)
    return account(connected).account_id


def pay_out(till, acct: str) -> str:
    made = till.ask(f"accounts/{acct}/payout", available="now")["payouts"]
    return str(made[0]["id"])


def found(store: stores.Store) -> list[Settlement]:
    db.session.rollback()
    db.session.expire_all()
    return list(settlements.listed(store.id, limit=200).data)


def until(till, store, status: str, number: int = 1) -> list[Settlement]:
    """Work through the queue until so many settlements stand as wanted."""

    def look() -> Any:
        till.run_jobs()
        rows = [row for row in found(store) if row.status == status]
        return len(rows) >= number and rows

    return list(makers.wait_for(look))


def sweep(till) -> None:
    jobs.settlement_sync()
    till.run_jobs()


def my_sync(store) -> PayoutSync | None:
    db.session.rollback()
    mine = db.select(PayoutSync).filter_by(store_id=store.id)
    return db.session.scalar(mine.execution_options(populate_existing=True))


def test_a_payout_with_a_fee_a_partial_refund_and_a_dispute(till, connected, product, acct):
    till.deliver(twice=True, out_of_order=True)
    till.ask("switches", payouts=QUICK | {"fee": 25}, balance_after=0, deliver={"twice": True})
    order, other = (moneybox.paid(till, connected, product, 2) for _ in range(2))
    orders.refund(connected.id, order.id, amount=1000)
    moneybox.dispute(till, other)
    pay_out(till, acct)
    [row] = until(till, connected, "completed")
    assert (row.reconciliation, row.difference, row.unmatched_lines) == ("balanced", 0, 0)
    assert (row.gross_sales, row.refunds, row.disputes) == (11200, -1000, -5600)
    assert row.payout_fee == -25 and row.order_count == 2 and row.line_count == 4
    assert row.net == row.gross_sales + row.refunds + row.disputes + row.fees + row.payout_fee
    makers.wait_for(lambda: till.run_jobs() or not bank.waiting(order) + bank.waiting(other))
    till.run_jobs()
    assert len(found(connected)) == len(bank.completed()) == 1


def test_it_fails_after_it_was_paid_and_comes_with_the_next_one(till, connected, product, acct):
    order = moneybox.paid(till, connected, product, 2)
    first = pay_out(till, acct)
    until(till, connected, "completed")
    till.ask(f"payouts/{first}/fail")
    [gone] = until(till, connected, "failed")
    assert gone.failure == "The bank account is closed." and len(bank.waiting(order)) == 2
    assert orders.count_not_paid_out(connected.id) == 1 and len(bank.mailed()) == 1
    pay_out(till, acct)
    [came] = until(till, connected, "completed")
    assert bank.came_with(order) == {came.id} and bank.fresh(gone).carried_by == came.id
    assert orders.count_not_paid_out(connected.id) == 0


def test_an_event_whose_page_fails_is_tried_again(till, connected, product, acct, clock):
    moneybox.paid(till, connected, product)
    away = {"kind": "server_error", "path": "/v1/balance_transactions", "times": 3}
    till.ask("switches", payouts=QUICK, faults=[away], balance_after=0)
    pay_out(till, acct)
    till.hear("payout.reconciliation_completed")
    clock.forward(41)
    stands = lambda: [row for row in found(connected) if row.status == "completed"]  # noqa: E731
    makers.wait_for(lambda: stripe_events.sweep() or stands())
    assert found(connected)[0].difference == 0 and len(bank.completed()) == 1


@pytest.mark.parametrize(("times", "difference"), [(1, 0), (2, 1)])
def test_what_does_not_add_up_is_read_once_more(
    till, connected, product, acct, times: int, difference: int
):
    order = moneybox.paid(till, connected, product)
    hole = {"kind": "missing_row", "path": "/v1/balance_transactions", "times": times}
    till.ask("switches", payouts=QUICK, faults=[hole], balance_after=0)
    pay_out(till, acct)
    [row] = until(till, connected, "completed")
    assert row.difference == difference * row.net and len(bank.completed()) == 1
    assert bank.came_with(order) == {None if difference else row.id}


def test_what_the_ledger_lacks_is_read_first(till, connected, product, acct):
    till.deliver(never=True)
    order = moneybox.checkout(connected, product)
    till.press(order, "pay")
    till.ask("switches", payouts=QUICK, deliver={"never": True}, balance_after=0)
    sweep(till)
    pay_out(till, acct)
    [event] = payments.list_payouts(Provider.SANDBOX, acct)[0]
    settlements.follow_payout(Provider.SANDBOX, acct, event.id)
    [row] = found(connected)
    assert (row.order_count, row.unmatched_lines) == (1, 0)
    assert moneybox.fresh(order).status == "paid" and bank.came_with(order) == {row.id}


def test_another_shops_payments_stay_unmatched(till, connected, acct):
    till.ask(f"accounts/{acct}/fill", charges=5, currency="eur", refunds=2, disputes=1)
    pay_out(till, acct)
    [row] = until(till, connected, "completed")
    assert (row.unmatched_lines, row.order_count, row.difference) == (8, 0, 0)


def test_no_event_ever_comes(till, connected, product, acct, clock):
    order = moneybox.paid(till, connected, product)
    sweep(till)
    till.ask("switches", payouts=QUICK, deliver={"never": True}, balance_after=0)
    first = pay_out(till, acct)
    sweep(till)
    assert found(connected) == []
    clock.forward(3601)
    sweep(till)
    [row] = found(connected)
    assert row.status == "completed" and bank.came_with(order) == {row.id}
    till.ask(f"payouts/{first}/fail")
    clock.forward(3601)
    sweep(till)
    assert found(connected)[0].status == "failed" and len(bank.waiting(order)) == 2


def test_nothing_is_read_where_nothing_is_due(till, connected, acct, monkeypatch):
    sweep(till)
    monkeypatch.setattr(payments, "list_payouts", None)
    sweep(till)
    assert my_sync(connected).complete


def test_what_was_paid_out_before_is_read_once_it_is_connected(
    till, connected, acct, monkeypatch, clock
):
    till.ask("switches", payouts=QUICK, deliver={"never": True}, balance_after=0)
    for _ in range(5):
        till.ask(f"accounts/{acct}/fill", charges=1, currency="eur")
        pay_out(till, acct)
        clock.forward(24 * 3600)
    monkeypatch.setattr(following, "PAGE", 2)
    settle, settled = following.settle, []

    def killed(store_id, payout, rows):
        if len(settled) == 3:
            raise KeyboardInterrupt  # and here it dies
        settled.append(payout.id)
        return settle(store_id, payout, rows)

    monkeypatch.setattr(following, "settle", killed)
    jobs.settlement_sync()
    with pytest.raises(KeyboardInterrupt):
        till.run_jobs()
    assert len(found(connected)) == 3 and my_sync(connected).cursor == settled[-1]
    monkeypatch.setattr(following, "settle", settle)
    sweep(till)
    assert len(found(connected)) == 3
    clock.forward(301)
    sweep(till)
    assert len(found(connected)) == len(bank.completed()) == 5
    assert my_sync(connected).complete


def test_stripe_is_away_for_a_while(till, connected, acct, clock):
    away = {"kind": "server_error", "path": "/v1/payouts", "times": 6}
    till.ask("switches", payouts=QUICK, faults=[away])
    for number, waits in enumerate((0, 60, 120)):
        clock.forward(waits + 1)
        sweep(till)
        row = my_sync(connected)
        assert (row.attempts, row.error) == ((number + 1) % 3, AWAY if number < 2 else None)
    assert row.complete and row.next_at - row.checked_at >= timedelta(minutes=59)


AWAY = turning.AWAY.message


def test_a_store_that_has_left_is_read_no_more(till, connected, acct, clock):
    sweep(till)
    payments.disconnect(connected)
    clock.forward(3601)
    sweep(till)
    assert my_sync(connected) is None


def test_an_event_of_a_payout_that_nobody_shows(till, connected, acct):
    with pytest.raises(payments.NotThere):
        settlements.follow_payout(Provider.SANDBOX, acct, "po_nothing")
    settlements.follow_payout(Provider.SANDBOX, "acct_of_nobody", "po_nothing")
    assert found(connected) == []
