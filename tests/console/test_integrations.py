"""Connecting Stripe, here the sandbox."""

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from synqro import payments, stores
from synqro.config import Settings
from tests.conftest import Clock


def visit(console: FlaskClient, action: str) -> TestResponse:
    """Press Connect, press a button of the onboarding page, and come back."""
    begun = console.post("/console/integrations/stripe/connect")
    assert begun.status_code == 303
    path = begun.location.partition("//")[2].partition("/")[2]
    left = console.post(f"/{path}", data={"action": action})
    assert left.status_code == 303, left.text
    back = left.location.partition("//")[2].partition("/")[2]
    return console.get(f"/{back}")


def test_at_first_nothing_is_connected(console: FlaskClient, store: stores.Store) -> None:
    page = console.get("/console/integrations").text
    assert "Nothing connected yet" in page and "Connect Stripe" in page
    assert "built-in payment sandbox" in page
    assert "Payments aren’t set up yet." in console.get("/console/storefront").text


def test_connecting_makes_the_shop_ready(
    console: FlaskClient, sandboxed: str, store: stores.Store
) -> None:
    answer = visit(console, "complete")
    assert (answer.status_code, answer.location) == (303, "/console/integrations")
    page = console.get("/console/integrations").text
    assert "Payments connected" in page and "Ready since" in page
    assert payments.ready(store)
    assert "Payments aren’t set up" not in console.get("/console/storefront").text


def test_an_unfinished_account_says_what_is_missing(
    console: FlaskClient, sandboxed: str, store: stores.Store
) -> None:
    begun = console.post("/console/integrations/stripe/connect")
    assert begun.status_code == 303
    assert console.get("/console/integrations/stripe/return").status_code == 303
    page = console.get("/console/integrations").text
    assert "Not finished" in page and "Continue on Stripe" in page and "<li>" in page
    account = payments.account_of(store.id)
    assert account and not account.ready and account.missing[0].split("'")[0] in page


def test_connecting_twice_is_one_account(
    console: FlaskClient, sandboxed: str, store: stores.Store
) -> None:
    console.post("/console/integrations/stripe/connect")
    first = payments.account_of(store.id)
    again = console.get("/console/integrations/stripe/refresh")
    second = payments.account_of(store.id)
    assert again.status_code == 303 and first and second
    assert first.account_id == second.account_id


def test_disconnecting_stops_the_shop_and_connecting_again_finds_it(
    console: FlaskClient, connected: stores.Store
) -> None:
    account = payments.account_of(connected.id)
    assert "Disconnect Stripe?" in console.get("/console/integrations").text
    assert console.post("/console/integrations/stripe/disconnect").status_code == 303
    assert "Stripe disconnected" in console.get("/console/integrations").text
    assert not payments.ready(connected)
    console.post("/console/integrations/stripe/connect")
    found = payments.account_of(connected.id)
    assert found and account and found.account_id == account.account_id


def test_disconnecting_nothing_is_no_error(console: FlaskClient, store: stores.Store) -> None:
    assert console.post("/console/integrations/stripe/disconnect").status_code == 303


def test_a_silent_provider_loses_nothing(console: FlaskClient, store: stores.Store) -> None:
    answer = console.post("/console/integrations/stripe/connect")
    assert answer.status_code == 502
    assert "Stripe didn’t answer." in answer.text and "Connect Stripe" in answer.text


def test_the_twin_is_connected_apart(
    console: FlaskClient, connected: stores.Store, twin: stores.Store
) -> None:
    console.post("/console/mode", data={"mode": "test"})
    assert "Nothing connected yet" in console.get("/console/integrations").text
    assert payments.ready(connected) and not payments.ready(twin)


class TestWhereNobodyCanPay:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        settings.public_url = "https://shop.example"
        return settings

    def test_the_operator_is_told(self, console: FlaskClient, clock: Clock) -> None:
        page = console.get("/console/integrations", base_url="https://shop.example")
        assert page.status_code == 302 or "No payment provider is set up" in page.text


def test_a_provider_that_is_away_on_the_way_back_says_so(
    console: FlaskClient, connected: stores.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(store: stores.Store) -> None:
        raise payments.PaymentProviderError("away")

    monkeypatch.setattr(payments, "refresh_account", away)
    answer = console.get("/console/integrations/stripe/return")
    assert answer.status_code == 502 and "nothing is lost" in answer.text
    assert payments.ready(connected)
