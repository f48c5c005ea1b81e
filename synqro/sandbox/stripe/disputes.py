"""/v1/disputes: read, listed, answered with evidence."""

from synqro.sandbox.stripe import disputing
from synqro.sandbox.stripe.books import Json, Kept
from synqro.sandbox.stripe.calls import Call, Endpoint
from synqro.sandbox.stripe.dispute_objects import TEXTS
from synqro.sandbox.stripe.listing import EXPAND, PAGING, paged, require
from synqro.sandbox.stripe.params import Flag, Group, Pairs, Text

PATH = "/v1/disputes"
FILTERS = {"charge": Text(), "payment_intent": Text()}
ANSWER = Group(
    {
        **EXPAND,
        "evidence": Group({name: Text(most=20_000) for name in TEXTS}),
        "metadata": Pairs(),
        "submit": Flag(),
    }
)


def retrieve(call: Call) -> Json:
    return _dispute(call).body


def list_disputes(call: Call) -> Json:
    return paged(call, "dispute", PATH, FILTERS)


def update(call: Call) -> Json:
    """Answer the bank; evidence is submitted unless `submit` says to keep it for later."""
    found, evidence = _dispute(call), call.params.get("evidence", {})
    found.body["metadata"] |= call.params.get("metadata", {})
    submit = call.params.get("submit", bool(evidence))
    return disputing.answer(call.books, found, evidence, submit=submit).body


def _dispute(call: Call) -> Kept:
    wanted = call.ids["dispute"]
    return require(call.books, "dispute", wanted, call.account, named="dispute", at="dispute")


ENDPOINTS = (
    Endpoint("GET", PATH, Group({**PAGING, **FILTERS}), list_disputes),
    Endpoint("GET", f"{PATH}/{{dispute}}", Group(EXPAND), retrieve),
    Endpoint("POST", f"{PATH}/{{dispute}}", ANSWER, update),
)
