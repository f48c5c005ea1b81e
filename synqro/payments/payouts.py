"""Payouts read back: what leaves for the bank, and every movement that it is made of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select

from synqro.core.db import db
from synqro.payments.client import (
    BalanceTransaction,
    StripeClient,
    StripePayout,
    options,
    speaking,
)
from synqro.payments.models import Account, Provider
from synqro.payments.money import PAGE, amount_of

Json = dict[str, Any]
ROWS = "/v1/balance_transactions"
EXPANDED = ("balance_transaction", "destination")
RECONCILED = {"completed": True, "in_progress": False, "not_applicable": None}
OWN_ROW = "payout"
NAMING = ("charge", "refund")  # what may carry our order's id
# Stripe's codes, https://docs.stripe.com/api/payouts/failures.
FAILURES = {
    "account_closed": "The bank account is closed.",
    "account_frozen": "The bank account is frozen.",
    "bank_account_restricted": "The bank account takes no payouts of this kind.",
    "bank_ownership_changed": "The bank account has been closed, for its bank has changed hands.",
    "could_not_process": "The bank could not process it.",
    "debit_not_authorized": "The bank did not let Stripe take money from the account.",
    "declined": "The bank declined it.",
    "incorrect_account_address": "The address does not match the bank account.",
    "incorrect_account_holder_name": "The name does not match the bank account.",
    "incorrect_account_holder_tax_id": "The tax number does not match the bank account.",
    "incorrect_account_type": "The bank account is of another type than the one given.",
    "insufficient_funds": "There was not enough money in the account.",
    "invalid_account_number": "The number of the bank account is wrong.",
    "invalid_account_number_length": "The number of the bank account is too long or too short.",
    "invalid_currency": "The bank account does not take this currency.",
    "no_account": "There is no bank account with this number.",
    "unsupported_card": "The card takes no payouts.",
}
NO_REASON = "The bank did not say why."
CANCELED = "It was cancelled at Stripe."


@dataclass(frozen=True)
class Payout:
    """A payout as Stripe tells it; amounts in our minor units, `amount` negative where it was
    taken from the bank.

    `status` is Stripe's word. `reconciled` is False while Stripe still sorts out which
    movements it holds, and None where it never will (a payout made by hand). `fee` is what
    Stripe took for paying out, in `own_row`. `failure` is a sentence, `reference` what the
    bank knows it by.
    """

    id: str
    provider: Provider
    account_id: str
    livemode: bool
    amount: int
    currency: str
    status: str
    automatic: bool
    reconciled: bool | None
    created: datetime
    arrival_date: date
    fee: int = 0
    own_row: str | None = None
    last4: str | None = None
    reference: str | None = None
    failure: str | None = None
    original: str | None = None
    reversed_by: str | None = None


@dataclass(frozen=True, slots=True)
class PayoutRow:
    """A movement of the balance that a payout holds: gross + fee = net, as Stripe tells them.

    Signed, in our minor units of `currency`; `fee` is at most 0 where it was charged, and so
    are the amounts in `fee_details` ({type, amount}). `source_id` is what caused it, `payment`
    the payment behind that. `order_id` is what its metadata says: never anything to believe.
    """

    id: str
    type: str
    category: str
    gross: int
    fee: int
    net: int
    fee_details: list[dict[str, Any]]
    currency: str
    source_id: str | None
    source_kind: str | None
    payment: str | None
    order_id: str | None
    created: datetime
    description: str


def read_payout(provider: Provider, account_id: str, payout_id: str) -> Payout:
    """Read a payout back. A network call.

    Raises PaymentProviderError, NotThere, AccountRefused.
    """
    with speaking(provider) as client:
        found = client.v1.payouts.retrieve(
            payout_id, {"expand": list(EXPANDED)}, options(account_id)
        )
        return _payout(provider, account_id, found)


def read_payout_rows(provider: Provider, account_id: str, payout_id: str) -> list[PayoutRow]:
    """Read all that a payout is made of, the newest first, without its own row.

    A network call for each hundred; where one fails, nothing is given back. Raises
    PaymentProviderError, NotThere, AccountRefused.
    """
    with speaking(provider) as client:
        return list(_rows(payout_id, _pages(client, account_id, payout_id)))


def list_payouts(
    provider: Provider,
    account_id: str,
    *,
    after: str | None = None,
    created_since: datetime | None = None,
    limit: int = PAGE,
) -> tuple[list[Payout], bool]:
    """Read payouts, the newest first, from behind the payout `after` on; and whether there are
    more. A network call.

    Raises PaymentProviderError, NotThere, AccountRefused.
    """
    asked: Any = {"limit": limit, "expand": [f"data.{name}" for name in EXPANDED]}
    if after:
        asked["starting_after"] = after
    if created_since:
        asked["created"] = {"gte": int(created_since.timestamp())}
    with speaking(provider) as client:
        found = client.v1.payouts.list(asked, options(account_id))
        return [_payout(provider, account_id, one) for one in found.data], bool(found.has_more)


def paid_accounts() -> Sequence[tuple[str, str]]:
    """Give back (store id, account id) of all that are connected and can be charged."""
    mine = select(Account.store_id, Account.account_id)
    found = db.session.execute(mine.where(Account.disconnected_at.is_(None), Account.ready))
    return [(store_id, account_id) for store_id, account_id in found]


def _payout(provider: Provider, account_id: str, told: StripePayout) -> Payout:
    currency = told.currency.upper()
    row = told.balance_transaction
    trace = told.trace_id
    return Payout(
        id=told.id,
        provider=provider,
        account_id=account_id,
        livemode=told.livemode,
        amount=amount_of(told.amount, currency),
        currency=currency,
        status=told.status,
        automatic=told.automatic,
        reconciled=RECONCILED.get(told.reconciliation_status),
        created=datetime.fromtimestamp(told.created, UTC),
        arrival_date=datetime.fromtimestamp(told.arrival_date, UTC).date(),
        fee=amount_of(row.fee, currency) if isinstance(row, BalanceTransaction) else 0,
        own_row=_id(row),
        last4=_text(told.destination, "last4"),
        reference=(trace.value if trace else None) or told.statement_descriptor or None,
        failure=_failure(told),
        original=_id(told.original_payout),
        reversed_by=_id(told.reversed_by),
    )


def _failure(told: StripePayout) -> str | None:
    if told.status == "canceled":
        return CANCELED
    if told.status != "failed":
        return None
    return FAILURES.get(told.failure_code or "", NO_REASON)


def _pages(client: StripeClient, account_id: str, payout_id: str) -> Iterator[Json]:
    """Give back each row as JSON: as objects of the library's they take seven times as long."""
    ask: Any = client
    asked = {"payout": payout_id, "limit": PAGE, "expand": ["data.source"]}
    while asked:
        page: Json = ask.raw_request("get", ROWS, **asked, **options(account_id)).data
        yield from page["data"]
        more = page["has_more"] and page["data"]
        asked = asked | {"starting_after": more[-1]["id"]} if more else {}


def _rows(payout_id: str, told: Iterator[Json]) -> Iterator[PayoutRow]:
    for row in told:
        if row["type"] != OWN_ROW or _id(row["source"]) != payout_id:
            yield _row(row)


def _row(row: Json) -> PayoutRow:
    currency, source = row["currency"].upper(), row["source"]
    inside = source if isinstance(source, dict) else {}
    kind = _text(inside, "object")
    metadata = inside.get("metadata") if kind in NAMING else None
    return PayoutRow(
        id=row["id"],
        type=row["type"],
        category=row["reporting_category"],
        gross=amount_of(row["amount"], currency),
        fee=-amount_of(row["fee"], currency),
        net=amount_of(row["net"], currency),
        fee_details=[
            {"type": fee["type"], "amount": -amount_of(fee["amount"], currency)}
            for fee in row["fee_details"] or []
        ],
        currency=currency,
        source_id=_id(source),
        source_kind=kind,
        payment=_id(inside.get("payment_intent")),
        order_id=_text(metadata, "order_id"),
        created=datetime.fromtimestamp(row["created"], UTC),
        description=row["description"] or "",
    )


def _id(thing: object) -> str | None:
    """The id of what Stripe tells as an id or, expanded, as the thing itself."""
    return thing if isinstance(thing, str) and thing else _text(thing, "id")


def _text(thing: object, name: str) -> str | None:
    found = thing.get(name) if isinstance(thing, dict) else getattr(thing, name, None)
    return found if isinstance(found, str) and found.isprintable() and found else None
