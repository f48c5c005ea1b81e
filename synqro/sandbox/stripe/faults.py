"""Calls that go wrong because a test asked for it: refused, slowed down, cut off, garbled."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from synqro.sandbox.stripe.books import Books, Store
from synqro.sandbox.stripe.refusals import Refused
from synqro.sandbox.stripe.switches import read_switches, write_switches

HTML = "<!doctype html><title>Bad gateway</title><h1>Bad gateway</h1>"
GARBAGE = {"html": HTML, "json": '{"id": "re_1", "object": "ref'}


class Dropped(Exception):
    """The connection is to be cut instead of an answer."""


class Garbled(Exception):
    """The answer is to be 200 and nonsense, which is the message."""


@contextmanager
def striking(store: Store, method: str, path: str) -> Iterator[None]:
    """Let the call inside go wrong where a fault waits for it.

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
        yield
    finally:
        if fault["kind"] == "dropped_after":
            raise Dropped
        if fault["kind"] == "garbage":
            raise Garbled(GARBAGE[fault.get("body", "json")])


def _take_fault(books: Books, method: str, path: str) -> dict[str, Any] | None:
    switches = read_switches(books)
    for fault in switches["faults"]:
        meant = f"{path}/".startswith(f"{fault['path']}/")
        if meant and fault.get("method", method) == method:
            fault["times"] = fault.get("times", 1) - 1
            if not fault["times"]:
                switches["faults"].remove(fault)
            write_switches(books, switches)
            return dict(fault)
    return None


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
