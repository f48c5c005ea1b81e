"""What reading an account's payouts came to: counted, said, and left alone while that is paused."""

import pytest

from synqro import payments, settlements, stores
from synqro.agents import Kind
from synqro.core.db import db
from synqro.settlements import PayoutSync, following
from tests import makers
from tests.pausing import pause, resume, sweep
from tests.payments import moneybox
from tests.settlements.test_at_stripe import QUICK, account, found, pay_out, until

SYNC = Kind.SETTLEMENT_SYNC


@pytest.fixture
def store(app, opened: stores.Opened) -> stores.Store:
    """The store as it is opened: payments are set up at the sandbox."""
    return stores.by_id(opened.store.id)


@pytest.fixture
def acct(till, connected) -> str:
    till.ask("switches", payouts=QUICK, balance_after=0)
    return account(connected).account_id


def test_what_is_read_is_counted_and_said(till, connected, acct, clock):
    product = makers.product(connected, stock=None)
    moneybox.paid(till, connected, product)
    till.deliver(never=True)
    pay_out(till, acct)
    clock.forward(60)
    assert settlements.due_syncs() == [(connected.id, acct)]
    assert settlements.due_syncs(skip=frozenset([connected.id])) == []
    report = settlements.sync(connected.id, acct)
    assert (report.seen, report.changed, report.failed, report.problem) == (1, 1, 0, None)
    assert report.summary == "Matched 1 payout to its orders"
    assert settlements.sync(connected.id, acct) == settlements.sync("st_none", acct)  # not due
    again = settlements.sync_now(connected.id)
    assert (again.seen, again.changed, again.skipped, again.summary) == (1, 0, 1, "Nothing new")


def test_a_shop_without_an_account_has_nothing_to_read(store):
    assert settlements.sync_now(store.id).seen == 0


def test_while_it_is_paused_the_sweep_reads_nothing_but_an_event_settles(
    till, connected, acct, clock
):
    product = makers.product(connected, stock=None)
    moneybox.paid(till, connected, product)
    pause(connected, SYNC)
    till.deliver(never=True)
    pay_out(till, acct)
    sweep(SYNC)
    till.run_jobs()
    assert found(connected) == []
    till.deliver()
    moneybox.paid(till, connected, product)
    pay_out(till, acct)
    assert until(till, connected, "completed")
    resume(connected, SYNC)
    sweep(SYNC)
    till.run_jobs()
    assert [row.status for row in found(connected)] == ["completed"] * 2


@pytest.mark.parametrize(
    ("error", "code", "retryable"),
    [
        (payments.AccountRefused(), "auth_expired", False),
        (payments.Refused(), "payouts_not_shown", True),
        (payments.PaymentProviderError(), "payment_provider_error", True),
    ],
)
def test_why_an_account_cannot_be_read(connected, acct, monkeypatch, error, code, retryable):
    def refuse(*_, **__):
        raise error

    monkeypatch.setattr(following.payments, "list_payouts", refuse)
    report = settlements.sync_now(connected.id)
    assert (report.seen, report.failed) == (0, 1) and report.problem
    assert (report.problem.code, report.problem.retryable) == (code, retryable)
    if code == "auth_expired":
        said = "Stripe no longer lets us read this account. Connect it again."
        assert report.problem.message == said
        assert db.session.scalar(db.select(PayoutSync.error)) == said
