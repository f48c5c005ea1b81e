"""/v1/checkout/sessions: created, read, listed, expired."""

from typing import Any

from synqro.sandbox.stripe.accounts import can_charge
from synqro.sandbox.stripe.books import Json, Kept
from synqro.sandbox.stripe.calls import Call, Endpoint
from synqro.sandbox.stripe.checkout_objects import line_items, new_line, new_session
from synqro.sandbox.stripe.currencies import Currency, check_step, check_total
from synqro.sandbox.stripe.listing import EXPAND, PAGING, listed, require
from synqro.sandbox.stripe.params import (
    Each,
    Email,
    Flag,
    Group,
    OneOf,
    Pairs,
    Text,
    Url,
    Whole,
)
from synqro.sandbox.stripe.paying import expire
from synqro.sandbox.stripe.refusals import Refused

MINUTE = 60
DAY = 24 * 60 * MINUTE
PATH = "/v1/checkout/sessions"
LOCALES = (
    "auto bg cs da de el en en-GB es es-419 et fi fil fr fr-CA hi-IN hr hu id it ja ko lt lv ms mt"
    " nb nl pl pt pt-BR ro ru sk sl sv th tr vi zh zh-HK zh-TW"
)

PRODUCT = Group(
    {
        "name": Text(),
        "description": Text(),
        "images": Each(Url(), most=8),
        "metadata": Pairs(),
    },
    needed=("name",),
)
PRICE = Group(
    {
        "currency": Currency(),
        "unit_amount": Whole(),
        "product_data": PRODUCT,
        "tax_behavior": OneOf(("exclusive", "inclusive", "unspecified")),
    },
    needed=("currency", "unit_amount", "product_data"),
)
LINE = Group(
    {"price_data": PRICE, "quantity": Whole(least=1, most=999_999), "metadata": Pairs()},
    needed=("price_data",),
)
CREATE = Group(
    {
        **EXPAND,
        "adaptive_pricing": Group({"enabled": Flag()}),
        "billing_address_collection": OneOf(("auto", "required")),
        "cancel_url": Url(),
        "client_reference_id": Text(most=200),
        "customer_creation": OneOf(("always", "if_required")),
        "customer_email": Email(),
        "expires_at": Whole(),
        "line_items": Each(LINE),
        "locale": OneOf(tuple(LOCALES.split())),
        "metadata": Pairs(),
        "mode": OneOf(("payment", "setup", "subscription")),
        "payment_intent_data": Group(
            {
                "description": Text(most=1000),
                "metadata": Pairs(),
                "receipt_email": Email(),
                "statement_descriptor_suffix": Text(most=22),
            }
        ),
        "phone_number_collection": Group({"enabled": Flag()}, needed=("enabled",)),
        "submit_type": OneOf(("auto", "book", "donate", "pay", "subscribe")),
        "success_url": Url(),
        "ui_mode": OneOf(("elements", "embedded_page", "form", "hosted_page")),
    },
    needed=("mode", "success_url", "line_items"),
)
STATUSES = OneOf(("complete", "expired", "open"))


def create(call: Call) -> Json:
    """Open a session whose page waits for the buyer."""
    params, books = call.params, call.books
    _check_offered(params)
    if not can_charge(books, call.account):
        raise Refused("Your account cannot currently make charges.")
    expires_at = _expires_at(params, books.second)
    lines = [new_line(item, created=books.second) for item in _priced(params["line_items"])]
    session = new_session(params, lines, created=books.second, expires_at=expires_at)
    check_total(session["amount_total"], session["currency"])
    session["url"] = f"{call.pages_url}/sandbox/checkout/{session['id']}"
    inside = {"lines": lines, "payment_intent_data": params.get("payment_intent_data", {})}
    due = float(expires_at)
    return books.keep(
        Kept(session["id"], call.account, "checkout.session", session, inside, due)
    ).body


def retrieve(call: Call) -> Json:
    return _session(call).body


def list_sessions(call: Call) -> Json:
    wanted = {key: call.params[key] for key in ("status", "payment_intent") if key in call.params}
    found = [
        kept.body
        for kept in call.books.newest("checkout.session", call.account)
        if all(kept.body[key] == value for key, value in wanted.items())
    ]
    return listed(found, call.params, PATH)


def list_lines(call: Call) -> Json:
    return line_items(_session(call), call.params)


def expire_now(call: Call) -> Json:
    """Close an open session, so that its page cannot take money any more."""
    session = _session(call)
    if session.body["status"] != "open":
        raise Refused(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout '
            f"Session has a status of `{session.body['status']}`.",
        )
    return expire(call.books, session).body


def _session(call: Call) -> Kept:
    return require(
        call.books,
        "checkout.session",
        call.ids["session"],
        call.account,
        named="checkout.session",
        at="session",
    )


def _check_offered(params: Json) -> None:
    for name, offered in (("mode", "payment"), ("ui_mode", "hosted_page")):
        if params.get(name, offered) != offered:
            raise Refused(f"The sandbox only offers {name}={offered}.", param=name)
    if not params["line_items"]:
        raise Refused("Missing required param: line_items.", code="parameter_missing")


def _expires_at(params: Json, created: int) -> int:
    wanted: int = params.get("expires_at", created + DAY)
    if not created + 30 * MINUTE <= wanted <= created + DAY:
        raise Refused(
            "The `expires_at` timestamp must be between 30 minutes and 24 hours from "
            "Checkout Session creation.",
            param="expires_at",
        )
    return wanted


def _priced(items: list[Any]) -> list[Json]:
    for n, item in enumerate(items):
        price = item["price_data"]
        at = f"line_items[{n}][price_data]"
        if price["currency"] != items[0]["price_data"]["currency"]:
            raise Refused("All prices on a Checkout Session must have the same currency.")
        check_step(price["unit_amount"], price["currency"], f"{at}[unit_amount]")
    return items


ENDPOINTS = (
    Endpoint("POST", PATH, CREATE, create),
    Endpoint(
        "GET",
        PATH,
        Group({**PAGING, "status": STATUSES, "payment_intent": Text()}),
        list_sessions,
    ),
    Endpoint("GET", f"{PATH}/{{session}}", Group(EXPAND), retrieve),
    Endpoint("GET", f"{PATH}/{{session}}/line_items", Group(PAGING), list_lines),
    Endpoint("POST", f"{PATH}/{{session}}/expire", Group(EXPAND), expire_now),
)
