"""/v1/orders/{id}/…: the next step of an order, each of them once for an idempotency key."""

from decimal import Decimal
from secrets import token_urlsafe
from typing import Annotated, Any

from flask import g
from pydantic import Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from synqro import orders
from synqro.core.db import transaction
from synqro.core.errors import Changed, Invalid, field_error
from synqro.core.money import Money
from synqro.payments import PaymentProviderError, RefundRefused
from synqro.web import idempotent
from synqro.web.api.blueprint import bp
from synqro.web.api.once import once
from synqro.web.api.orders import OrderOut
from synqro.web.contract import Nothing, operation
from synqro.web.inputs import StrictIn


def _unread(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise PydanticCustomError("invalid_amount", "Enter an amount like 24.99.")
    return format(value, "f") if isinstance(value, Decimal) else str(value)


class ShipIn(StrictIn):
    """Carrier and tracking number, or neither."""

    carrier: str | None = Field(None, max_length=80, examples=["Royal Mail"])
    tracking_number: str | None = Field(None, max_length=80, examples=["RM123456789GB"])

    def tracking(self) -> orders.Tracking | None:
        """Give back both, or None. Raises Invalid where one is missing."""
        if self.carrier and self.tracking_number:
            return orders.Tracking(self.carrier, self.tracking_number)
        if not self.carrier and not self.tracking_number:
            return None
        field = "tracking_number" if self.carrier else "carrier"
        raise field_error(field, "required", "Send both, or neither.")


class RefundIn(StrictIn):
    amount: Annotated[
        str | None,
        PlainValidator(_unread),
        WithJsonSchema({"type": ["number", "string"], "examples": [24.99, "24.99"]}),
    ] = Field(None, description="Left out: all that is left.")

    def minor(self, order: orders.Order) -> int | None:
        """Give back the amount in minor units of the order's currency. Raises Invalid."""
        if self.amount is None:
            return None
        try:
            return Money.parse(self.amount, order.currency).amount
        except Invalid as wrong:
            raise field_error("amount", wrong.code, str(wrong)) from wrong


@bp.post("/orders/<order_id>/start")
@operation(
    scope="orders:write",
    body=Nothing,
    out=OrderOut,
    raises=(orders.OrderNotFound, orders.NotStartable, Changed),
)
def start_order(order_id: str, body: Nothing) -> dict[str, Any]:
    """Move a paid order to in progress."""
    return orders.as_wire(
        once(lambda: orders.start(g.store.id, order_id), lambda order: order.id, _found)
    )


@bp.post("/orders/<order_id>/ship")
@operation(
    scope="orders:write",
    body=ShipIn,
    out=OrderOut,
    raises=(orders.OrderNotFound, orders.NotShippable, Changed),
)
def ship_order(order_id: str, body: ShipIn) -> dict[str, Any]:
    """Mark an order as shipped, and tell its customer."""
    tracking = body.tracking()
    return orders.as_wire(
        once(lambda: orders.ship(g.store.id, order_id, tracking), lambda order: order.id, _found)
    )


@bp.post("/orders/<order_id>/cancel")
@operation(
    scope="orders:write",
    body=Nothing,
    out=OrderOut,
    raises=(
        orders.OrderNotFound,
        orders.NotCancellable,
        orders.PaymentProcessing,
        RefundRefused,
        PaymentProviderError,
    ),
)
def cancel_order(order_id: str, body: Nothing) -> dict[str, Any]:
    """Cancel an order: an unpaid one can be paid no more, of a paid one the money goes back.

    Its pieces go back into stock. Where the payment provider does not answer at once the refund
    stands as `requested`, and the order is cancelled as soon as it answers.
    """
    order, again = _found(order_id), idempotent.made() is not None
    if not (again and order.status is orders.Status.CANCELLED):
        order = orders.cancel(g.store.id, order_id, key=_request_key())
    return orders.as_wire(order)


@bp.post("/orders/<order_id>/refund")
@operation(
    scope="orders:write",
    body=RefundIn,
    out=OrderOut,
    raises=(orders.OrderNotFound, orders.NotRefundable, RefundRefused),
)
def refund_order(order_id: str, body: RefundIn) -> dict[str, Any]:
    """Give money back, all that is left or a part of it.

    A part keeps the order's status; once all of it went back, the order is refunded. Where the
    payment provider does not answer at once, the refund stands as `requested` and is asked for
    again until it does.
    """
    amount = body.minor(_found(order_id))
    return orders.as_wire(orders.refund(g.store.id, order_id, amount=amount, key=_request_key()))


def _found(order_id: str) -> orders.Order:
    return orders.find(g.store.id, order_id)


def _request_key() -> str | None:
    """Give back what the refunds of this request are known by, also after a crash.

    It is written down before any money is asked for, so that a repeat goes on with the same.
    """
    before = idempotent.made()
    if before is not None or "claim" not in g:
        return before
    key = token_urlsafe(24)
    with transaction():
        idempotent.bind(key)
    return key
