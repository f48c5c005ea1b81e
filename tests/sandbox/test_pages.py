"""The pages that people meet, without JavaScript."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from synqro import sandbox
from synqro.config import load
from tests.sandbox.stage import SHOP, Stage, new_account, new_link, staged

ROOT = Path(__file__).parents[2]
DONE = {"action": "complete"}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One sandbox for all of these: each test has pages of its own."""
    with staged(tmp_path_factory.mktemp("pages")) as stage:
        yield stage


@pytest.fixture
def visitor(stage: Stage) -> FlaskClient:
    return browser(stage.clock_file.parent)


def browser(folder: Path) -> FlaskClient:
    """A browser at the sandbox's pages, as web serves them."""
    app = Flask("pages", root_path=str(ROOT))
    app.extensions["settings"] = load(
        _env_file=None, SYNQRO_DATA_DIR=folder, SYNQRO_SECRET_KEY="for tests only"
    )
    app.register_blueprint(sandbox.pages)
    return app.test_client()


def page_of(stage: Stage, account: str, **params: object) -> str:
    return urlsplit(stage.open(account, **params).url).path


def test_buyer_sees_what_it_costs_and_that_no_money_moves(stage: Stage, visitor: FlaskClient):
    shown = visitor.get(page_of(stage, stage.merchant(), customer_email="sam@example.com"))
    for words in ("Northlight Prints", "2 × Gear", "£25.00", "sam@example.com", "No money moves"):
        assert words in shown.text
    for action in ("pay", "three_ds", "decline", "async_ok", "async_fail", "expire", "cancel"):
        assert f'name="action" value="{action}"' in shown.text
    assert "<script" not in shown.text and "Set-Cookie" not in shown.headers


def test_pages_refuse_to_be_framed(stage: Stage, visitor: FlaskClient):
    for path in (page_of(stage, stage.merchant()), "/sandbox/checkout/unknown"):
        headers = visitor.get(path).headers
        assert headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_buyer_pays_and_is_sent_back(stage: Stage, visitor: FlaskClient):
    account = stage.merchant()
    page = page_of(stage, account)
    answer = visitor.post(page, data={"action": "pay", "email": "sam@example.com"})
    session = page.rpartition("/")[2]
    assert (answer.status_code, answer.location) == (303, f"{SHOP}/thanks?id={session}")
    details = stage.read(account, session).customer_details
    assert details.email == "sam@example.com"
    again = visitor.get(page).text
    assert "Paid." in again and f"/thanks?id={session}" in again and "<form" not in again
    assert visitor.post(page, data={"action": "pay"}).status_code == 303


def test_declined_buyer_tries_again_on_the_same_page(stage: Stage, visitor: FlaskClient):
    page = page_of(stage, stage.merchant())
    declined = visitor.post(page, data={"action": "decline"})
    assert declined.status_code == 200
    assert "Your card was declined." in declined.text and 'value="pay"' in declined.text
    assert visitor.post(page, data={"action": "pay"}).status_code == 303


def test_buyer_is_checked_by_the_bank(stage: Stage, visitor: FlaskClient):
    page = page_of(stage, stage.merchant())
    asked = visitor.post(page, data={"action": "three_ds"})
    assert (asked.status_code, asked.location) == (303, f"{page}/challenge")
    assert 'value="complete"' in visitor.get(asked.location).text
    assert "unable to authenticate" in visitor.post(page, data={"action": "fail"}).text
    visitor.post(page, data={"action": "three_ds"})
    assert "/thanks" in visitor.post(page, data={"action": "complete"}).location
    assert visitor.get(asked.location).status_code == 303


def test_buyer_changes_their_mind(stage: Stage, visitor: FlaskClient):
    page = page_of(stage, stage.merchant())
    answer = visitor.post(page, data={"action": "cancel"})
    assert (answer.status_code, answer.location) == (303, f"{SHOP}/basket")
    assert 'value="pay"' in visitor.get(page).text


def test_expired_page_says_so(stage: Stage, visitor: FlaskClient):
    page = page_of(stage, stage.merchant())
    assert "has expired" in visitor.post(page, data={"action": "expire"}).text
    late = visitor.post(page, data={"action": "pay"})
    assert late.status_code == 200 and "Nothing was charged" in late.text


def test_bank_transfer_sends_the_buyer_on(stage: Stage, visitor: FlaskClient):
    stage.switch(settle_after=60)
    page = page_of(stage, stage.merchant())
    assert "/thanks" in visitor.post(page, data={"action": "async_ok"}).location
    assert "On its way." in visitor.get(page).text


def test_markup_in_a_name_stays_text(stage: Stage, visitor: FlaskClient):
    price = {"currency": "gbp", "unit_amount": 500, "product_data": {"name": "<b>Gear</b>"}}
    shown = visitor.get(page_of(stage, stage.merchant(), line_items=[{"price_data": price}]))
    assert "&lt;b&gt;Gear&lt;/b&gt;" in shown.text


@pytest.mark.parametrize("data", [{"action": "steal"}, {}, {"action": "pay", "email": "nobody"}])
def test_form_that_makes_no_sense_is_refused(
    stage: Stage, visitor: FlaskClient, data: dict[str, str]
):
    answer = visitor.post(page_of(stage, stage.merchant()), data=data)
    assert answer.status_code == 400 and 'value="pay"' in answer.text


@pytest.mark.parametrize("ending", ["complete", "leave", "refuse"])
def test_merchant_comes_back_from_onboarding(stage: Stage, visitor: FlaskClient, ending: str):
    page = urlsplit(new_link(stage.client, new_account(stage.client))).path
    assert "Northlight Prints" in visitor.get(page).text
    answer = visitor.post(page, data={"action": ending})
    assert (answer.status_code, answer.location) == (303, f"{SHOP}/back")
    used = visitor.get(page)
    assert (used.status_code, used.location) == (303, f"{SHOP}/again")


def test_what_was_entered_stays_when_onboarding_is_left(stage: Stage, visitor: FlaskClient):
    account = new_account(stage.client)
    page = urlsplit(new_link(stage.client, account)).path
    typed = {"website": 'https://northlight.example/"a"', "bank": "GB00 1234"}
    visitor.post(page, data={"action": "leave", **typed})
    wanted = stage.client.v1.accounts.retrieve(account).requirements
    assert wanted and wanted.currently_due == ["tos_acceptance.date"]
    again = urlsplit(new_link(stage.client, account)).path
    shown = visitor.get(again).text
    assert 'value="GB00 1234"' in shown and "northlight.example/&#34;a&#34;" in shown
    visitor.post(again, data={"action": "leave", "website": "", "bank": "GB00 1234"})
    wanted = stage.client.v1.accounts.retrieve(account).requirements
    assert wanted and "business_profile.url" in (wanted.currently_due or [])
    visitor.post(urlsplit(new_link(stage.client, account)).path, data={"action": "complete"})
    assert stage.client.v1.accounts.retrieve(account).charges_enabled is True


def test_link_that_is_too_old_leads_to_a_fresh_one(
    tmp_path: Path,
):
    with staged(tmp_path) as stage:
        page = urlsplit(new_link(stage.client, new_account(stage.client))).path
        stage.forward(601)
        for answer in (browser(tmp_path).get(page), browser(tmp_path).post(page, data=DONE)):
            assert (answer.status_code, answer.location) == (303, f"{SHOP}/again")


def test_restricted_merchant_hands_in_a_document(stage: Stage, visitor: FlaskClient):
    account = stage.merchant()
    stage.ask("POST", f"accounts/{account}/restrict")
    page = urlsplit(new_link(stage.client, account)).path
    assert "identity document" in visitor.get(page).text
    assert visitor.post(page, data=DONE).location == f"{SHOP}/back"
    assert stage.client.v1.accounts.retrieve(account).charges_enabled is True


def test_merchant_connects_an_account_they_have(stage: Stage, visitor: FlaskClient):
    url = stage.client.oauth.authorize_url(
        {"scope": "read_write", "state": "s&t", "redirect_uri": f"{SHOP}/callback"}
    )
    page = f"/sandbox/oauth/authorize?{urlsplit(url).query}"
    assert 'name="state" value="s&amp;t"' in visitor.get(page).text
    asked = {
        "client_id": "ca_synqro",
        "response_type": "code",
        "redirect_uri": f"{SHOP}/callback",
    }
    allowed = visitor.post("/sandbox/oauth/authorize", data={**asked, "action": "allow"})
    assert allowed.status_code == 303 and "code=ac_" in allowed.location
    denied = visitor.post("/sandbox/oauth/authorize", data={**asked, "action": "deny"})
    assert "error=access_denied" in denied.location


def test_unknown_page_is_a_clear_404(stage: Stage, visitor: FlaskClient):
    for path in ("/sandbox/checkout/cs_test_none", "/sandbox/onboarding/al_none"):
        answer = visitor.get(path)
        assert answer.status_code == 404 and "no such page in the sandbox" in answer.text


def test_sandbox_that_is_away_is_a_clear_503(tmp_path: Path):
    answer = browser(tmp_path).get("/sandbox/checkout/cs_test_any")
    assert answer.status_code == 503 and "The sandbox is not answering" in answer.text
