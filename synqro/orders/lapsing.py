"""Orders whose time is over: asked about once more, then given up."""

from sqlalchemy import select
from structlog import get_logger

from synqro import payments, stores
from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.core.errors import DomainError
from synqro.orders.models import Order, Status
from synqro.orders.settling import LOOKS_AGAIN, UNPAID, follow, give_up
from synqro.payments import PaymentProviderError, PaymentsNotSetUp

log = get_logger()
UNREADABLE = (PaymentProviderError, PaymentsNotSetUp)


def due(limit: int = 50) -> list[str]:
    """Give back the ids of unpaid orders whose time is over, the oldest first."""
    lapsed = select(Order.id).where(
        Order.status == Status.AWAITING_PAYMENT, Order.expires_at <= now()
    )
    return list(db.session.scalars(lapsed.order_by(Order.expires_at).limit(limit)))


def expire_due(limit: int = 50) -> int:
    """End up to `limit` orders whose time is over, and give back how many were looked at.

    Stripe is asked first, for its event may have been lost; an order whose payment is on
    its way is only asked about. Where Stripe does not answer the pieces are freed all the
    same: late money is taken as it comes. Network calls, outside any transaction.
    """
    waiting = due(limit)
    answers = True
    for order_id in waiting:
        try:
            answers = answers and _asked(order_id)
            _lapse(order_id)
        except DomainError as error:  # the next round looks at it again
            log.warning("an order could not be ended", order_id=order_id, code=error.code)
    return len(waiting)


def look_again(order: Order) -> Order:
    """Ask Stripe once how an unpaid order's session stands, and give the order back anew.

    A network call; where Stripe does not answer the order stays as it is.
    """
    _asked(order.id)
    return db.session.get_one(Order, order.id, populate_existing=True)


def _asked(order_id: str) -> bool:
    """Follow the order's session as Stripe tells it; False where Stripe does not answer."""
    order = db.session.get(Order, order_id, populate_existing=True)
    if order is None or order.status not in UNPAID or not order.session_id:
        return True
    provider = payments.provider_of(stores.by_id(order.store_id))
    if provider is None or order.session_account is None:
        return True
    session_id, account_id = order.session_id, order.session_account
    over = order.expires_at <= now()
    try:
        session = payments.read_session(provider, account_id, session_id)
        if session.status == "open" and over:
            session = payments.expire_session(provider, account_id, session_id)
    except payments.Refused:
        return True
    except UNREADABLE:
        return False
    follow(session)
    return True


@transaction()
def _lapse(order_id: str) -> None:
    order = db.session.get(Order, order_id, with_for_update=True, populate_existing=True)
    if order is None or order.expires_at > now():
        return
    if order.settling:
        order.expires_at = now() + LOOKS_AGAIN
    else:
        give_up(order_id)
