"""Live stores and their twins at two keys of one Stripe: neither ever touches the other."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from synqro import orders, payments, stores
from synqro.config import Settings
from synqro.core.db import db
from synqro.payments import Link, Provider, StripeEvent, accounts
from synqro.payments.accounts import State
from tests import makers
from tests.hooks.conftest import signature
from tests.payments.till import checkout, fresh

LIVE, TEST = "sk_live_operator", "sk_test_operator"
ACCOUNT = {"live": "acct_live", "test": "acct_test"}
SECRETS = {"live": "whsec_live", "test": "whsec_test"}


class Recorded(BaseHTTPRequestHandler):
    """Stands for api.stripe.com: keeps what it is asked, answers with what is `told`."""

    asked: list[tuple[str, str, str, str | None, dict[str, list[str]]]]
    told: dict[str, dict[str, Any]]

    def do_POST(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        key = self.headers["Authorization"].removeprefix("Bearer ")
        path = urlsplit(self.path).path
        form = parse_qs(body)
        self.asked.append((self.command, path, key, self.headers.get("Stripe-Account"), form))
        found = self._session(path, key, form) if "sessions" in path else self.told[path]
        raw = json.dumps(found).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def _session(self, path: str, key: str, form: dict[str, list[str]]) -> dict[str, Any]:
        if self.command == "GET" or path.endswith("/expire"):
            return self.told[path.removesuffix("/expire")]
        order_id = form["metadata[order_id]"][0]
        made = {
            "id": f"cs_{order_id}",
            "object": "checkout.session",
            "livemode": key == LIVE,
            "status": "open",
            "payment_status": "unpaid",
            "amount_total": int(form["line_items[0][price_data][unit_amount]"][0]),
            "currency": form["line_items[0][price_data][currency]"][0],
            "url": "https://checkout.stripe.com/c/1",
            "metadata": {"order_id": order_id},
            "payment_intent": None,
        }
        self.told[f"/v1/checkout/sessions/cs_{order_id}"] = made
        return made

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def stripe_server() -> Iterator[tuple[str, type[Recorded]]]:
    handler = type("Fresh", (Recorded,), {"asked": [], "told": {}})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", handler
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def settings(settings: Settings, stripe_server: tuple[str, type[Recorded]]) -> Settings:
    settings.clock_file = None
    settings.stripe_api_base = settings.stripe_connect_base = stripe_server[0]
    settings.stripe_secret_key, settings.stripe_test_secret_key = LIVE, TEST
    settings.stripe_client_id, settings.stripe_test_client_id = "ca_live", "ca_test"
    settings.stripe_webhook_secret = SECRETS["live"]
    settings.stripe_test_webhook_secret = SECRETS["test"]
    settings.stripe_webhook_secret_v2 = "whsec_live_v2"
    settings.stripe_test_webhook_secret_v2 = "whsec_test_v2"
    return settings


@pytest.fixture
def shops(store: stores.Store, twin: stores.Store) -> dict[str, stores.Store]:
    ready = State(ready=True, missing=[], closed=False)
    accounts.adopt(store.id, Provider.STRIPE, ACCOUNT["live"], ready)
    accounts.adopt(twin.id, Provider.STRIPE_TEST, ACCOUNT["test"], ready)
    return {"live": store, "test": twin}


@pytest.fixture
def begun(shops: dict[str, stores.Store]) -> dict[str, orders.Order]:
    """An order with an open page in each of the two."""
    return {mode: checkout(shop, makers.product(shop)) for mode, shop in shops.items()}


def hear(
    client: FlaskClient, secret: str, path: str = "/hooks/stripe", **facts: Any
) -> TestResponse:
    body = {"id": "evt_1", "object": "event", "created": 1, **facts}
    raw = json.dumps(body).encode()
    return client.post(path, data=raw, headers={"Stripe-Signature": signature(raw, secret)})


def completed(order: orders.Order, **facts: Any) -> dict[str, Any]:
    about = {"id": order.session_id, "metadata": {"order_id": order.id}}
    return {"type": "checkout.session.completed", "data": {"object": about}, **facts}


def pay(server: type[Recorded], order: orders.Order, **facts: Any) -> None:
    """From now on Stripe says that the order's session is paid."""
    intent = {"id": "pi_1", "object": "payment_intent", "status": "succeeded"}
    paid = {"status": "complete", "payment_status": "paid", "payment_intent": intent}
    server.told[f"/v1/checkout/sessions/{order.session_id}"] |= paid | facts


def test_each_stores_calls_carry_its_own_key_and_account(stripe_server, begun):
    asked = [(key, account) for _, _, key, account, _ in stripe_server[1].asked]
    assert asked == [(LIVE, ACCOUNT["live"]), (TEST, ACCOUNT["test"])]


@pytest.mark.parametrize(("mode", "key"), [("live", LIVE), ("test", TEST)])
def test_paid_in_its_own_mode(stripe_server, begun, client, run_jobs, mode, key):
    pay(stripe_server[1], begun[mode])
    facts = completed(begun[mode], account=ACCOUNT[mode], livemode=mode == "live")
    assert hear(client, SECRETS[mode], **facts).status_code == 200
    run_jobs()
    assert fresh(begun[mode]).status == "paid"
    reads = [a for a in stripe_server[1].asked if a[1].startswith("/v1/checkout/sessions/cs_")]
    assert reads and {read[2] for read in reads} == {key}
    other = begun["test" if mode == "live" else "live"]
    assert fresh(other).status == "awaiting_payment"


@pytest.mark.parametrize("mode", ["live", "test"])
def test_the_other_modes_event_is_ignored(stripe_server, begun, client, run_jobs, mode):
    """Signed with one mode's secret, naming the other's order: no row, no call, no change."""
    other = "test" if mode == "live" else "live"
    pay(stripe_server[1], begun[other])
    before = len(stripe_server[1].asked)
    for account in ACCOUNT.values():
        for livemode in (True, False):
            facts = completed(begun[other], account=account, livemode=livemode)
            if (account, livemode) != (ACCOUNT[mode], mode == "live"):
                assert hear(client, SECRETS[mode], **facts).status_code == 200
    run_jobs()
    db.session.rollback()
    assert db.session.scalars(db.select(StripeEvent)).all() == []
    assert len(stripe_server[1].asked) == before
    assert fresh(begun[other]).status == "awaiting_payment"


@pytest.mark.parametrize("mode", ["live", "test"])
def test_an_event_of_ones_own_account_about_the_others_order(
    stripe_server, begun, client, run_jobs, mode
):
    other = begun["test" if mode == "live" else "live"]
    pay(stripe_server[1], other)  # and whoever reads it is told a session of the other mode
    facts = completed(other, account=ACCOUNT[mode], livemode=mode == "live")
    hear(client, SECRETS[mode], **facts)
    run_jobs()
    assert fresh(other).status == "awaiting_payment"


@pytest.mark.parametrize("mode", ["live", "test"])
def test_a_session_that_says_another_mode_never_pays(stripe_server, begun, client, run_jobs, mode):
    pay(stripe_server[1], begun[mode], livemode=mode != "live")
    facts = completed(begun[mode], account=ACCOUNT[mode], livemode=mode == "live")
    hear(client, SECRETS[mode], **facts)
    run_jobs()
    order = fresh(begun[mode])
    assert (order.status, order.payment_problem) == ("awaiting_payment", None)


def test_an_account_lost_in_one_mode_stays_in_the_other(shops, client, run_jobs):
    for mode, secret in (("test", "whsec_live_v2"), ("live", "whsec_test_v2")):
        related = {"id": ACCOUNT[mode], "type": "v2.core.account"}
        facts = {"type": "v2.core.account.closed", "related_object": related}
        for livemode in (True, False):
            answer = hear(
                client, secret, "/hooks/stripe/v2", livemode=livemode,
                **facts | {"object": "v2.core.event", "created": "2030-01-01T00:00:00.000Z"},
            )  # fmt: skip
            assert answer.status_code == 200
    run_jobs()
    db.session.rollback()
    assert payments.ready(shops["live"]) and payments.ready(shops["test"])


@pytest.mark.parametrize(("mode", "key"), [("live", LIVE), ("test", TEST)])
def test_letting_us_in_and_out_speaks_with_the_own_key_and_client(
    stripe_server, store, twin, mode, key, run_jobs
):
    shop = store if mode == "live" else twin
    server = stripe_server[1]
    server.told["/oauth/token"] = {
        "stripe_user_id": "acct_old", "livemode": mode == "live", "scope": "read_write",
    }  # fmt: skip
    server.told["/v1/accounts/acct_old"] = {
        "id": "acct_old", "object": "account", "charges_enabled": True, "requirements": None,
    }  # fmt: skip
    server.told["/oauth/deauthorize"] = {"stripe_user_id": "acct_old"}
    page = urlsplit(payments.authorize_url(shop, redirect_uri="http://127.0.0.1/x", state="s"))
    asked = parse_qs(page.query)
    assert (page.path, asked["client_id"], asked["scope"]) == (
        "/oauth/authorize", [f"ca_{mode}"], ["read_write"]
    )  # fmt: skip
    linked = payments.link(shop, "ac_1")
    assert (linked.account_id, linked.ready, linked.link) == ("acct_old", True, Link.OAUTH)
    payments.disconnect(shop)
    run_jobs()
    calls = [(path, form.get("client_id")) for _, path, _, _, form in server.asked]
    assert calls == [
        ("/oauth/token", None),
        ("/v1/accounts/acct_old", None),
        ("/oauth/deauthorize", [f"ca_{mode}"]),
    ]
    assert {asked[2] for asked in server.asked} == {key}
