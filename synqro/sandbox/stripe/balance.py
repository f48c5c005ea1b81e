"""The account's balance: one row for everything that moves it, and what Stripe keeps of it."""

from synqro.sandbox.stripe.books import Books, Json, Kept
from synqro.sandbox.stripe.calls import Call, Endpoint
from synqro.sandbox.stripe.currencies import Currency, step
from synqro.sandbox.stripe.events import tell
from synqro.sandbox.stripe.listing import EXPAND, PAGING, paged, require
from synqro.sandbox.stripe.naming import new_id
from synqro.sandbox.stripe.params import Group, Kind, Range, Text
from synqro.sandbox.stripe.paydays import schedule
from synqro.sandbox.stripe.refusals import Refused

KIND = "balance_transaction"
PATH = "/v1/balance_transactions"
RATE = 15  # thousandths of the charge
FIXED = 25  # smallest steps of the currency, beside the rate
AVAILABLE_AFTER = 2 * 24 * 3600  # seconds
FILTERS: dict[str, Kind] = {
    "created": Range(),
    "currency": Currency(),
    "source": Text(),
    "type": Text(),
}


def processing_fee(amount: int, currency: str) -> int:
    """Give back 1.5% (half a step rounds up) and a fixed part, in whole steps of the currency."""
    steps = amount // step(currency)
    return ((steps * RATE + 500) // 1000 + FIXED) * step(currency)


def book(
    books: Books,
    source: Kept,
    amount: int,
    *,
    kind: str,
    category: str,
    say: str | None = None,
    fee: int = 0,
    called: str = "Stripe processing fees",
    wait: int = AVAILABLE_AFTER,
) -> Kept:
    """Move the balance of the account behind `source` by `amount`, less `fee`."""
    currency = source.body["currency"]
    available = books.second + wait
    body = {
        "id": new_id("txn"),
        "object": KIND,
        "amount": amount,
        "available_on": available,
        "balance_type": "payments",
        "created": books.second,
        "currency": currency,
        "description": say,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": [_fee(fee, currency, called)] if fee else [],
        "net": amount - fee,
        "reporting_category": category,
        "source": source.id or None,
        "status": "pending" if wait else "available",
        "type": kind,
    }
    row = books.keep(Kept(body["id"], source.account, KIND, body, due=available if wait else None))
    if not wait:
        schedule(books, row)
    return row


def book_charge(books: Books, charge: Kept) -> None:
    """Bring the money of a charge into the balance, which a new charge has to wait for."""
    amount, currency = charge.body["amount"], charge.body["currency"]
    row = book(
        books,
        charge,
        amount,
        kind="payment" if charge.id.startswith("py_") else "charge",
        category="charge",
        say=charge.body["description"],
        fee=processing_fee(amount, currency),
    )
    charge.body["balance_transaction"], charge.due = row.id, None
    books.keep(charge)
    tell(books, charge.account, "charge.updated", charge.body, {"balance_transaction": None})


def make_available(books: Books, row: Kept) -> None:
    """Let money that was on its way be there, also where a dispute shows the row."""
    row.body["status"], row.due = "available", None
    books.keep(row)
    schedule(books, row)
    dispute = books.find("dispute", row.body["source"])
    if dispute:
        shown = dispute.body["balance_transactions"]
        dispute.body["balance_transactions"] = [row.body if r["id"] == row.id else r for r in shown]
        books.keep(dispute)


def release(books: Books, account: str) -> None:
    """Let everything be there at once that has to wait, for a demo has no days to spare."""
    for charge in books.waiting("charge", account):
        book_charge(books, charge)
    for row in books.unpaid(account, only="pending"):
        row.body["available_on"] = books.second
        make_available(books, row)


def retrieve(call: Call) -> Json:
    return require(call.books, KIND, call.ids["id"], call.account, named=KIND, at="id").body


def list_rows(call: Call) -> Json:
    """List what moved the balance; with `payout`, what was paid out with an automatic one."""
    if "payout" not in call.params:
        return paged(call, KIND, PATH, FILTERS)
    wanted = call.params["payout"]
    payout = require(call.books, "payout", wanted, call.account, named="payout", at="payout")
    if not payout.body["automatic"]:
        say = "Balance transaction history can only be filtered on automatic transfers, not manual."
        raise Refused(say, param="payout")
    if payout.body["reconciliation_status"] == "in_progress":  # only its own row is known by now
        call.params["source"] = wanted
    return paged(call, KIND, PATH, FILTERS, payout=wanted)


def show_balance(call: Call) -> Json:
    """Give back what is available and what is pending, by currency."""
    found = call.books.balances(call.account)
    account = call.books.find("account", call.account)
    usual = (account.body["currency"] if account else None) or "usd"
    used = sorted({currency for _, currency in found}) or [usual]
    both = {
        status: [_sum(found.get((status, currency), 0), currency) for currency in used]
        for status in ("available", "pending")
    }
    return {"object": "balance", "livemode": False, **both}


def _sum(amount: int, currency: str) -> Json:
    return {"amount": amount, "currency": currency, "source_types": {"card": amount}}


def _fee(amount: int, currency: str, called: str) -> Json:
    return {
        "amount": amount,
        "application": None,
        "currency": currency,
        "description": called,
        "type": "stripe_fee",
    }


ENDPOINTS = (
    Endpoint("GET", "/v1/balance", Group(EXPAND), show_balance),
    Endpoint("GET", PATH, Group({**PAGING, **FILTERS, "payout": Text()}), list_rows),
    Endpoint("GET", f"{PATH}/{{id}}", Group(EXPAND), retrieve),
)
