"""What a test may set: how events are delivered, and which calls go wrong."""

import json
import time
from typing import Any

from synqro.sandbox.stripe.books import Books, Json, Store
from synqro.sandbox.stripe.params import Each, Flag, Group, OneOf, Text, Whole
from synqro.sandbox.stripe.refusals import Refused

USUAL: Json = {
    "deliver": {
        "twice": False,
        "out_of_order": False,
        "late": 0,
        "never": False,
        "wrong_secret": False,
    },
    "faults": [],
    "settle_after": 3,
    "balance_after": 3,
    "refunds": {
        "begins": "succeeded",
        "ends": "succeeded",
        "after": 3,
        "failure_reason": "unknown",
    },
}
FAILURES = (
    "charge_for_pending_refund_disputed",
    "declined",
    "expired_or_canceled_card",
    "insufficient_funds",
    "lost_or_stolen_card",
    "merchant_request",
    "unknown",
)
FAULT = Group(
    {
        "kind": OneOf(("server_error", "rate_limited", "card_declined", "slow")),
        "method": OneOf(("GET", "POST")),
        "path": Text(),
        "times": Whole(least=1),
        "seconds": Whole(most=600),
    },
    needed=("kind", "path"),
)
SWITCHES = Group(
    {
        "deliver": Group(
            {
                "twice": Flag(),
                "out_of_order": Flag(),
                "late": Whole(),
                "never": Flag(),
                "wrong_secret": Flag(),
            }
        ),
        "faults": Each(FAULT),
        "settle_after": Whole(),
        "balance_after": Whole(),
        "refunds": Group(
            {
                "begins": OneOf(("pending", "succeeded")),
                "ends": OneOf(("failed", "succeeded")),
                "after": Whole(),
                "failure_reason": OneOf(FAILURES),
            }
        ),
    }
)


def read_switches(books: Books) -> Json:
    """Give back how the switches stand."""
    row = books.connection.execute("SELECT body FROM switches").fetchone()
    found: Json = json.loads(row[0]) if row else {}
    nested = {name: USUAL[name] | found.get(name, {}) for name in ("deliver", "refunds")}
    return USUAL | found | nested


def write_switches(books: Books, switches: Json) -> None:
    """Set all switches; what is not named stands as usual."""
    books.connection.execute(
        "INSERT INTO switches VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
        (json.dumps(switches),),
    )


def strike(store: Store, method: str, path: str) -> None:
    """Let the next call go wrong where a fault waits for it: slow down, or raise Refused."""
    with store.transaction() as books:
        fault = _take_fault(books, method, path)
    if fault is None:
        return
    if fault["kind"] == "slow":
        time.sleep(fault.get("seconds", 1))
        return
    raise _refusal(fault["kind"])


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


def _refusal(kind: str) -> Refused:
    if kind == "rate_limited":
        say = "Request rate limit exceeded."
        return Refused(say, status=429, code="rate_limit")
    if kind == "card_declined":
        return Refused(
            "Your card was declined.",
            status=402,
            kind="card_error",
            code="card_declined",
            decline_code="generic_decline",
        )
    return Refused("An unknown error occurred", status=500, kind="api_error")
