"""/console/orders/…/cancel: an order that will not be made, its money given back."""

from secrets import token_urlsafe

from flask import g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from synqro import orders, payments
from synqro.core.errors import Conflict, DomainError
from synqro.orders import Status
from synqro.web.console.answers import refused_status
from synqro.web.console.blueprint import bp
from synqro.web.console.refund import asked, back_to_order, pieces, request_key


@bp.get("/orders/<order_id>/cancel")
def ask_cancel(order_id: str) -> ResponseReturnValue:
    """Say what cancelling will do: in a dialog where htmx asks, else on a page of its own."""
    return _question(orders.find(g.store.id, order_id))


@bp.post("/orders/<order_id>/cancel")
def cancel_order(order_id: str) -> ResponseReturnValue:
    """Cancel an order and give back what was paid."""
    try:
        order = orders.cancel(
            g.store.id,
            order_id,
            restock="restock" in request.form or "paid" not in request.form,
            key=request_key(),
            person_id=g.person.id,
        )
    except (Conflict, payments.PaymentProviderError) as refused:
        return _question(orders.find(g.store.id, order_id), refused)
    cancelled = order.status is Status.CANCELLED
    words = _("Order %(number)s cancelled", number=order.number)
    return back_to_order(order_id, words if cancelled else None)


def _question(order: orders.Order, refused: DomainError | None = None) -> ResponseReturnValue:
    return asked(
        "cancel",
        refused_status(refused) if refused else 200,
        order=order,
        refused=refused,
        left=orders.refundable(order),
        pieces=pieces(order),
        open=orders.can_cancel(order),
        unpaid=order.status is Status.AWAITING_PAYMENT,
        key=token_urlsafe(24),
    )
