"""An accepted quote is paid at the real sandbox: a deposit first, then the balance."""

from types import SimpleNamespace

import pytest

from synqro import orders, payments
from synqro.core.db import db
from synqro.jobs import agents as jobs
from synqro.orders import Change, EntryKind, Status
from synqro.payments import Provider
from tests.orders.deals import accepted, listener
from tests.orders.shop import set_up_payments
from tests.payments.moneybox import dispute, emitted, kinds, mailed
from tests.payments.till import at_stripe, fresh


@pytest.fixture
def heard(app, shop):
    found: list[Change] = []
    app.extensions["order_listeners"] = [listener(found)]
    return found


@pytest.fixture
def deal(shop, heard):
    return accepted(shop, 4_900, 1_455).order


def page(shop, order, **more):
    """The order's page as it was opened, whatever becomes of the order."""
    opened = orders.payable_page(shop, fresh(order), **more)
    names = ("id", "session_id", "session_account", "session_amount", "checkout_url", "attempt")
    return SimpleNamespace(**{name: getattr(opened, name) for name in names})


def pay(till, shop, order, action="pay"):
    opened = page(shop, order)
    till.press(opened, action)
    return opened


def come(till, heard, change):
    till.when(lambda: change in heard)


def paid_in_part(till, shop, deal, heard):
    pay(till, shop, deal)
    come(till, heard, Change.PAID)
    return fresh(deal)


def state(order):
    order = fresh(order)
    return order.status, orders.sums(order).paid, orders.balance_due(order)


def test_a_deposit_moves_it_to_the_queue_and_the_balance_closes_the_books(till, shop, deal, heard):
    assert orders.amount_due(deal) == 1_455
    opened = page(shop, deal, back="https://shop.example/quote?a=1")
    session = at_stripe(opened)
    assert session.success_url == "https://shop.example/quote?a=1&result=success"
    assert (session.amount_total, opened.session_amount) == (1_455, 1_455)
    [line] = session.line_items.data
    assert line.description == f"Deposit, order {deal.number}"
    assert page(shop, deal).checkout_url == opened.checkout_url  # another tab
    till.press(opened, "pay")
    come(till, heard, Change.PAID)
    assert state(deal) == (Status.PAID, 1_455, 3_445)
    assert fresh(deal).ship_by and fresh(deal).checkout_url is None
    assert emitted(deal) == ["order.created"] and not mailed("orders/received")
    rest = page(shop, deal)
    [line] = at_stripe(rest).line_items.data
    assert (line.description, line.amount_total) == (f"Balance, order {deal.number}", 3_445)
    orders.ship(shop.id, deal.id)
    till.press(rest, "pay")
    come(till, heard, Change.BALANCE_PAID)
    assert state(deal) == (Status.SHIPPED, 4_900, 0)
    assert heard == [Change.PAID, Change.BALANCE_PAID]
    assert emitted(deal) == ["order.created", "order.shipped", "order.updated"]
    assert kinds(deal)[-1] == "balance_paid" and not fresh(deal).payment_problem
    assert list(orders.audit()) == []
    with pytest.raises(orders.NotPayable):
        page(shop, deal)


def test_the_whole_is_listed_line_by_line(till, shop, heard):
    more = {"shipping": 490, "tax": 539, "subtotal": 4_900}
    deal = accepted(shop, 5_929, lines=[orders.AgreedLine("Bracket", 2, 2_450)], **more).order
    told = at_stripe(page(shop, deal))
    lines = {line.description: line.amount_total for line in told.line_items.data}
    assert lines == {"Bracket": 4_900, "Shipping": 490, "Tax": 539}


def test_a_page_that_ended_leaves_it_payable_on_the_next(till, shop, deal, heard, clock):
    first = page(shop, deal)
    clock.forward(32 * 60)
    orders.sweep(shop.id)
    till.run_jobs()
    second = page(shop, deal)
    assert second.session_id != first.session_id and second.attempt == first.attempt + 1
    till.ask("switches", settle_after=600)
    till.press(second, "async_fail")
    till.when(lambda: fresh(deal).settling)
    with pytest.raises(orders.PaymentProcessing):
        page(shop, deal)
    with pytest.raises(orders.PaymentProcessing):
        orders.withdraw(shop, deal)
    clock.forward(24 * 3600)
    come(till, heard, Change.PAYMENT_FAILED)
    assert (fresh(deal).status, fresh(deal).settling) == (Status.AWAITING_PAYMENT, False)
    clock.forward(90 * 24 * 3600)
    jobs.reservation_sweeper()
    assert fresh(deal).status is Status.AWAITING_PAYMENT
    assert paid_in_part(till, shop, deal, heard).status is Status.PAID


def test_lost_events_of_both_pages_are_found(till, shop, deal, heard, clock):
    till.deliver(never=True)
    for change, amount in ((Change.PAID, 1_455), (Change.BALANCE_PAID, 4_900)):
        pay(till, shop, deal)
        till.run_jobs()
        assert change not in heard
        clock.forward(130)
        jobs.reservation_sweeper()
        assert heard[-1] is change and state(deal)[1] == amount
        assert fresh(deal).look_at is None


def test_a_page_that_nobody_can_pay_is_not_handed_out_again(till, shop, deal, heard):
    till.deliver(never=True)
    first = page(shop, deal)
    till.press(first, "expire")
    second = page(shop, deal)
    assert second.session_id != first.session_id and at_stripe(second).status == "open"
    till.press(second, "pay")
    with pytest.raises(orders.NotPayable):
        page(shop, deal)
    assert heard == [Change.PAID] and state(deal) == (Status.PAID, 1_455, 3_445)


def test_stripe_away_changes_nothing(till, shop, deal, heard):
    till.fault("server_error", times=9)
    with pytest.raises(payments.PaymentProviderError):
        page(shop, deal)
    till.ask("switches", faults=[])
    assert fresh(deal).status is Status.AWAITING_PAYMENT
    assert page(shop, deal).checkout_url


def test_a_late_payment_of_an_earlier_deposit_page_is_kept_and_shown(till, shop, deal, heard):
    paid_in_part(till, shop, deal, heard)
    again = {"reference": "pi_twice", "amount": 1_455, "currency": deal.currency}
    orders.mark_paid(deal.id, **again)
    orders.mark_paid(deal.id, **again)
    assert heard == [Change.PAID, Change.LATE_MONEY]
    assert "Another payment" in fresh(deal).payment_problem
    assert state(deal) == (Status.PAID, 2_910, 3_445)


def test_both_payments_go_back_each_on_its_own(till, shop, deal, heard):
    paid_in_part(till, shop, deal, heard)
    pay(till, shop, deal)
    come(till, heard, Change.BALANCE_PAID)
    order = orders.refund(shop.id, deal.id, amount=4_000)
    assert (order.status, orders.refundable(order)) == (Status.PAID, 900)
    assert sorted(refund.amount for refund in orders.refunds(order)) == [555, 3_445]
    assert orders.balance_due(order) == 0
    order = orders.refund(shop.id, deal.id)
    assert (order.status, orders.sums(order).refunded) == (Status.REFUNDED, 4_900)
    assert heard.count(Change.REFUNDED) == 3 and list(orders.audit()) == []


def test_calling_off_a_deposit_closes_the_page_of_its_balance(till, shop, deal, heard):
    paid_in_part(till, shop, deal, heard)
    rest = page(shop, deal)
    order = orders.cancel(shop.id, deal.id)
    assert (order.status, orders.sums(order).refunded) == (Status.CANCELLED, 1_455)
    assert orders.balance_due(order) == 0 and at_stripe(rest).status == "expired"
    assert Change.CANCELLED in heard


def test_a_disputed_deposit_leaves_the_balance_due(till, shop, deal, heard):
    order = paid_in_part(till, shop, deal, heard)
    dispute(till, order)
    till.when(lambda: orders.disputes(fresh(deal)))
    assert state(deal)[2] == 3_445 and orders.refundable(fresh(deal)) == 0


def test_taken_back_without_a_word(till, shop, deal, heard):
    opened = page(shop, deal)
    assert orders.withdraw(shop, deal).status is Status.CANCELLED
    assert orders.withdraw(shop, deal).status is Status.CANCELLED
    assert at_stripe(opened).status == "expired"
    assert (heard, emitted(deal), mailed("orders/cancelled")) == ([], [], [])
    with pytest.raises(orders.NotPayable):
        page(shop, deal)


def test_what_turned_out_paid_is_not_taken_back(till, shop, deal, heard):
    till.deliver(never=True)
    pay(till, shop, deal)
    with pytest.raises(orders.NotCancellable):
        orders.withdraw(shop, deal)
    assert heard == [Change.PAID]


def test_the_merchant_calls_an_unpaid_one_off(till, shop, deal, heard):
    page(shop, deal)
    assert orders.cancel(shop.id, deal.id).status is Status.CANCELLED
    assert heard == [Change.CANCELLED]


def test_a_lost_account_leaves_it_payable_once_there_is_one_again(till, shop, deal, heard):
    before = paid_in_part(till, shop, deal, heard).session_account
    page(shop, deal)
    payments.forget_account(Provider.SANDBOX, before)
    till.run_jobs()
    assert fresh(deal).session_id is None and fresh(deal).status is Status.PAID
    with pytest.raises(payments.PaymentsNotSetUp):
        page(shop, deal)
    set_up_payments(shop, before)
    assert page(shop, deal).session_amount == 3_445


def test_too_little_for_a_card_is_refused_before_it_is_agreed(shop, heard):
    for total, due in ((4_900, 10), (4_900, 4_890)):
        with pytest.raises(payments.AmountTooSmall):
            accepted(shop, total, due)
    kept = db.session.query(orders.Order).count()
    assert kept == 0


def test_each_payment_keeps_its_own_account(till, shop, deal, heard):
    paid_in_part(till, shop, deal, heard)
    [entry] = [e for e in orders.ledger(fresh(deal)) if e.kind is EntryKind.PAYMENT]
    assert entry.account_id == fresh(deal).session_account
