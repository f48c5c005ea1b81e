"""/v1/payouts: asked for, read, listed, called off, reversed."""

from synqro.sandbox.stripe import paying_out
from synqro.sandbox.stripe.accounts import reach
from synqro.sandbox.stripe.books import PLATFORM, Json, Kept
from synqro.sandbox.stripe.calls import Call, Endpoint
from synqro.sandbox.stripe.currencies import Currency
from synqro.sandbox.stripe.listing import EXPAND, PAGING, paged, require
from synqro.sandbox.stripe.params import Group, Kind, OneOf, Pairs, Range, Text, Whole
from synqro.sandbox.stripe.refusals import Refused

PATH = "/v1/payouts"
FILTERS: dict[str, Kind] = {
    "arrival_date": Range(),
    "created": Range(),
    "destination": Text(),
    "status": Text(),
}
CREATE = Group(
    {
        **EXPAND,
        "amount": Whole(least=1, most=99_999_999_999),
        "currency": Currency(),
        "description": Text(),
        "destination": Text(),
        "metadata": Pairs(),
        "method": OneOf(("instant", "standard")),
        "source_type": OneOf(("bank_account", "card", "fpx")),
        "statement_descriptor": Text(most=22),
    },
    needed=("amount", "currency"),
)


def create(call: Call) -> Json:
    """Pay out by hand what is available, or a part of it."""
    if call.account == PLATFORM:
        raise Refused("You have insufficient funds in your Stripe account for this transfer.")
    return paying_out.request(call.books, reach(call.books, call.account), call.params).body


def retrieve(call: Call) -> Json:
    return _payout(call).body


def update(call: Call) -> Json:
    found = _payout(call)
    found.body["metadata"] |= call.params.get("metadata", {})
    return call.books.keep(found).body


def list_payouts(call: Call) -> Json:
    return paged(call, "payout", PATH, FILTERS)


def cancel(call: Call) -> Json:
    return paying_out.cancel(call.books, _payout(call)).body


def reverse(call: Call) -> Json:
    metadata = call.params.get("metadata", {})
    return paying_out.reverse(call.books, _payout(call), metadata).body


def _payout(call: Call) -> Kept:
    wanted = call.ids["payout"]
    return require(call.books, "payout", wanted, call.account, named="payout", at="payout")


METADATA = Group({**EXPAND, "metadata": Pairs()})
ENDPOINTS = (
    Endpoint("POST", PATH, CREATE, create),
    Endpoint("GET", PATH, Group({**PAGING, **FILTERS}), list_payouts),
    Endpoint("GET", f"{PATH}/{{payout}}", Group(EXPAND), retrieve),
    Endpoint("POST", f"{PATH}/{{payout}}", METADATA, update),
    Endpoint("POST", f"{PATH}/{{payout}}/cancel", Group(EXPAND), cancel),
    Endpoint("POST", f"{PATH}/{{payout}}/reverse", METADATA, reverse),
)
