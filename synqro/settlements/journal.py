"""Double entry: a payout as its bookkeeper writes it, debits and credits equal to the unit."""

from collections import defaultdict
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from synqro.settlements.models import (
    LineType,
    Reconciliation,
    Settlement,
    SettlementLine,
    Status,
)
from synqro.settlements.naming import CAME_BACK, PAYOUT


class Account(StrEnum):
    """The accounts of the journal, in the order in which they are written."""

    SALES = "Sales"
    REFUNDS = "Refunds"
    FEES = "Payment fees"
    LABELS = "Shipping labels"
    DISPUTES = "Disputes"
    ADJUSTMENTS = "Adjustments"
    TAX = "Tax withheld"
    RESERVE = "Reserve"
    TRANSIT = "Payouts in transit"
    DIFFERENCE = "Difference"
    BANK = "Bank"


ACCOUNTS = {
    LineType.SALE: Account.SALES,
    LineType.REFUND: Account.REFUNDS,
    LineType.FEE: Account.FEES,
    LineType.SHIPPING_LABEL: Account.LABELS,
    LineType.DISPUTE: Account.DISPUTES,
    LineType.ADJUSTMENT: Account.ADJUSTMENTS,
    LineType.TAX_WITHHELD: Account.TAX,
    LineType.TRANSFER: Account.ADJUSTMENTS,
    LineType.RESERVE: Account.RESERVE,
}


class Sum(NamedTuple):
    """What the lines of one kind come to, signed, in minor units."""

    type: LineType
    category: str
    fee: int
    net: int


class Posting(NamedTuple):
    """One side of an entry, in minor units: one of `debit` and `credit` is 0."""

    account: Account
    debit: int
    credit: int


def postings(settlement: Settlement, sums: Iterable[Sum]) -> list[Posting]:
    """Give back the entry of a payout whose lines come to `sums`, an account at most once.

    Money that arrived is on the bank's account; that of a payout which is on its way or has
    failed is in transit, and leaves it with the payout that brings it after all. What arrived
    beyond the lines is a difference. A payout whose lines are not known yet has no entry; one
    made by hand takes from what is in transit, and one that was taken back had arrived: what
    took it is a payout of its own.
    """
    if settlement.reconciliation is Reconciliation.INCOMPLETE:
        return []
    found: dict[Account, int] = defaultdict(int)
    left = settlement.net - settlement.payout_fee
    for one in sums:
        found[_account(one)] += one.net - one.fee
        found[Account.FEES] += one.fee
        left -= one.net
    by_hand = settlement.reconciliation is Reconciliation.NOT_APPLICABLE
    found[Account.FEES] += settlement.payout_fee
    found[Account.TRANSIT if by_hand else Account.DIFFERENCE] += left
    arrived = settlement.status in (Status.COMPLETED, Status.REVERSED)
    found[Account.BANK if arrived else Account.TRANSIT] -= settlement.net
    return [_posting(account, found[account]) for account in Account if found[account]]


def came_back(line: Sum | SettlementLine) -> bool:
    """Say whether a line is the money of a payout that failed, on its way once more."""
    return line.category in CAME_BACK


def _account(one: Sum) -> Account:
    of_a_payout = came_back(one) or one.category == PAYOUT
    return Account.TRANSIT if of_a_payout else ACCOUNTS[one.type]


def _posting(account: Account, amount: int) -> Posting:
    return Posting(account, max(-amount, 0), max(amount, 0))
