"""Connecting Stripe, here the sandbox."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Frame, Page
from werkzeug.test import TestResponse

from synqro import payments, stores
from synqro.config import Settings
from synqro.jobs import orders as order_jobs
from synqro.payments import accounts
from synqro.payments.accounts import State
from tests import makers
from tests.conftest import Clock
from tests.payments.till import Till

HERE = "/console/integrations"


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
    assert (
        "Nothing connected yet" in page
        and "Create a Stripe account" in page
        and "I already have one" in page
    )
    assert "built-in payment sandbox" in page
    assert "Payments aren’t set up yet." in console.get("/console/storefront").text


def test_connecting_makes_the_shop_ready(
    console: FlaskClient, sandboxed: str, store: stores.Store
) -> None:
    answer = visit(console, "complete")
    assert (answer.status_code, answer.location) == (303, "/console/integrations")
    page = console.get("/console/integrations").text
    assert "Payments connected" in page and "Since" in page
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
    assert "Stripe didn’t answer." in answer.text and "Create a Stripe account" in answer.text


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


CALLBACK = "/console/integrations/stripe/oauth/callback"


def ask(console: FlaskClient) -> dict[str, str]:
    """Press "I already have one" and give back what Stripe is asked."""
    begun = console.post("/console/integrations/stripe/oauth")
    assert begun.status_code == 303, begun.text
    parts = urlsplit(begun.location)
    assert parts.path.endswith("/oauth/authorize")
    return {name: values[0] for name, values in parse_qs(parts.query).items()}


def consent(console: FlaskClient, asked: dict[str, str], action: str = "allow") -> str:
    """Answer the sandbox's consent page; gives back where the browser goes with it."""
    left = console.post("/sandbox/oauth/authorize", data={**asked, "action": action})
    assert left.status_code == 303, left.text
    parts = urlsplit(left.location)
    return f"{parts.path}?{parts.query}"


def nothing_connected(store: stores.Store) -> bool:
    return payments.account_of(store.id) is None


def test_an_account_that_exists_is_connected(
    console: FlaskClient, sandboxed: str, store: stores.Store, settings: Settings
) -> None:
    asked = ask(console)
    assert asked["redirect_uri"] == settings.public_url + CALLBACK
    assert (asked["scope"], asked["response_type"]) == ("read_write", "code")
    back = console.get(consent(console, asked))
    assert (back.status_code, back.location) == (303, "/console/integrations")
    assert "Payments connected" in console.get("/console/integrations").text
    account = payments.account_of(store.id)
    assert account and account.ready and account.link is payments.Link.OAUTH


def test_a_merchant_who_says_no_on_stripes_page(
    console: FlaskClient, sandboxed: str, store: stores.Store
) -> None:
    answer = console.get(consent(console, ask(console), "deny"))
    assert answer.status_code == 200 and "You didn’t let Synqro in" in answer.text
    assert nothing_connected(store)


@pytest.mark.parametrize("state", [None, "", "x", "ä\0", "1" * 5000])
def test_a_state_that_is_not_ours_connects_nothing(
    console: FlaskClient, sandboxed: str, store: stores.Store, state: str | None
) -> None:
    url = consent(console, ask(console))
    given = {"code": parse_qs(urlsplit(url).query)["code"][0]}
    answer = console.get(CALLBACK, query_string=given | ({"state": state} if state else {}))
    assert answer.status_code == 400 and "belongs to another visit" in answer.text
    assert nothing_connected(store)


def test_a_visit_answers_once(console: FlaskClient, sandboxed: str, store: stores.Store) -> None:
    url = consent(console, ask(console))
    assert console.get(url).status_code == 303
    console.post("/console/integrations/stripe/disconnect")
    again = console.get(url)
    assert again.status_code == 400 and "belongs to another visit" in again.text
    assert nothing_connected(store)


def test_a_visit_that_took_too_long(
    console: FlaskClient, sandboxed: str, store: stores.Store, clock: Clock
) -> None:
    asked = ask(console)
    clock.forward(1801)
    assert console.get(consent(console, asked)).status_code == 400
    assert nothing_connected(store)


def test_an_answer_for_somebody_elses_session(
    app: Flask, console: FlaskClient, sandboxed: str, store: stores.Store
) -> None:
    url = consent(console, ask(console))
    makers.person("other@shop.example")
    other = app.test_client()
    other.post("/login", data={"email": "other@shop.example", "password": makers.PASSWORD})
    assert other.get(url).status_code in (400, 403)
    assert app.test_client().get(url).status_code == 302
    assert nothing_connected(store)


def test_an_answer_after_switching_to_the_twin(
    console: FlaskClient, sandboxed: str, store: stores.Store, twin: stores.Store
) -> None:
    url = consent(console, ask(console))
    console.post("/console/mode", data={"mode": "test"})
    assert console.get(url).status_code == 400
    assert nothing_connected(store) and nothing_connected(twin)


@pytest.mark.parametrize("code", ["", "ac_made_up", "ä" * 3000])
def test_a_code_that_stripe_does_not_know(
    console: FlaskClient, sandboxed: str, store: stores.Store, code: str
) -> None:
    given = {"code": code, "state": ask(console)["state"]}
    answer = console.get(CALLBACK, query_string=given)
    assert answer.status_code in (400, 409) and "Nothing was connected." in answer.text
    assert nothing_connected(store)


@pytest.mark.parametrize("token", [{"livemode": True}, {"scope": "read_only"}])
def test_an_account_of_the_other_mode_or_for_reading_only(
    console: FlaskClient,
    sandboxed: str,
    store: stores.Store,
    monkeypatch: pytest.MonkeyPatch,
    token: dict[str, object],
) -> None:
    given = {"stripe_user_id": "acct_1", "livemode": False, "scope": "read_write", **token}
    monkeypatch.setattr("stripe._oauth_service.OAuthService.token", lambda *_, **__: given)
    answer = console.get(CALLBACK, query_string={"code": "ac_1", "state": ask(console)["state"]})
    assert answer.status_code == 409 and "Nothing was connected." in answer.text
    assert nothing_connected(store)


def test_one_account_may_serve_two_shops(
    console: FlaskClient,
    sandboxed: str,
    store: stores.Store,
    twin: stores.Store,
    run_jobs: Callable[[], int],
) -> None:
    console.get(consent(console, ask(console)))
    mine = payments.account_of(store.id)
    assert mine
    payments.connect_by_operator(twin, mine.account_id)
    assert "The same account is paid by customers of Northlight Prints." in console.get(HERE).text
    console.post("/console/integrations/stripe/disconnect")
    run_jobs()
    assert payments.ready(twin) and not payments.ready(store)


def test_disconnecting_gives_our_access_back_at_stripe(
    console: FlaskClient, sandboxed: str, store: stores.Store, run_jobs: Callable[[], int]
) -> None:
    console.get(consent(console, ask(console)))
    account = payments.account_of(store.id)
    assert account and "Our access to your Stripe account ends" in console.get(HERE).text
    console.post("/console/integrations/stripe/disconnect")
    assert "our access is over" in console.get(HERE).text
    run_jobs()
    assert "our access is over" not in console.get(HERE).text
    with pytest.raises(payments.AccountNotFound):
        payments.connect_by_operator(store, account.account_id)


def test_disconnecting_while_stripe_is_away_is_finished_later(
    console: FlaskClient, till: Till, store: stores.Store
) -> None:
    console.get(consent(console, ask(console)))
    account = payments.account_of(store.id)
    assert account
    till.fault("server_error", path="/oauth/deauthorize", times=9)
    console.post("/console/integrations/stripe/disconnect")
    assert not payments.ready(store)
    with pytest.raises(payments.PaymentProviderError):
        till.run_jobs()
    assert "our access is over" in console.get(HERE).text
    till.fault("server_error", path="/nowhere")
    order_jobs.close_lost()
    assert "our access is over" not in console.get(HERE).text


STANDINGS = {
    "under_review": (State(False, [], False, "determining_status"), "Under review"),
    "stopped": (State(False, [], False, "rejected_other"), "Stripe has stopped payments"),
    "unfinished": (State(False, ["A phone number"], False, "requirements_past_due"), "A phone"),
}


@pytest.mark.parametrize("name", STANDINGS)
def test_how_the_account_stands(console: FlaskClient, store: stores.Store, name: str) -> None:
    state, words = STANDINGS[name]
    accounts.adopt(store.id, payments.Provider.SANDBOX, "acct_1", state)
    page = console.get(HERE).text
    assert words in page and "Disconnect" in page
    assert ("Continue on Stripe" in page) == (name != "under_review")


def test_an_account_that_was_charged_on_says_that_stripe_stopped(
    console: FlaskClient, store: stores.Store
) -> None:
    ready = State(True, [], False)
    accounts.adopt(store.id, payments.Provider.SANDBOX, "acct_1", ready)
    stopped = State(False, ["A phone number"], False, "requirements_past_due")
    accounts.note(payments.Provider.SANDBOX, "acct_1", stopped)
    page = console.get(HERE).text
    assert "Stripe has stopped payments: It needs more about your business." in page
    accounts.note(payments.Provider.SANDBOX, "acct_1", ready)
    assert "Connected" in console.get(HERE).text


def test_an_account_that_left_at_stripe_says_when(
    console: FlaskClient, store: stores.Store
) -> None:
    accounts.adopt(store.id, payments.Provider.SANDBOX, "acct_1", State(True, [], False))
    payments.forget_account(payments.Provider.SANDBOX, "acct_1")
    page = console.get(HERE).text
    assert "Disconnected at Stripe on" in page and "Create a Stripe account" in page


class TestWithoutAClientId:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        settings.stripe_secret_key = "sk_live_x"
        settings.stripe_api_base = settings.stripe_connect_base = "http://127.0.0.1:9"
        settings.stripe_test_secret_key = "sk_test_x"
        return settings

    def test_the_button_is_absent_and_the_operator_is_told(self, console: FlaskClient) -> None:
        page = console.get(HERE).text
        assert "I already have one" not in page and "STRIPE_CLIENT_ID" in page
        assert console.post("/console/integrations/stripe/oauth").status_code == 409
        console.post("/console/mode", data={"mode": "test"})
        assert "STRIPE_TEST_CLIENT_ID" in console.get(HERE).text


def test_a_link_that_is_over_leads_to_a_fresh_one(
    console: FlaskClient, sandboxed: str, store: stores.Store, clock: Clock
) -> None:
    begun = console.post("/console/integrations/stripe/connect")
    clock.forward(3600)
    over = console.get(urlsplit(begun.location).path)
    assert (over.status_code, urlsplit(over.location).path) == (
        303, "/console/integrations/stripe/refresh"
    )  # fmt: skip
    fresh = console.get(urlsplit(over.location).path)
    assert fresh.status_code == 303 and fresh.location != begun.location
    assert console.get(urlsplit(fresh.location).path).status_code == 200


@pytest.mark.parametrize("name", [*STANDINGS, "ready", "none"])
def test_every_standing_reads_well(
    signed_in: Page,
    live: str,
    store: stores.Store,
    axe: Callable[[Page | Frame], list[str]],
    name: str,
) -> None:
    if name != "none":
        state = STANDINGS[name][0] if name in STANDINGS else State(True, [], False)
        accounts.adopt(store.id, payments.Provider.SANDBOX, "acct_1Qx9aBcDeFgHiJkL", state)
    for scheme, width in (("light", 1440), ("dark", 390)):
        signed_in.emulate_media(color_scheme=scheme)
        signed_in.set_viewport_size({"width": width, "height": 760})
        signed_in.goto(f"{live}{HERE}")
        assert axe(signed_in) == []
        assert signed_in.evaluate("document.documentElement.scrollWidth <= innerWidth")
