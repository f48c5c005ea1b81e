"""What the pages under /sandbox/ ask of the API, and what tests may set: `/_sandbox/…`."""

from collections.abc import Callable

from synqro.sandbox.stripe import oauth, paying
from synqro.sandbox.stripe.accounts import change, reach
from synqro.sandbox.stripe.books import Books, Json, Kept
from synqro.sandbox.stripe.calls import Call, Endpoint
from synqro.sandbox.stripe.currencies import written
from synqro.sandbox.stripe.params import Email, Group, Text
from synqro.sandbox.stripe.refusals import Refused, missing
from synqro.sandbox.stripe.switches import SWITCHES, read_switches, write_switches

TYPED = Group({"email": Email()})
# What the onboarding page asks for, and which requirement each answer fulfils.
ASKED = {"website": "business_profile.url", "bank": "external_account"}
HANDED_IN = Group(dict.fromkeys(ASKED, Text(most=200)))
Act = Callable[[Books, Kept, str | None], Kept]
ACTS: dict[str, Act] = {
    "pay": paying.pay,
    "decline": paying.decline,
    "async_ok": lambda books, kept, email: paying.pay_later(books, kept, email, succeeds=True),
    "async_fail": lambda books, kept, email: paying.pay_later(books, kept, email, succeeds=False),
    "three_ds": lambda books, kept, _: paying.challenge(books, kept),
    "complete": paying.pay,
    "fail": lambda books, kept, _: paying.fail_challenge(books, kept),
    "expire": lambda books, kept, _: paying.expire(books, kept),
}
ENDINGS: dict[str, Json] = {
    "complete": {"submitted": True, "status": "active"},
    "refuse": {"submitted": True, "status": "unsupported"},
    "leave": {},
}


def show_session(call: Call) -> Json:
    return _shown(call.books, _session(call))


def act_on_session(call: Call) -> Json:
    """Do what a button of the pay page says; a session that is over stays as it is."""
    session = _session(call)
    act = ACTS.get(call.ids["action"])
    if act is None:
        raise Refused("Invalid action.", param="action")
    if session.body["status"] == "open":
        email = session.body["customer_email"] or call.params.get("email")
        session = act(call.books, session, email)
    return _shown(call.books, session)


def show_link(call: Call) -> Json:
    link = _link(call)
    account = reach(call.books, link.body["account"])
    over = link.inside["used"] or link.inside["expires"] <= call.books.moment
    flow = link.body["use_case"][link.body["use_case"]["type"]]
    return {
        "account": account.id,
        "merchant": account.body["name"],
        "status": account.body["status"],
        "over": over,
        "entered": _entered(account),
        "document": account.body["submitted"] and account.body["status"] == "restricted",
        "refresh_url": flow["refresh_url"],
        "return_url": flow.get("return_url", flow["refresh_url"]),
    }


def act_on_link(call: Call) -> Json:
    """End a visit to the onboarding page. The link works once; what was entered is kept."""
    shown = show_link(call)
    facts = ENDINGS.get(call.ids["action"])
    if facts is None:
        raise Refused("Invalid action.", param="action")
    if shown["over"]:
        return {"goto": shown["refresh_url"]}
    link = _link(call)
    link.inside["used"] = True
    call.books.keep(link)
    account = reach(call.books, shown["account"])
    given = {ASKED[name]: answer for name, answer in call.params.items()}
    change(call.books, account, handed_in=given, **facts)
    return {"goto": shown["return_url"]}


def show_switches(call: Call) -> Json:
    return read_switches(call.books)


def set_switches(call: Call) -> Json:
    write_switches(call.books, call.params)
    return read_switches(call.books)


def _session(call: Call) -> Kept:
    found = call.books.find("checkout.session", call.ids["session"])
    if found is None:
        raise missing("checkout.session", call.ids["session"], "session")
    return found


def _link(call: Call) -> Kept:
    found = call.books.find("account_link", call.ids["link"])
    if found is None:
        raise missing("account_link", call.ids["link"], "link")
    return found


def _entered(account: Kept) -> Json:
    handed_in = account.body.get("handed_in", {})
    return {name: handed_in.get(wanted, "") for name, wanted in ASKED.items()}


def _shown(books: Books, session: Kept) -> Json:
    account = books.find("account", session.account)
    body = session.body
    intent = books.find("payment_intent", body["payment_intent"] or "")
    error = intent.body["last_payment_error"] if intent else None
    back = (body["success_url"] or "").replace("{CHECKOUT_SESSION_ID}", session.id)
    return {
        "merchant": account.body["name"] if account else None,
        "status": body["status"],
        "payment_status": body["payment_status"],
        "email": body["customer_email"],
        "lines": [
            {
                "name": line["description"],
                "quantity": line["quantity"],
                "amount": written(line["amount_total"], line["currency"]),
            }
            for line in session.inside["lines"]
        ],
        "total": written(body["amount_total"], body["currency"]),
        "error": error["message"] if error else None,
        "success_url": back,
        "cancel_url": body["cancel_url"],
    }


ENDPOINTS = (
    Endpoint("GET", "/_sandbox/sessions/{session}", Group(), show_session),
    Endpoint("POST", "/_sandbox/sessions/{session}/{action}", TYPED, act_on_session),
    Endpoint("GET", "/_sandbox/links/{link}", Group(), show_link),
    Endpoint("POST", "/_sandbox/links/{link}/{action}", HANDED_IN, act_on_link),
    Endpoint("POST", "/_sandbox/oauth/{action}", oauth.ANSWERED, oauth.consent),
    Endpoint("GET", "/_sandbox/switches", Group(), show_switches),
    Endpoint("POST", "/_sandbox/switches", SWITCHES, set_switches),
)
