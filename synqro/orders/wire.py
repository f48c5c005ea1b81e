"""An order as the outside reads it, in /v1 and in webhooks."""

from dataclasses import asdict
from typing import Any

from synqro.core.times import moment
from synqro.orders.books import Books, balance_due, books_of
from synqro.orders.ledger_models import Dispute, Refund
from synqro.orders.models import Address, Line, Order


def as_wire(order: Order, books: Books | None = None) -> dict[str, Any]:
    """Give back the order as `/v1/orders/{id}` shows it, ready for JSON.

    `books` are read where they are not given; for a list take them from `books_of`.
    """
    books = books or books_of([order])[order.id]
    customer = order.customer
    return {
        "id": order.id,
        "object": "order",
        "number": str(order.number),
        "marketplace": order.marketplace,
        "external_id": None,
        "status": order.status.value,
        "total": order.money(order.total).number,
        "subtotal": order.money(order.subtotal).number,
        "shipping": order.money(order.shipping).number,
        "tax": order.money(order.tax).number,
        "refunded": order.money(books.sums.refunded).number,
        "currency": order.currency,
        "lines": [_line(order, line) for line in order.lines],
        "customer": {"name": customer.name, "email": customer.email, "phone": customer.phone},
        "shipping_address": _address(customer.address),
        "shipping_option": order.shipping_option,
        "quote_id": order.quote_id,
        "tracking": asdict(order.tracking) if order.tracking else None,
        "balance_due": order.money(balance_due(order, books.sums)).number,
        "oversold": order.oversold,
        "note": order.note,
        "metadata": order.meta,
        "created_at": moment(order.created_at),
        "updated_at": moment(order.updated_at),
        "paid_at": moment(order.paid_at),
        "shipped_at": moment(order.shipped_at),
        "cancelled_at": moment(order.cancelled_at),
        "refunds": [_refund(order, refund) for refund in books.refunds],
        "disputes": [_dispute(order, dispute) for dispute in books.disputes],
    }


def _refund(order: Order, refund: Refund) -> dict[str, Any]:
    return {
        "id": refund.id,
        "amount": order.money(refund.amount).number,
        "status": refund.status.value,
        "created_at": moment(refund.created_at),
        "failure": refund.failure,
    }


def _dispute(order: Order, dispute: Dispute) -> dict[str, Any]:
    return {
        "id": dispute.id,
        "amount": order.money(dispute.amount).number,
        "currency": dispute.currency,
        "reason": dispute.reason,
        "status": dispute.status.value,
        "respond_by": moment(dispute.respond_by),
    }


def _line(order: Order, line: Line) -> dict[str, Any]:
    return {
        "product_id": line.product_id,
        "variant_id": line.variant_id,
        "title": line.title,
        "sku": line.sku,
        "options": line.options,
        "quantity": line.quantity,
        "unit_price": order.money(line.unit_price).number,
        "amount": order.money(line.amount).number,
    }


def _address(address: Address | None) -> dict[str, Any] | None:
    return asdict(address) | {"text": address.text} if address else None
