"""Orders whose Stripe account is lost: their open pages are closed, and they end.

Those made from a quote stay, without a page.
"""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import and_, or_, select
from structlog import get_logger

from synqro import payments, stores
from synqro.core.clock import now
from synqro.core.db import db
from synqro.core.errors import DomainError
from synqro.orders.models import Order, Status
from synqro.orders.opening import close_page
from synqro.orders.rows import SESSION_LIVES
from synqro.orders.settling import follow, give_up
from synqro.payments import PaymentProviderError

log = get_logger()
BATCH = 50
OPENING = timedelta(minutes=1)  # a page that is being opened just now may come after us


def close_checkouts(account_id: str) -> int:
    """End the unpaid orders of an account that may be charged no more.

    Gives back how many are left: payments on their way, pages being opened, and all that
    Stripe did not answer for; the sweep comes for those. An order that turns out paid is
    paid. Where Stripe no longer lets us in the pieces are freed all the same. Network
    calls, outside any transaction.
    """
    left = 0
    answers = True
    for order in _open_on(account_id):
        if order.settling or not answers or not _may_close(order):
            left += 1
            continue
        try:
            _close(order)
        except DomainError as error:
            left += 1
            answers = type(error) is not PaymentProviderError
            log.warning("a page could not be closed", order_id=order.id, code=error.code)
    return left


def _open_on(account_id: str) -> Iterator[Order]:
    """Give the orders with a page on an account whose store is not paid on it now, all of them."""
    unpaid = and_(Order.status == Status.AWAITING_PAYMENT, Order.quote_id.is_(None))
    with_page = and_(Order.quote_id.is_not(None), Order.look_at.is_not(None))
    waiting = select(Order).where(or_(unpaid, with_page), Order.session_account == account_id)
    last = ""
    while True:
        batch = waiting.where(Order.id > last).order_by(Order.id).limit(BATCH)
        found = list(db.session.scalars(batch.execution_options(populate_existing=True)))
        yield from (order for order in found if not _chargeable(order.store_id, account_id))
        if len(found) < BATCH:
            return
        last = found[-1].id


def _chargeable(store_id: str, account_id: str) -> bool:
    return payments.chargeable(stores.by_id(store_id)) == account_id


def _may_close(order: Order) -> bool:
    begun = order.session_expires_at - SESSION_LIVES
    return bool(order.session_id) or begun + OPENING <= now()


def _close(order: Order) -> None:
    session = close_page(stores.by_id(order.store_id), order)
    if session is None:
        give_up(order.id)
    else:
        follow(session)
