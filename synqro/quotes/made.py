"""What an order that was made from a quote has to be printed from."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from synqro import costing
from synqro.core.db import db
from synqro.orders import Order
from synqro.quotes.errors import QuoteNotFound
from synqro.quotes.measuring import parts_of
from synqro.quotes.models import Happening, Quote, Version
from synqro.quotes.reading import find
from synqro.stores import Store


def made(store: Store, order: Order) -> list[costing.Part]:
    """Give back the parts of an order of `store` whose measures are sure, as they were priced.

    How many, of what and on which machine is what the accepted version was worked out with;
    where it was not, what the customer asked for. None for an order without a quote.
    """
    try:
        quote = find(store.id, order.quote_id or "")
    except QuoteNotFound:
        return []
    measured = [part for part in parts_of(quote) if part.id and part.volume and not part.doubt]
    items = {item["id"]: item for item in _items(quote, order)}
    return [_priced(part, items.get(part.id)) for part in measured]


def _items(quote: Quote, order: Order) -> list[dict[str, Any]]:
    accepted = select(Happening.offered).where(
        Happening.quote_id == quote.id, Happening.order_id == order.id
    )
    mine = select(Version).where(
        Version.quote_id == quote.id, Version.number.in_(accepted.scalar_subquery())
    )
    version = db.session.scalar(mine.limit(1))
    return version.working["items"] if version and version.working else []


def _priced(part: costing.Part, item: dict[str, Any] | None) -> costing.Part:
    if item is None:
        return part
    return replace(
        part,
        quantity=item["quantity"],
        material=item["material"],
        machine_id=item["machine_id"],
    )
