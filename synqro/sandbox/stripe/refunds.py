"""/v1/refunds: made, read, listed, and their metadata changed."""

from synqro.sandbox.stripe import refunding
from synqro.sandbox.stripe.books import Books, Json, Kept
from synqro.sandbox.stripe.calls import Call, Endpoint
from synqro.sandbox.stripe.listing import EXPAND, PAGING, paged, require
from synqro.sandbox.stripe.params import Group, OneOf, Pairs, Text, Whole
from synqro.sandbox.stripe.refusals import Refused

PATH = "/v1/refunds"
FILTERS = {"charge": Text(), "payment_intent": Text()}
CREATE = Group(
    {
        **EXPAND,
        **FILTERS,
        "amount": Whole(least=1, most=99_999_999_999),
        "metadata": Pairs(),
        "reason": OneOf(("duplicate", "fraudulent", "requested_by_customer")),
    }
)


def create(call: Call) -> Json:
    """Give money of a payment back, in part or in whole."""
    charge = _charge(call.books, call.account, call.params)
    return refunding.refund(call.books, charge, call.params.get("amount"), call.params).body


def retrieve(call: Call) -> Json:
    return _refund(call).body


def update(call: Call) -> Json:
    found = _refund(call)
    found.body["metadata"] |= call.params.get("metadata", {})
    return call.books.keep(found).body


def list_refunds(call: Call) -> Json:
    return paged(call, "refund", PATH, FILTERS)


def _refund(call: Call) -> Kept:
    wanted = call.ids["refund"]
    return require(call.books, "refund", wanted, call.account, named="refund", at="refund")


def _charge(books: Books, account: str, params: Json) -> Kept:
    wanted = params.get("charge")
    if "payment_intent" in params:
        wanted = _charge_of(books, account, params["payment_intent"], wanted)
    if not wanted:
        say = "One of the following params should be provided: payment_intent or charge."
        raise Refused(say, code="parameter_missing", param="payment_intent")
    return require(books, "charge", wanted, account, named="charge", at="charge")


def _charge_of(books: Books, account: str, wanted: str, charge: str | None) -> str:
    intent = require(
        books, "payment_intent", wanted, account, named="payment_intent", at="payment_intent"
    )
    if intent.body["status"] != "succeeded":
        raise Refused(f"This PaymentIntent ({wanted}) does not have a successful charge to refund.")
    latest: str = intent.body["latest_charge"]
    if charge not in (None, latest):
        raise Refused(f"The charge {charge} is not of this PaymentIntent.", param="charge")
    return latest


ENDPOINTS = (
    Endpoint("POST", PATH, CREATE, create),
    Endpoint("GET", PATH, Group({**PAGING, **FILTERS}), list_refunds),
    Endpoint("GET", f"{PATH}/{{refund}}", Group(EXPAND), retrieve),
    Endpoint("POST", f"{PATH}/{{refund}}", Group({**EXPAND, "metadata": Pairs()}), update),
)
