"""Connecting an account that exists already: code, token, and taking access away again."""

from urllib.parse import urlencode

from synqro.sandbox.stripe import accounts
from synqro.sandbox.stripe.books import PLATFORM, Json, Kept
from synqro.sandbox.stripe.calls import Call, Endpoint
from synqro.sandbox.stripe.naming import new_id
from synqro.sandbox.stripe.params import Group, Kind, OneOf, Text, Url
from synqro.sandbox.stripe.refusals import OAuthRefused, Refused

CODE_LIVES = 300  # seconds
SCOPES = OneOf(("read_only", "read_write"))
ASKED: dict[str, Kind] = {
    "client_id": Text(most=100),
    "redirect_uri": Url(),
    "response_type": OneOf(("code",)),
    "scope": SCOPES,
    "state": Text(),
}
ANSWERED = Group(
    {**ASKED, "name": Text(most=200)}, needed=("client_id", "redirect_uri", "response_type")
)
TOKEN = Group(
    {
        "grant_type": Text(),
        "code": Text(),
        "scope": SCOPES,
        "client_secret": Text(),
        "assert_capabilities": Text(),
    },
    needed=("grant_type",),
)
DEAUTHORIZE = Group(
    {"client_id": Text(), "stripe_user_id": Text()}, needed=("client_id", "stripe_user_id")
)


def consent(call: Call) -> Json:
    """Take the answer of the consent page and say where the browser goes with it."""
    params = call.params
    if not params["redirect_uri"].startswith(f"{call.pages_url}/"):
        raise Refused(
            "Invalid redirect URI: it does not belong to this application.", param="redirect_uri"
        )
    if call.ids["action"] == "deny":
        answer = {"error": "access_denied", "error_description": "The user denied your request"}
    elif call.ids["action"] == "allow":
        answer = {"code": _new_code(call), "scope": params.get("scope", "read_only")}
    else:
        raise Refused("Invalid action.", param="action")
    if "state" in params:
        answer["state"] = params["state"]
    joint = "&" if "?" in params["redirect_uri"] else "?"
    return {"goto": f"{params['redirect_uri']}{joint}{urlencode(answer)}"}


def token(call: Call) -> Json:
    """Give access to the account behind a code. A code works once, for five minutes."""
    if call.params["grant_type"] != "authorization_code":
        raise OAuthRefused("This grant type is not supported.", code="unsupported_grant_type")
    code = call.params.get("code", "")
    kept = call.books.find("oauth_code", code)
    if kept is None or kept.inside["expires"] <= call.books.moment:
        raise OAuthRefused(f"Authorization code does not exist: {code}", code="invalid_grant")
    if kept.inside["used"]:
        say = f"This authorization code has already been used: {code}"
        raise OAuthRefused(say, code="invalid_grant")
    kept.inside["used"] = True
    call.books.keep(kept)
    return {
        # Nothing takes this token: a platform sends its own key and `Stripe-Account`.
        "access_token": new_id("sk_test_sandbox", 32),
        "livemode": False,
        "refresh_token": new_id("rt", 32),
        "scope": kept.body["scope"],
        "stripe_publishable_key": new_id("pk_test_sandbox", 32),
        "stripe_user_id": kept.body["account"],
        "token_type": "bearer",
    }


def deauthorize(call: Call) -> Json:
    """Take the platform's access to an account away."""
    wanted = call.params["stripe_user_id"]
    account = call.books.find("account", wanted)
    if account is None or account.body["gone"]:
        raise OAuthRefused(
            f"This application is not connected to stripe account {wanted}, or that account "
            "does not exist.",
            status=401,
            code="invalid_client",
        )
    accounts.disconnect(call.books, account, call.params["client_id"])
    return {"stripe_user_id": wanted}


def _new_code(call: Call) -> str:
    account = accounts.new_account(
        call.books,
        name=call.params.get("name", "Sandbox business"),
        requested=True,
        submitted=True,
        status="active",
    )
    body = {"account": account.id, "scope": call.params.get("scope", "read_only")}
    inside = {"used": False, "expires": call.books.moment + CODE_LIVES}
    return call.books.keep(Kept(new_id("ac", 32), PLATFORM, "oauth_code", body, inside)).id


ENDPOINTS = (
    Endpoint("POST", "/oauth/token", TOKEN, token),
    Endpoint("POST", "/oauth/deauthorize", DEAUTHORIZE, deauthorize),
)
