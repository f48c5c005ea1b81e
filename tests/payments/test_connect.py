"""A merchant connects, is asked for more, is let in, and leaves again."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from urllib.parse import urlsplit

import pytest

from synqro import payments
from synqro.core.db import db, transaction
from synqro.payments import Account, Provider, accounts
from synqro.payments.client import speaking
from tests import makers
from tests.payments.till import HERE, account


def visit(store, client, action):
    page = payments.connect(store, return_url=f"{HERE}?done", refresh_url=HERE)
    answer = client.post(urlsplit(page).path, data={"action": action})
    assert (answer.status_code, answer.location) == (303, f"{HERE}?done")
    return payments.refresh_account(store)


def test_the_account_is_stored_before_anyone_is_sent_away(till, store):
    assert payments.account_of(store.id) is None
    page = payments.connect(store, return_url=HERE, refresh_url=HERE)
    found = account(store)
    assert "/sandbox/onboarding/" in page
    assert (found.ready, found.provider) == (False, Provider.SANDBOX)
    assert found.missing == [
        "The address of your website, or what you sell",
        "A bank account for your payouts",
        "Accept Stripe's terms of service",
    ]
    again = payments.connect(store, return_url=HERE, refresh_url=HERE)
    assert again != page
    assert account(store).account_id == found.account_id


def test_what_stripe_is_told_of_the_merchant(till, store):
    payments.connect(store, return_url=HERE, refresh_url=HERE)
    with speaking(Provider.SANDBOX) as client:
        found = client.v2.core.accounts.retrieve(
            account(store).account_id, {"include": ["defaults", "identity"]}
        )
    assert (found.display_name, found.contact_email) == (store.name, makers.EMAIL)
    assert (found.dashboard, found.identity.country, found.defaults.currency) == (
        "full", "DE", "eur"
    )  # fmt: skip
    assert found.defaults.responsibilities.losses_collector == "stripe"


def test_an_unfinished_and_a_finished_visit(till, store, client):
    assert not visit(store, client, "leave").ready
    found = visit(store, client, "complete")
    assert (found.ready, found.missing) == (True, [])
    assert payments.ready(store)


def test_a_refused_merchant_cannot_sell(till, store, client):
    assert not visit(store, client, "refuse").ready
    assert not payments.ready(store)


def test_the_event_alone_makes_the_shop_ready(till, store, client):
    page = payments.connect(store, return_url=HERE, refresh_url=HERE)
    client.post(urlsplit(page).path, data={"action": "complete"})
    till.hear("account.updated")
    assert account(store).ready


def test_disconnected_and_back_again(till, store, client):
    first = visit(store, client, "complete").account_id
    payments.disconnect(store)
    assert not payments.ready(store)
    assert payments.account_of(store.id) is None
    payments.connect(store, return_url=HERE, refresh_url=HERE)
    assert (account(store).account_id, account(store).ready) == (first, True)


def test_access_taken_away_at_stripe_is_known_at_once(till, store, client):
    first = visit(store, client, "complete").account_id
    with speaking(Provider.SANDBOX) as stripe:
        stripe.oauth.deauthorize({"client_id": "ca_sandbox", "stripe_user_id": first})
    till.hear("account.application.deauthorized")
    db.session.rollback()
    assert not payments.ready(store)
    payments.connect(store, return_url=HERE, refresh_url=HERE)
    assert account(store).account_id != first
    assert len(db.session.scalars(db.select(Account).filter_by(store_id=store.id)).all()) == 2


def test_an_operator_connects_an_account(till, store, twin, client):
    mine = visit(store, client, "complete").account_id
    found = payments.connect_by_operator(twin, mine)
    assert (found.account_id, found.ready) == (mine, True)
    assert payments.ready(twin)
    with pytest.raises(payments.AccountNotFound):
        payments.connect_by_operator(twin, "acct_none")
    assert payments.ready(twin)


def test_a_sandbox_that_is_away_is_a_provider_error(store):
    with pytest.raises(payments.PaymentProviderError):
        payments.connect(store, return_url=HERE, refresh_url=HERE)


def test_no_call_is_made_inside_a_transaction(till, store):
    with pytest.raises(RuntimeError, match="inside a transaction"), transaction():
        payments.connect(store, return_url=HERE, refresh_url=HERE)


def test_four_clicks_at_once_open_one_account_however_slow_stripe_is(app, till, store):
    till.fault("slow", "/v2/core/accounts", seconds=1)

    def click(_: int) -> str:
        with app.app_context():
            return payments.connect(store, return_url=HERE, refresh_url=HERE)

    with ThreadPoolExecutor(4) as pool:
        pages = list(pool.map(lambda n: Context().run(click, n), range(4)))
    db.session.rollback()
    assert len(set(pages)) == 4
    assert len(db.session.scalars(db.select(Account)).all()) == 1


def test_a_click_that_comes_late_finds_the_account_of_the_other(app, till, store, monkeypatch):
    def click() -> str:
        with app.app_context():
            return payments.connect(store, return_url=HERE, refresh_url=HERE)

    last_of, clicks = accounts.last_of, iter([click])

    def slowly(*given: object) -> Account | None:
        found = last_of(*given)
        for another in clicks:  # from its first look to its last, between two of ours
            Context().run(another)
        return found

    monkeypatch.setattr(accounts, "last_of", slowly)
    click()
    db.session.rollback()
    assert len(db.session.scalars(db.select(Account)).all()) == 1
