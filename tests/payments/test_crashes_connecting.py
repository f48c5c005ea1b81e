"""Killed between any two steps of letting us in or out: the merchant can go on from there."""

from contextvars import Context
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from synqro import payments
from synqro.core.db import db
from synqro.jobs import orders as order_jobs
from synqro.payments import Link, oauth
from synqro.stores import Store
from tests import makers
from tests.payments.test_crashes import Killed, killed_at
from tests.payments.till import Till, checkout, fresh, held

PLACES = ((oauth, "_let_in"), (oauth, "_let_out"), (oauth, "read_account"))


def code(client: FlaskClient, shop: Store, live: str) -> str:
    """What the sandbox's consent page sends back."""
    page = payments.authorize_url(shop, redirect_uri=f"{live}/back", state="s")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(page).query).items()}
    left = client.post("/sandbox/oauth/authorize", data={**asked, "action": "allow"})
    return parse_qs(urlsplit(left.location).query)["code"][0]


def test_killed_while_an_account_lets_us_in(app: Flask, till, store, client, live, monkeypatch):
    step, finished = 0, False
    while not finished:
        step += 1
        given = code(client, store, live)

        def let_in(given: str = given) -> None:
            with app.app_context():
                payments.link(store, given)

        try:
            with killed_at(step, monkeypatch, PLACES):
                Context().run(let_in)
            finished = True
        except Killed:
            db.session.rollback()
            payments.link(store, code(client, store, live))
        db.session.rollback()
        account = payments.account_of(store.id)
        assert account and account.ready and account.link is Link.OAUTH
        till.run_jobs()
        mine = db.select(db.func.count()).select_from(payments.Account).filter_by(store_id=store.id)
        connected = mine.where(payments.Account.disconnected_at.is_(None))
        assert db.session.scalar(connected) == 1
    assert step > 6


def test_killed_while_we_are_let_out(app: Flask, till: Till, store, client, live, monkeypatch):
    product = makers.product(store, stock=1000)
    step, finished = 0, False
    while not finished:
        step += 1
        account_id = payments.link(store, code(client, store, live)).account_id
        order = checkout(store, product)

        def let_out(account_id: str = account_id) -> None:
            with app.app_context():
                payments.disconnect(store)
                order_jobs.close_checkouts(account_id)

        try:
            with killed_at(step, monkeypatch, PLACES):
                Context().run(let_out)
            finished = True
        except Killed:
            db.session.rollback()
            payments.disconnect(store)  # the merchant presses again
            order_jobs.close_lost()
        db.session.rollback()
        assert payments.account_of(store.id) is None
        assert (fresh(order).status, held(product)) == ("expired", 0)
        assert payments.account_of(store.id) is None
        before = payments.last_of(store.id, payments.Provider.SANDBOX)
        assert before and not before.leaving
        with pytest.raises(payments.AccountNotFound):
            payments.connect_by_operator(store, account_id)
    assert step > 8
