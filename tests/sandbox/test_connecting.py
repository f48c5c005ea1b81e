"""A merchant connects: onboarding, consent, and going away again."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import stripe
from stripe import oauth_error

from tests.sandbox.stage import SHOP, Stage, code_of, new_account, new_link

INCLUDE: Any = {"include": ["configuration.merchant", "requirements"]}


def standing(stage: Stage, account: str) -> tuple[str, list[str]]:
    """The state of card payments, and what is still wanted."""
    found = stage.client.v2.core.accounts.retrieve(account, INCLUDE)
    card = found.to_dict()["configuration"]["merchant"]["capabilities"]["card_payments"]
    entries = found.to_dict()["requirements"]["entries"]
    return card["status"], [entry["description"] for entry in entries]


def consent(stage: Stage, action: str = "allow", **asked: str) -> dict[str, str]:
    """Answer the consent page and read what comes back."""
    params = {
        "client_id": "ca_synqro",
        "response_type": "code",
        "scope": "read_write",
        "redirect_uri": f"{SHOP}/console/integrations/stripe/oauth/callback",
        **asked,
    }
    goto = stage.ask("POST", f"oauth/{action}", params)["goto"]
    return {key: value[0] for key, value in parse_qs(urlsplit(goto).query).items()}


def test_new_account_has_everything_to_hand_in(stage: Stage):
    account = new_account(stage.client)
    status, wanted = standing(stage, account)
    assert status == "restricted" and "defaults.payout_methods" in wanted
    v1 = stage.client.v1.accounts.retrieve(account)
    assert (v1.charges_enabled, v1.details_submitted) == (False, False)
    assert (v1.country, v1.email) == ("GB", "robin@northlight.example")


@pytest.mark.parametrize(
    ("ending", "status", "charges"),
    [
        ("complete", "active", True),
        ("leave", "restricted", False),
        ("refuse", "unsupported", False),
    ],
)
def test_onboarding_ends_as_the_person_chose(stage: Stage, ending: str, status: str, charges: bool):
    account = stage.merchant(ending)
    assert standing(stage, account)[0] == status
    assert stage.client.v1.accounts.retrieve(account).charges_enabled is charges
    if ending != "leave":
        stage.hears("account.updated")


def test_link_works_once_and_not_for_long(stage: Stage):
    account = new_account(stage.client)
    used, late = (new_link(stage.client, account).rpartition("/")[2] for _ in range(2))
    assert stage.ask("POST", f"links/{used}/leave") == {"goto": f"{SHOP}/back"}
    assert stage.ask("POST", f"links/{used}/complete") == {"goto": f"{SHOP}/again"}
    stage.forward(601)
    assert stage.ask("POST", f"links/{late}/complete") == {"goto": f"{SHOP}/again"}
    assert standing(stage, account)[0] == "restricted"


def test_account_can_be_renamed_and_closed(stage: Stage):
    account = stage.merchant()
    accounts = stage.client.v2.core.accounts
    renamed = accounts.update(account, {"display_name": "Southlight", "metadata": {"a": "b"}})
    assert (renamed.display_name, renamed.to_dict()["metadata"]) == ("Southlight", {"a": "b"})
    assert accounts.close(account, {"applied_configurations": ["merchant"]}).closed is True
    assert accounts.retrieve(account).closed is True
    with pytest.raises(stripe.PermissionError):
        stage.open(account)


@pytest.mark.parametrize(
    ("params", "param"),
    [
        ({"dashboard": "huge"}, "dashboard"),
        ({"colour": "red"}, "colour"),
        ({"contact_email": "nobody"}, "contact_email"),
        ({"include": ["everything"]}, "include[0]"),
    ],
)
def test_account_that_stripe_would_refuse_is_refused(
    stage: Stage, params: dict[str, Any], param: str
):
    wrong: Any = params
    with pytest.raises(stripe.InvalidRequestError) as error:
        stage.client.v2.core.accounts.create(wrong)
    assert error.value.json_body["error"]["param"] == param


def test_consent_connects_an_account_that_is_ready(stage: Stage):
    answer = consent(stage, state="of-the-session", name="Old shop")
    assert answer["state"] == "of-the-session"
    token = stage.client.oauth.token({"grant_type": "authorization_code", "code": answer["code"]})
    account = token.stripe_user_id
    assert account and token.livemode is False
    assert stage.client.v1.accounts.retrieve(account).charges_enabled is True
    assert stage.open(account).status == "open"
    with pytest.raises(oauth_error.InvalidGrantError):
        stage.client.oauth.token({"grant_type": "authorization_code", "code": answer["code"]})


def test_code_grows_old(stage: Stage):
    code = consent(stage)["code"]
    stage.forward(301)
    with pytest.raises(oauth_error.InvalidGrantError):
        stage.client.oauth.token({"grant_type": "authorization_code", "code": code})


def test_denied_consent_comes_back_with_its_reason(stage: Stage):
    answer = consent(stage, "deny", state="s")
    assert (answer["error"], answer["state"]) == ("access_denied", "s")


def test_consent_never_leads_to_a_stranger(stage: Stage):
    with pytest.raises(AssertionError, match="redirect URI"):
        consent(stage, redirect_uri="https://stranger.example/callback")


def test_address_of_consent_leads_to_the_page(stage: Stage):
    params: Any = {"scope": "read_write", "state": "s", "redirect_uri": f"{SHOP}/callback"}
    url = stage.client.oauth.authorize_url(params)
    assert url.startswith(f"{stage.address}/oauth/authorize?")


def test_disconnected_account_is_out_of_reach(stage: Stage):
    account = stage.merchant()
    stage.client.oauth.deauthorize({"client_id": "ca_synqro", "stripe_user_id": account})
    stage.hears("account.application.deauthorized")
    with pytest.raises(stripe.PermissionError) as error:
        stage.client.v1.accounts.retrieve(account)
    assert code_of(error.value) == "account_invalid"
    with pytest.raises(stripe.PermissionError):
        stage.open(account)
    with pytest.raises(oauth_error.InvalidClientError):
        stage.client.oauth.deauthorize({"client_id": "ca_synqro", "stripe_user_id": account})
