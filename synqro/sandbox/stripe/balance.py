"""The account's balance: one row for everything that moves it, and what Stripe keeps of it."""

from synqro.sandbox.stripe.books import Books, Json, Kept
from synqro.sandbox.stripe.calls import Call, Endpoint
from synqro.sandbox.stripe.currencies import Currency, step
from synqro.sandbox.stripe.events import tell
from synqro.sandbox.stripe.listing import EXPAND, PAGING, listed, require
from synqro.sandbox.stripe.naming import new_id
from synqro.sandbox.stripe.params import Group, Text

KIND = "balance_transaction"
PATH = "/v1/balance_transactions"
RATE = 15  # thousandths of the charge
FIXED = 25  # smallest steps of the currency, beside the rate
AVAILABLE_AFTER = 2 * 24 * 3600  # seconds
FILTERS = {"currency": Currency(), "source": Text(), "type": Text()}


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
) -> Kept:
    """Move the balance of the account behind `source` by `amount`, less `fee`."""
    currency = source.body["currency"]
    available = books.second + AVAILABLE_AFTER
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
        "source": source.id,
        "status": "pending",
        "type": kind,
    }
    return books.keep(Kept(body["id"], source.account, KIND, body, due=float(available)))


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
    dispute = books.find("dispute", row.body["source"])
    if dispute:
        shown = dispute.body["balance_transactions"]
        dispute.body["balance_transactions"] = [row.body if r["id"] == row.id else r for r in shown]
        books.keep(dispute)


def retrieve(call: Call) -> Json:
    return require(call.books, KIND, call.ids["id"], call.account, named=KIND, at="id").body


def list_rows(call: Call) -> Json:
    wanted = {key: call.params[key] for key in FILTERS if key in call.params}
    found = [kept.body for kept in call.books.newest(KIND, call.account, **wanted)]
    return listed(found, call.params, PATH)


def _fee(amount: int, currency: str, called: str) -> Json:
    return {
        "amount": amount,
        "application": None,
        "currency": currency,
        "description": called,
        "type": "stripe_fee",
    }


ENDPOINTS = (
    Endpoint("GET", PATH, Group({**PAGING, **FILTERS}), list_rows),
    Endpoint("GET", f"{PATH}/{{id}}", Group(EXPAND), retrieve),
)
