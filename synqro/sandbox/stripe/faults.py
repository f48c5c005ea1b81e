"""Calls that go wrong because a test asked for it: refused, slowed down, cut off, garbled,
or answered with a list that lacks a row.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from synqro.sandbox.stripe.books import Books, Json, Store
from synqro.sandbox.stripe.refusals import Refused
from synqro.sandbox.stripe.switches import read_switches, write_switches

HTML = "<!doctype html><title>Bad gateway</title><h1>Bad gateway</h1>"
GARBAGE = {"html": HTML, "json": '{"id": "re_1", "object": "ref'}


class Dropped(Exception):
    """The connection is to be cut instead of an answer."""


class Garbled(Exception):
    """The answer is to be 200 and nonsense, which is the message."""


@contextmanager
def striking(store: Store, method: str, path: str) -> Iterator[str | None]:
    """Let the call inside go wrong where a fault waits for it; gives back its kind.

    Raises Refused or Dropped before anything is done, Dropped or Garbled once it is.
    """
    with store.transaction() as books:
        fault = _take_fault(books, method, path) or {"kind": None}
    if fault["kind"] == "slow":
        time.sleep(fault.get("seconds", 1))
    elif fault["kind"] == "dropped":
        raise Dropped
    elif fault["kind"] in REFUSALS:
        raise _refusal(fault["kind"])
    try:
        yield fault["kind"]
    finally:
        if fault["kind"] == "dropped_after":
            raise Dropped
        if fault["kind"] == "garbage":
            raise Garbled(GARBAGE[fault.get("body", "json")])


def with_a_hole(found: Json) -> Json:
    """Leave the first row out of a list, but no payout: what is left does not add up to it."""
    rows = found.get("data", [])
    lost = next((row for row in rows if row.get("type") != "payout"), None)
    return found | {"data": [row for row in rows if row is not lost]} if lost else found


def _take_fault(books: Books, method: str, path: str) -> dict[str, Any] | None:
    """Give back the fault that strikes this call, having counted the call for all of them."""
    switches = read_switches(books)
    meant = [fault for fault in switches["faults"] if _means(fault, method, path)]
    struck = next((fault for fault in meant if not fault.get("after")), None)
    for fault in meant:
        if fault.get("after"):
            fault["after"] -= 1
    if struck:
        struck["times"] = struck.get("times", 1) - 1
        if not struck["times"]:
            switches["faults"].remove(struck)
    if meant:
        write_switches(books, switches)
    return dict(struck) if struck else None


def _means(fault: Json, method: str, path: str) -> bool:
    return f"{path}/".startswith(f"{fault['path']}/") and fault.get("method", method) == method


REFUSALS: dict[str, tuple[str, dict[str, Any]]] = {
    "server_error": ("An unknown error occurred", {"status": 500, "kind": "api_error"}),
    "rate_limited": ("Request rate limit exceeded.", {"status": 429, "code": "rate_limit"}),
    "unauthorized": ("Invalid API Key provided: sk_test_****", {"status": 401}),
    "card_declined": (
        "Your card was declined.",
        {
            "status": 402,
            "kind": "card_error",
            "code": "card_declined",
            "decline_code": "generic_decline",
        },
    ),
    "balance_insufficient": (
        "You have insufficient funds in your Stripe account for this refund.",
        {"code": "balance_insufficient"},
    ),
}


def _refusal(kind: str) -> Refused:
    say, facts = REFUSALS[kind]
    return Refused(say, **facts)
