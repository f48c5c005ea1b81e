"""What a quote costs, row by row, as its page and its paper write it."""

from typing import NamedTuple

from synqro import orders, quotes
from synqro.web.widget import formats
from synqro.web.widget.quote_seen import Seen
from synqro.web.widget.words import gettext as _


class Row(NamedTuple):
    """`kind` is tot for the total, due for what is due or paid, else nothing."""

    name: str
    amount: str
    kind: str = ""


def rows(seen: Seen) -> list[Row]:
    """Give back the rows below the lines: delivery, tax, the total, and what is due or paid."""
    offer = seen.offer
    if offer is None:
        return []
    found = []
    if offer.shipping:
        found.append(Row(_("Delivery"), formats.money(offer.shipping)))
    if offer.tax and not offer.tax_included:
        found.append(Row(_tax(offer), formats.money(offer.tax)))
    found.append(Row(_("Total"), formats.money(offer.total), "tot"))
    if offer.tax and offer.tax_included:
        words = _("includes %(tax)s", tax=_tax(offer))
        found.append(Row(words, formats.money(offer.tax)))
    return found + _dues(seen, offer)


def lines(seen: Seen) -> list[Row]:
    """Give back the lines of the price, each with what it comes to."""
    return [
        Row(
            f"{line['description']} × {line['quantity']:,}"
            if line["quantity"] > 1
            else line["description"],
            formats.money(line["unit_price"] * line["quantity"]),
        )
        for line in (seen.offer.lines if seen.offer else [])
    ]


def percent(basis_points: int) -> str:
    """Write basis points as in 50% or 7.5%."""
    return f"{basis_points / 100:.2f}".rstrip("0").rstrip(".") + "%"


def _tax(offer: quotes.Version) -> str:
    label = offer.tax_label or _("tax")
    return f"{percent(offer.tax_rate_bp)} {label}" if offer.tax_rate_bp else label


def _dues(seen: Seen, offer: quotes.Version) -> list[Row]:
    if seen.order is not None and seen.quote.paid_at is not None:
        return _paid(seen, seen.order)
    if not seen.deposit or seen.state not in ("quoted", "accepted", "left"):
        return []
    words = _("Due now, %(percent)s deposit", percent=percent(offer.deposit_bp))
    return [Row(words, formats.money(offer.due), "due")]


def _paid(seen: Seen, order: orders.Order) -> list[Row]:
    sums = orders.sums(order)
    found = [Row(_("Paid"), formats.money(sums.paid), "due")]
    if sums.refunded:
        found.append(Row(_("Refunded"), formats.money(-sums.refunded)))
    if seen.balance:
        found.append(Row(_("Balance"), formats.money(seen.balance)))
    return found
