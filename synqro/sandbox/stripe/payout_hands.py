"""Payouts by hand, for people at the dashboard and for tests: `/_sandbox/…`."""

from collections.abc import Callable

from synqro.sandbox.stripe import filling, paying_out
from synqro.sandbox.stripe.accounts import reach
from synqro.sandbox.stripe.balance import release
from synqro.sandbox.stripe.books import Books, Json, Kept
from synqro.sandbox.stripe.calls import Call, Endpoint
from synqro.sandbox.stripe.currencies import Currency, moment, written
from synqro.sandbox.stripe.params import Group, OneOf, Text, Whole
from synqro.sandbox.stripe.payout_objects import FAILURES
from synqro.sandbox.stripe.refusals import Refused, missing

LARGEST = 10**12
SHOWN = 5
ACTS: dict[str, Callable[[Books, Kept, str | None], Kept]] = {
    "fail": paying_out.fail,
    "pay": lambda books, payout, _: paying_out.pay(books, payout),
    "reconcile": lambda books, payout, _: paying_out.reconcile(books, payout),
}
PAY_OUT = Group({"available": OneOf(("now",)), "currency": Currency()})
ACT = Group({"failure_code": OneOf(tuple(FAILURES))})
ADJUST = Group(
    {
        "amount": Whole(least=-LARGEST, most=LARGEST),
        "currency": Currency(),
        "description": Text(),
        "type": OneOf(tuple(filling.ROWS)),
    },
    needed=("amount", "currency", "type"),
)
FILL = Group(
    {
        "charges": Whole(least=1, most=100_000),
        "currency": Currency(),
        "amount": Whole(least=1, most=99_999_999_999),
        "refunds": Whole(),
        "disputes": Whole(),
    },
    needed=("charges", "currency"),
)


def pay_out(call: Call) -> Json:
    """Pay out what is available, one payout for each currency; with `available`, all there is."""
    account, books = reach(call.books, call.ids["account"]), call.books
    if "available" in call.params:
        release(books, account.id)
    held = sorted({currency for status, currency in books.balances(account.id)})
    wanted = [call.params["currency"]] if "currency" in call.params else held
    made = [paying_out.pay_out(books, account, currency) for currency in wanted]
    if not any(made):
        raise Refused("There is nothing available to pay out.")
    return {"payouts": [payout.body for payout in made if payout]}


def act_on_payout(call: Call) -> Json:
    """Let a payout arrive, be reconciled, or fail."""
    act = ACTS.get(call.ids["action"])
    if act is None:
        raise Refused("Invalid action.", param="action")
    found = call.books.find("payout", call.ids["payout"])
    if found is None:
        raise missing("payout", call.ids["payout"], "payout")
    return act(call.books, found, call.params.get("failure_code")).body


def adjust(call: Call) -> Json:
    """Move the balance without a payment of the product's."""
    account = reach(call.books, call.ids["account"])
    return filling.adjust(call.books, account, call.params).body


def fill(call: Call) -> Json:
    account = reach(call.books, call.ids["account"])
    return filling.fill(call.books, account, call.params)


def balance_rows(books: Books, account: str) -> list[Json]:
    """Give back the balance as the dashboard shows it, a row for each currency."""
    held = books.balances(account)
    return [
        {
            "currency": currency.upper(),
            "available": written(held.get(("available", currency), 0), currency),
            "pending": written(held.get(("pending", currency), 0), currency),
        }
        for currency in sorted({currency for _, currency in held})
        if any(held.get((status, currency)) for status in ("available", "pending"))
    ]


def payout_rows(books: Books, account: str) -> list[Json]:
    """Give back the newest payouts as the dashboard shows them."""
    payouts, _ = books.page("payout", account, {}, SHOWN)
    return [_row(payout.body) for payout in payouts]


def _row(payout: Json) -> Json:
    under_way = payout["status"] in paying_out.UNDER_WAY
    return {
        "id": payout["id"],
        "amount": written(payout["amount"], payout["currency"]),
        "status": payout["status"].replace("_", " "),
        "by_hand": not payout["automatic"],
        "made": moment(payout["created"]),
        "arrives": moment(payout["arrival_date"]).partition(",")[0],
        "reconciled": payout["reconciliation_status"] == "completed",
        "failure": payout["failure_message"],
        "payable": under_way,
        "failable": paying_out.may_fail(payout),
        "reconcilable": payout["reconciliation_status"] == "in_progress",
    }


ENDPOINTS = (
    Endpoint("POST", "/_sandbox/accounts/{account}/payout", PAY_OUT, pay_out),
    Endpoint("POST", "/_sandbox/accounts/{account}/adjust", ADJUST, adjust),
    Endpoint("POST", "/_sandbox/accounts/{account}/fill", FILL, fill),
    Endpoint("POST", "/_sandbox/payouts/{payout}/{action}", ACT, act_on_payout),
)
