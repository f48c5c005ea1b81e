"""With which payouts an order's money came, for the order's page."""

from typing import NamedTuple

from flask import g

from synqro import orders, settlements
from synqro.orders import EntryKind
from synqro.web.console.settlements_words import arrival, on_its_way


class Coming(NamedTuple):
    """A payout: the day it is at the bank; `coming` while that is still ahead."""

    id: str
    day: str
    coming: bool


class Brought(NamedTuple):
    """`waits` is True where a payment is in no payout yet."""

    payouts: list[Coming]
    waits: bool


def brought(order: orders.Order) -> Brought | None:
    """Say how the payments of an order reached the bank, None where nothing was paid."""
    payments = [one for one in orders.ledger(order) if one.kind is EntryKind.PAYMENT]
    if not payments:
        return None
    ids = {one.settlement_id for one in payments if one.settlement_id}
    found = sorted(settlements.several(g.store.id, ids).values(), key=lambda one: one.id)
    told = [Coming(one.id, arrival(one), on_its_way(one)) for one in found]
    return Brought(told, any(not one.settlement_id for one in payments))
