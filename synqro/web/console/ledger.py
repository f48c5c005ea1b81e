"""The money of an order in rows and sums, as its page shows it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from babel.dates import format_datetime
from flask import g
from flask_babel import gettext as _

from synqro import orders, payments
from synqro.core.clock import now
from synqro.orders import DisputeStatus, EntryKind, RefundStatus
from synqro.web.console.wording import local, money

OPEN = (DisputeStatus.NEEDS_RESPONSE, DisputeStatus.UNDER_REVIEW)
STRIPE = "https://dashboard.stripe.com"


class Row(NamedTuple):
    """One movement, or one that waits; `state` is the status of a refund worth a chip."""

    at: datetime
    words: str
    amount: str
    reference: str | None
    state: str = ""
    said: str = ""


class Sum(NamedTuple):
    words: str
    amount: str


class Contest(NamedTuple):
    """A dispute that is still open: until when it can be answered, and where."""

    dispute: orders.Dispute
    amount: str
    reason: str
    deadline: str
    late: bool
    link: str


@dataclass(frozen=True)
class Books:
    """`left` is what can still be refunded, in minor units; `waiting`: Stripe owes an answer;
    `part`: some of the money went back.
    """

    rows: list[Row]
    sums: list[Sum]
    left: int
    waiting: bool
    part: bool


def books(order: orders.Order) -> Books:
    """Give back all the money of an order, the oldest first."""
    entries, refunds = orders.ledger(order), orders.refunds(order)
    known = {refund.reference: refund for refund in refunds if refund.reference}
    rows = [_moved(entry, known.get(entry.reference)) for entry in entries]
    moved = {entry.reference for entry in entries}
    sums = orders.sums(order)
    rows += [_asked(refund) for refund in refunds if refund.reference not in moved]
    return Books(
        rows=sorted(rows, key=lambda row: row.at),
        sums=_sums(order, sums, entries) if len(rows) > 1 else [],
        left=orders.refundable(order),
        waiting=any(refund.status is RefundStatus.REQUESTED for refund in refunds),
        part=0 < sums.refunded < sums.paid,
    )


def contests(order: orders.Order) -> list[Contest]:
    """Give back the disputes of an order that the bank has not decided yet."""
    return [_contest(found) for found in orders.disputes(order) if found.status in OPEN]


def problem(order: orders.Order, open_ones: list[Contest]) -> str | None:
    """Say what else needs a look, where it is not what the dispute's own note says."""
    found = order.payment_problem
    if found and open_ones and orders.speaks_of_dispute(found):
        return None
    return found


def deadline(when: datetime) -> str:
    """Write a time in full, as the shop's clock will show it: Friday 4 December, 23:59."""
    there = local(when)
    pattern = "EEEE d MMMM, HH:mm" if there.year == local(now()).year else "EEEE d MMMM y, HH:mm"
    return str(format_datetime(there, pattern, locale="en_GB"))


def _moved(entry: orders.Entry, refund: orders.Refund | None) -> Row:
    state, said = ("", "")
    if refund and entry.kind is EntryKind.REFUND:
        state = refund.status if refund.status is not RefundStatus.SUCCEEDED else ""
        said = refund.note or ""
    if refund and entry.kind is EntryKind.REFUND_FAILED:
        said = _sentence(refund.failure)
    amount = money(entry.amount, entry.currency)
    return Row(entry.at, _words(entry), amount, entry.reference, state, said)


def _asked(refund: orders.Refund) -> Row:
    """A refund without a movement: Stripe was asked and has not answered, or has refused."""
    amount = money(-refund.amount, refund.currency)
    said = _sentence(refund.failure) or refund.note or ""
    return Row(refund.created_at, _("Refund"), amount, refund.reference, refund.status, said)


def _sentence(text: str | None) -> str:
    return text[:1].upper() + text[1:] if text else ""


def _words(entry: orders.Entry) -> str:
    if entry.kind is EntryKind.FEE:
        return str(_("Stripe fee") if entry.amount <= 0 else _("Stripe fee given back"))
    words = {
        EntryKind.PAYMENT: _("Payment"),
        EntryKind.REFUND: _("Refund"),
        EntryKind.REFUND_FAILED: _("Refund came back"),
        EntryKind.DISPUTE: _("Taken by the customer’s bank"),
        EntryKind.DISPUTE_REVERSED: _("Given back by the bank"),
    }
    return str(words[entry.kind])


def _sums(order: orders.Order, sums: orders.Sums, entries: list[orders.Entry]) -> list[Sum]:
    found = [Sum(_("Paid"), money(sums.paid, order.currency))]
    if sums.refunded:
        found.append(Sum(_("Refunded"), money(-sums.refunded, order.currency)))
    if sums.disputed:
        found.append(Sum(_("Taken by the bank"), money(-sums.disputed, order.currency)))
    fees = [entry for entry in entries if entry.kind is EntryKind.FEE]
    if fees:
        found.append(Sum(_("Stripe fees"), _by_currency(order, fees)))
    return [*found, Sum(_("Net"), _by_currency(order, entries))]


def _by_currency(order: orders.Order, entries: list[orders.Entry]) -> str:
    """Write a sum; what is in another currency than the order's stands beside it."""
    found: dict[str, int] = defaultdict(int)
    for entry in sorted(entries, key=lambda entry: entry.currency != order.currency):
        found[entry.currency] += entry.amount
    written = [money(amount, currency) for currency, amount in found.items()]
    return str(_(" and ")).join(written)


def _contest(dispute: orders.Dispute) -> Contest:
    until = dispute.respond_by
    return Contest(
        dispute,
        money(dispute.amount, dispute.currency),
        orders.reason_in_words(dispute.reason),
        deadline(until) if until else "",
        bool(until and until < now()),
        _at_stripe(dispute),
    )


def _at_stripe(dispute: orders.Dispute) -> str:
    """Give back where the dispute is answered."""
    provider = payments.provider_of(g.store)
    if provider is payments.Provider.SANDBOX:
        return f"/sandbox/dashboard/{dispute.account_id}"
    test = "" if provider is payments.Provider.STRIPE else "/test"
    return f"{STRIPE}/{dispute.account_id}{test}/disputes/{dispute.reference}"
