"""What Home knows, from many rooms in one query; the counts of the sidebar come with it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from flask import g
from sqlalchemy import ColumnElement, select

from synqro import catalogue, events, orders, payments, quotes, settlements
from synqro.core.clock import today
from synqro.core.db import db


class Facts(NamedTuple):
    """Counts stop at a hundred; an id or a name is None where there is none.

    `can_charge` is None where no Stripe account is connected, False where it is not ready.
    `coming` counts orders with money that no payout has brought yet, `coming_sum` is what is
    still to come of it (minor units, after fees and refunds), of as many as were counted.
    """

    last_paid: datetime | None
    product: str | None
    ever_asked: str | None
    can_charge: bool | None
    late: int
    oldest_quote: datetime | None
    quote_with_problem: str | None
    low: int
    low_title: str | None
    endpoints_failing: int
    endpoints_off: int
    endpoint: str | None
    unbalanced: int
    unbalanced_one: str | None
    coming: int
    coming_sum: int


def facts() -> Facts:
    """Ask for all of it at once."""
    return Facts(*db.session.execute(select(*_asked().values())).one())


def _asked() -> Mapping[str, ColumnElement[Any]]:
    store = g.store
    low, low_title = catalogue.low_ones(store.id)
    failing, off, endpoint = events.ailing_endpoints(store.id)
    unbalanced, unbalanced_one = settlements.to_look_at(store.id)
    coming, coming_sum = orders.coming_sums(store.id, store.currency)
    found: dict[str, ColumnElement[Any]] = {
        "last_paid": orders.last_paid(store.id),
        "product": catalogue.first_product(store.id),
        "ever_asked": quotes.ever_asked((store.id, store.twin_id)),
        "can_charge": payments.can_charge(store),
        "late": orders.late_ones(store.id, today(store.timezone)),
        "oldest_quote": quotes.oldest_to_answer(store.id),
        "quote_with_problem": quotes.with_problem(store.id),
        "low": low,
        "low_title": low_title,
        "endpoints_failing": failing,
        "endpoints_off": off,
        "endpoint": endpoint,
        "unbalanced": unbalanced,
        "unbalanced_one": unbalanced_one,
        "coming": coming,
        "coming_sum": coming_sum,
    }
    return {name: found[name] for name in Facts._fields}
