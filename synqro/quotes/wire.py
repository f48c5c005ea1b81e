"""A quote as the outside reads it, in /v1 and in webhooks."""

from dataclasses import asdict
from typing import Any

from synqro import orders, uploads
from synqro.core.times import moment
from synqro.quotes.belonging import Belongings, belongings_of
from synqro.quotes.lifecycle import ACCEPTED, PAID
from synqro.quotes.models import File, Message, Quote, TimelineKind, Version
from synqro.quotes.reading import display_number

AMOUNTS = ("subtotal", "shipping", "tax", "total")
# What customers and outside systems read of the timeline; the rest is between us and the shop.
EVENTS = {
    TimelineKind.ASKED: "created",
    TimelineKind.SENT: "sent",
    TimelineKind.EXTENDED: "extended",
    TimelineKind.ACCEPTED: "accepted",
    TimelineKind.PAYMENT_FAILED: "payment_failed",
    TimelineKind.PAID: "paid",
    TimelineKind.BALANCE_PAID: "balance_paid",
    TimelineKind.DECLINED: "declined",
    TimelineKind.EXPIRED: "expired",
    TimelineKind.CANCELLED: "cancelled",
    TimelineKind.MESSAGE: "message",
}


def as_wire(quote: Quote, its: Belongings | None = None) -> dict[str, Any]:
    """Give back the quote as `/v1/quotes/{id}` shows it, ready for JSON.

    What belongs to it is read where it is not given; for a list take it from `belongings_of`.
    """
    its = its or belongings_of([quote])[quote.id]
    customer, address = quote.customer, quote.customer.address
    return {
        "id": quote.id,
        "object": "quote",
        "number": display_number(quote),
        "status": quote.status.value,
        "version": quote.offered,
        "currency": quote.currency,
        "customer": {
            "name": customer.name,
            "email": customer.email,
            "phone": customer.phone,
            "address": asdict(address) | {"text": address.text} if address else None,
        },
        **wish(quote),
        **price(quote, its),
        "expires_on": quote.expires_on,
        "order_id": quote.order_id,
        "previous_id": quote.previous_id,
        "reason": quote.reason,
        "messages": [_message(row) for row in its.messages],
        "files": [_file(row, upload) for row, upload in its.files],
        "timeline": [
            {"event": EVENTS[row.kind], "at": moment(row.at)}
            for row in its.timeline
            if row.kind in EVENTS
        ],
        "metadata": quote.meta,
        "created_at": moment(quote.created_at),
        "updated_at": moment(quote.updated_at),
    }


def wish(quote: Quote) -> dict[str, Any]:
    """Give back what the customer asked for."""
    return {
        "description": quote.description,
        "quantity": quote.quantity,
        "product_id": quote.product_id,
        "material": quote.material,
        "color": quote.color,
        "needed_by": quote.needed_by,
        "file_url": quote.file_url,
    }


def price(quote: Quote, its: Belongings) -> dict[str, Any]:
    """Give back the answer that holds, in major units; its amounts are null before the first.

    `deposit_due` and `balance_due` together are what is still to be paid.
    """
    offer = its.offer
    if offer is None:
        unknown = dict.fromkeys((*AMOUNTS, "deposit_due", "balance_due", "deposit_percent"), None)
        return {"lines": [], **unknown, "lead_time_days": None, "message": None}
    deposit, balance = _dues(quote, offer, its)
    return {
        "lines": [_line(quote, line) for line in offer.lines],
        **{name: quote.money(getattr(offer, name)).number for name in AMOUNTS},
        "deposit_due": quote.money(deposit).number,
        "balance_due": quote.money(balance).number,
        "deposit_percent": offer.deposit_bp / 100,
        "lead_time_days": offer.lead_time_days,
        "message": offer.message,
    }


def _dues(quote: Quote, offer: Version, its: Belongings) -> tuple[int, int]:
    deposit = offer.due if offer.due < offer.total else 0
    if quote.status not in (ACCEPTED, PAID) or its.order is None:
        return deposit, offer.total - deposit
    left = orders.balance_due(its.order, its.sums)
    unpaid = deposit if quote.status is ACCEPTED else 0
    return unpaid, max(0, left - unpaid)


def _line(quote: Quote, line: dict[str, Any]) -> dict[str, Any]:
    each, quantity = line["unit_price"], line["quantity"]
    return {
        "description": line["description"],
        "quantity": quantity,
        "unit_price": quote.money(each).number,
        "amount": quote.money(each * quantity).number,
    }


def _message(row: Message) -> dict[str, Any]:
    return {
        "id": row.id,
        "from": row.sender.value,
        "text": row.text,
        "created_at": moment(row.created_at),
    }


def _file(row: File, upload: uploads.Upload) -> dict[str, Any]:
    return {
        "id": upload.id,
        "filename": upload.filename,
        "bytes": upload.bytes,
        "content_type": upload.content_type,
        "units": row.units,
    }
