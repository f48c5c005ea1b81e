"""/v1/payment_intents and /v1/charges: read only, for Checkout makes them."""

from synqro.sandbox.stripe.books import Json
from synqro.sandbox.stripe.calls import Call, Endpoint
from synqro.sandbox.stripe.listing import EXPAND, PAGING, paged, require
from synqro.sandbox.stripe.params import Group, Text


def retrieve_intent(call: Call) -> Json:
    wanted = call.ids["intent"]
    return require(
        call.books, "payment_intent", wanted, call.account, named="payment_intent", at="intent"
    ).body


def retrieve_charge(call: Call) -> Json:
    wanted = call.ids["charge"]
    return require(call.books, "charge", wanted, call.account, named="charge", at="charge").body


def list_charges(call: Call) -> Json:
    return paged(call, "charge", "/v1/charges", ("payment_intent",))


ENDPOINTS = (
    Endpoint("GET", "/v1/payment_intents/{intent}", Group(EXPAND), retrieve_intent),
    Endpoint("GET", "/v1/charges", Group({**PAGING, "payment_intent": Text()}), list_charges),
    Endpoint("GET", "/v1/charges/{charge}", Group(EXPAND), retrieve_charge),
)
