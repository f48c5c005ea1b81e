"""The mail when a payout does not arrive."""

import pytest

from synqro import mail, stores
from synqro.core.clock import now
from tests import makers
from tests.orders import shop
from tests.settlements import bank


@pytest.fixture
def store(store: stores.Store) -> stores.Store:
    shop.set_up_payments(store)
    return store


def sent(run_jobs) -> mail.Message:
    run_jobs()
    [message] = bank.mailed()
    assert message.status == "sent", message.error
    assert "\n\n\n" not in (message.text or "") and "&" not in (message.text or "")
    return message


def test_a_payout_that_failed(store: stores.Store, run_jobs) -> None:
    told = bank.payout("po_1", amount=101084, created=now())
    found = bank.settle(store, bank.failed(told))
    message = sent(run_jobs)
    assert message.to == makers.EMAIL
    assert message.subject == "Your payout of €1,010.84 did not arrive"
    text = message.text or ""
    assert "sent back the payout of €1,010.84 that was due on Wednesday 25 November." in text
    assert "The reason: The bank account is closed." in text
    assert "Check your bank details in Stripe" in text
    assert text.endswith(f"/console/settlements/{found.id}\n")
    assert f"/console/settlements/{found.id}" in (message.html or "")
    assert "test mode" not in text


def test_its_money_has_come_meanwhile(store: stores.Store, run_jobs) -> None:
    told = bank.payout("po_1", amount=5000, created=now())
    bank.settle(store, bank.failed(told))
    back = [bank.came_back(told)]
    bank.settle(store, bank.payout("po_2", back, created=now()), back)
    text = sent(run_jobs).text or ""
    assert "has come with a later payout" in text and "Check your bank" not in text


def test_in_test_mode(twin: stores.Store, run_jobs) -> None:
    shop.set_up_payments(twin)
    told = bank.failed(bank.payout("po_1", amount=5000, created=now()))
    bank.settle(twin, told)
    assert "test mode" in (sent(run_jobs).text or "")
