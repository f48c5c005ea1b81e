"""A merchant connects, is asked for more, is let in, and leaves again."""

from synqro import payments
from tests import makers

HERE = "http://127.0.0.1/back"


def test_first_visit(sandboxed, store):
    assert not payments.ready(store)
    page = payments.connect(store, return_url=HERE, refresh_url=HERE)
    account = payments.account_of(store.id)
    print(page, account.missing, account.ready, account.account_id)


def test_connect(connected):
    assert payments.ready(connected)
