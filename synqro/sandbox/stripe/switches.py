"""What a test may set: how events are delivered, and which calls go wrong."""

import json

from synqro.sandbox.stripe.books import Books, Json
from synqro.sandbox.stripe.params import Each, Flag, Group, OneOf, Text, Whole
from synqro.sandbox.stripe.payout_objects import DAY, FAILURES

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
    "payouts": {
        "automatic": True,
        "every": DAY,  # seconds, counted from 1970: a day ends at midnight UTC
        "leaves_after": 1,
        "arrives_after": 3,
        "reconciles_after": 3,
        "ends": "paid",
        "fails_after": None,  # seconds after it was paid
        "failure_code": "account_closed",
        "fee": 0,
    },
}
NESTED = ("deliver", "payouts", "refunds")
REFUND_FAILURES = (
    "charge_for_pending_refund_disputed",
    "declined",
    "expired_or_canceled_card",
    "insufficient_funds",
    "lost_or_stolen_card",
    "merchant_request",
    "unknown",
)
KINDS = (
    "balance_insufficient",
    "card_declined",
    "dropped",
    "dropped_after",
    "garbage",
    "missing_row",
    "rate_limited",
    "server_error",
    "slow",
    "unauthorized",
)
FAULT = Group(
    {
        "kind": OneOf(KINDS),
        "method": OneOf(("GET", "POST")),
        "path": Text(),
        "times": Whole(least=1),
        "after": Whole(),  # so many calls are left alone before
        "seconds": Whole(most=600),
        "body": OneOf(("html", "json")),
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
                "failure_reason": OneOf(REFUND_FAILURES),
            }
        ),
        "payouts": Group(
            {
                "automatic": Flag(),
                "every": Whole(least=1),
                "leaves_after": Whole(),
                "arrives_after": Whole(),
                "reconciles_after": Whole(),
                "ends": OneOf(("failed", "paid")),
                "fails_after": Whole(),
                "failure_code": OneOf(tuple(FAILURES)),
                "fee": Whole(),
            }
        ),
    }
)


def read_switches(books: Books) -> Json:
    """Give back how the switches stand."""
    row = books.connection.execute("SELECT body FROM switches").fetchone()
    found: Json = json.loads(row[0]) if row else {}
    nested = {name: USUAL[name] | found.get(name, {}) for name in NESTED}
    return USUAL | found | nested


def write_switches(books: Books, switches: Json) -> None:
    """Set all switches; what is not named stands as usual."""
    books.connection.execute(
        "INSERT INTO switches VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
        (json.dumps(switches),),
    )
