"""/v2/core/accounts and /v2/core/account_links, and what is left of accounts in v1."""

from synqro.sandbox.stripe import accounts
from synqro.sandbox.stripe.account_objects import bare_account, rfc3339, v1_account, v2_account
from synqro.sandbox.stripe.books import PLATFORM, Json, Kept
from synqro.sandbox.stripe.calls import Call, Endpoint
from synqro.sandbox.stripe.currencies import Currency
from synqro.sandbox.stripe.listing import EXPAND
from synqro.sandbox.stripe.naming import new_id
from synqro.sandbox.stripe.params import Each, Email, Flag, Group, Kind, OneOf, Pairs, Text, Url
from synqro.sandbox.stripe.refusals import Refused, missing

LINK_LIVES = 600  # seconds
PATH = "/v2/core/accounts"

REQUESTED = Group({"requested": Flag()}, needed=("requested",))
INCLUDE = Each(
    OneOf(
        (
            "configuration.customer",
            "configuration.merchant",
            "configuration.recipient",
            "defaults",
            "future_requirements",
            "identity",
            "requirements",
        )
    )
)
MERCHANT = Group({"capabilities": Group({"card_payments": REQUESTED})})
RESPONSIBILITIES = Group(
    {
        "fees_collector": OneOf(
            ("application", "application_custom", "application_express", "stripe")
        ),
        "losses_collector": OneOf(("application", "stripe")),
    },
    needed=("fees_collector", "losses_collector"),
)
CHANGE: dict[str, Kind] = {
    "configuration": Group({"merchant": MERCHANT}),
    "contact_email": Email(),
    "display_name": Text(),
    "include": INCLUDE,
    "metadata": Pairs(),
}
CREATE = Group(
    {
        **CHANGE,
        "dashboard": OneOf(("express", "full", "none")),
        "defaults": Group(
            {
                "currency": Currency(),
                "profile": Group({"business_url": Url(), "doing_business_as": Text()}),
                "responsibilities": RESPONSIBILITIES,
            }
        ),
        "identity": Group(
            {
                "country": Text(most=2),
                "entity_type": OneOf(("company", "government_entity", "individual", "non_profit")),
            }
        ),
    }
)
CLOSE = Group({"applied_configurations": Each(OneOf(("customer", "merchant", "recipient")))})
ONBOARDING = Group(
    {
        "collection_options": Group(
            {
                "fields": OneOf(("currently_due", "eventually_due")),
                "future_requirements": OneOf(("include", "omit")),
            }
        ),
        "refresh_url": Url(),
        "return_url": Url(),
    },
    needed=("refresh_url",),
)
LINK = Group(
    {
        "account": Text(),
        "use_case": Group(
            {
                "type": OneOf(("account_onboarding", "account_update")),
                "account_onboarding": ONBOARDING,
                "account_update": ONBOARDING,
            },
            needed=("type",),
        ),
    },
    needed=("account", "use_case"),
)


def create(call: Call) -> Json:
    """Open an account that still has to hand in everything."""
    params = call.params
    defaults = params.get("defaults", {})
    facts = {
        "name": params.get("display_name") or defaults.get("profile", {}).get("doing_business_as"),
        "email": params.get("contact_email"),
        "country": (params.get("identity", {}).get("country") or "").upper() or None,
        "currency": defaults.get("currency"),
        "dashboard": params.get("dashboard", "full"),
        "metadata": params.get("metadata", {}),
        "requested": bool(_requested(params)),
    }
    if "responsibilities" in defaults:
        facts["responsibilities"] = defaults["responsibilities"]
    account = accounts.new_account(call.books, **facts)
    return v2_account(account.body, params.get("include", []))


def retrieve(call: Call) -> Json:
    return v2_account(_known(call).body, call.params.get("include", []))


def update(call: Call) -> Json:
    """Change names, metadata, or which capabilities are wanted."""
    account, params = _open(call), call.params
    facts = {
        fact: params[name]
        for name, fact in (("display_name", "name"), ("contact_email", "email"))
        if name in params
    }
    if "metadata" in params:
        facts["metadata"] = account.body["metadata"] | params["metadata"]
    if _requested(params) is not None:
        facts["requested"] = _requested(params)
    accounts.change(call.books, account, **facts)
    return v2_account(account.body, params.get("include", []))


def close(call: Call) -> Json:
    return v2_account(accounts.close(call.books, _open(call)).body, [])


def create_link(call: Call) -> Json:
    """Make an address at which a person hands in what is missing, once and soon."""
    use_case = call.params["use_case"]
    if use_case["type"] not in use_case:
        path = f"use_case[{use_case['type']}]"
        raise Refused(f"Missing required param: {path}.", code="parameter_missing", param=path)
    account = call.books.find("account", call.params["account"])
    if account is None or account.body["gone"]:
        raise missing("account", call.params["account"], "account")
    link = new_id("al", 40)
    body = {
        "object": "v2.core.account_link",
        "account": account.id,
        "created": rfc3339(call.books.second),
        "expires_at": rfc3339(call.books.second + LINK_LIVES),
        "livemode": False,
        "url": f"{call.pages_url}/sandbox/onboarding/{link}",
        "use_case": use_case,
    }
    inside = {"used": False, "expires": call.books.second + LINK_LIVES}
    return call.books.keep(Kept(link, PLATFORM, "account_link", body, inside)).body


def retrieve_v1(call: Call) -> Json:
    return v1_account(accounts.reach(call.books, call.ids["account"]).body)


def retrieve_own(call: Call) -> Json:
    """Show the account that the call speaks for: a connected one, or the platform's."""
    if call.account:
        return v1_account(accounts.reach(call.books, call.account).body)
    ready = {"requested": True, "status": "active", "submitted": True, "name": "Synqro"}
    return v1_account(bare_account("acct_sandbox", call.books.second) | ready)


def _requested(params: Json) -> bool | None:
    merchant = params.get("configuration", {}).get("merchant", {})
    found = merchant.get("capabilities", {}).get("card_payments")
    return bool(found["requested"]) if found else None


def _known(call: Call) -> Kept:
    account = call.books.find("account", call.ids["id"])
    if account is None or account.body["gone"] == "disconnected":
        raise missing("account", call.ids["id"], "id")
    return account


def _open(call: Call) -> Kept:
    account = _known(call)
    if account.body["gone"]:
        raise Refused(f"The account {account.id} is closed.", code="account_closed")
    return account


ENDPOINTS = (
    Endpoint("POST", PATH, CREATE, create),
    Endpoint("GET", f"{PATH}/{{id}}", Group({"include": INCLUDE}), retrieve),
    Endpoint("POST", f"{PATH}/{{id}}", Group(CHANGE), update),
    Endpoint("POST", f"{PATH}/{{id}}/close", CLOSE, close),
    Endpoint("POST", "/v2/core/account_links", LINK, create_link),
    Endpoint("GET", "/v1/accounts/{account}", Group(EXPAND), retrieve_v1),
    Endpoint("GET", "/v1/account", Group(EXPAND), retrieve_own),
)
