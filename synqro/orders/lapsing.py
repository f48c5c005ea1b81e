"""Unpaid orders: asked about while they wait, and once more when their time is over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, text, update
from structlog import get_logger

from synqro import payments, stores
from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.core.errors import DomainError
from synqro.orders.models import NO_QUOTE, Order
from synqro.orders.noting import flag_problem, locked
from synqro.orders.rows import SESSION_LIVES
from synqro.orders.settling import LOOKS_AGAIN, UNPAID, follow, give_up, payment_failed
from synqro.payments import AccountRefused, NotThere, PaymentProviderError, Refused

log = get_logger()
# How old an order is when Stripe is asked about it again, for its event may be lost.
LOOKS = tuple(timedelta(minutes=m) for m in (5, 10, 20))
SETTLES = timedelta(days=30)  # the slowest ways to pay take two weeks
SEEN_WITHIN = timedelta(days=14)  # of an account that lets us in no more
# Word for word the conditions of the indexes, else SQLite reads every order there is.
UNPAID_ONES = text(f"status = 'awaiting_payment' AND {NO_QUOTE}")
PAGES = text("quote_id IS NOT NULL AND look_at IS NOT NULL")
UNSEEN = (
    "A payment was on its way when Stripe ended our access to the account. Look in Stripe's "
    "dashboard whether it has arrived."
)
UNSETTLED = (
    "A payment was begun and nothing came of it in thirty days. Look in Stripe's dashboard "
    "whether it has arrived."
)


@dataclass(frozen=True)
class Round:
    """What came of a round: how many could not be followed, and whether Stripe answered.

    `left` are those that were not asked about, for it did not.
    """

    failed: int = 0
    left: int = 0
    answers: bool = True


def due(store_id: str, limit: int) -> list[str]:
    """Give back the ids of a store's unpaid orders whose time is over, the oldest first."""
    lapsed = select(Order.id).where(UNPAID_ONES, Order.expires_at <= now(), _of(store_id))
    return list(db.session.scalars(lapsed.order_by(Order.expires_at).limit(limit)))


def waiting_pages(store_id: str, limit: int) -> list[str]:
    """Give back the ids of a store's orders whose page is to be asked about, the longest waiting
    first.
    """
    soonest = select(Order.id).order_by(Order.look_at).limit(limit)
    found: list[str] = []
    for which in (UNPAID_ONES, PAGES):
        found += db.session.scalars(soonest.where(which, Order.look_at <= now(), _of(store_id)))
    return found[:limit]


def end(order_ids: Sequence[str]) -> Round:
    """End these orders where their time is over.

    Stripe is asked first, for its event may have been lost; an order whose payment is on
    its way is only asked about. Where Stripe does not answer the pieces are freed all the
    same: late money is taken as it comes. Network calls, outside any transaction.
    """
    answers, failed = True, 0
    for order_id in order_ids:
        try:
            answers = answers and _asked(order_id)
            _lapse(order_id)
        except DomainError as error:  # the next round looks at it again
            failed += 1
            log.warning("an order could not be ended", order_id=order_id, code=error.code)
    return Round(failed, answers=answers)


def ask(order_ids: Sequence[str]) -> Round:
    """Ask Stripe about the pages of these orders.

    Each is asked about when it is 2, 5, 10 and 20 minutes old, and that of a quote's order
    once more when its time is over. Where Stripe does not answer, the rest is left for the
    next round. Network calls, outside any transaction.
    """
    failed = 0
    for asked, order_id in enumerate(order_ids):
        try:
            if not _asked(order_id):
                return Round(failed, len(order_ids) - asked, answers=False)
        except DomainError as error:
            failed += 1
            log.warning("an order could not be followed", order_id=order_id, code=error.code)
        _look_later(order_id)
    return Round(failed)


def look_again(order: Order) -> Order:
    """Ask Stripe once how an unpaid order's session stands, and give the order back anew.

    A network call; where Stripe does not answer the order stays as it is.
    """
    _asked(order.id)
    return db.session.get_one(Order, order.id, populate_existing=True)


def _asked(order_id: str) -> bool:
    """Follow the order's session as Stripe tells it; False where Stripe does not answer."""
    order = db.session.get(Order, order_id, populate_existing=True)
    if order is None or not order.session_id or not (order.quote_id or order.status in UNPAID):
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
    except (AccountRefused, NotThere):
        if order.settling:
            flag_problem(order_id, UNSEEN)
        return True
    except Refused:
        return True
    except PaymentProviderError:
        return False
    follow(session)
    return True


def _of(store_id: str) -> ColumnElement[bool]:
    # Never by the store's index: it has many orders, and few of all are due.
    return Order.store_id.concat("") == store_id


@transaction()
def _look_later(order_id: str) -> None:
    """Write down when the order is asked about next; never where no look is left."""
    order = db.session.get(Order, order_id, populate_existing=True)
    if order is not None and order.quote_id:
        _watch_page(order_id)
    elif order is not None:
        later = update(Order).where(Order.id == order_id).values(look_at=_next_look(order))
        db.session.execute(later)


def _next_look(order: Order) -> datetime | None:
    begun = order.session_expires_at - SESSION_LIVES if order.quote_id else order.created_at
    return next((begun + age for age in LOOKS if begun + age > now()), None)


def _watch_page(order_id: str) -> None:
    order = locked(order_id)
    if order is None or order.look_at is None:
        return
    if order.settling:
        _wait_for_money(order, order.session_expires_at)
        order.look_at = order.expires_at if order.settling else None
    elif order.session_id is None or order.expires_at <= now():
        give_up(order_id)
    else:
        order.look_at = _next_look(order) or order.expires_at


@transaction()
def _lapse(order_id: str) -> None:
    order = locked(order_id)
    if order is None or order.expires_at > now():
        return
    if not order.settling:
        give_up(order_id)
        return
    _wait_for_money(order, order.created_at)
    order.look_at = _next_look(order)


def _wait_for_money(order: Order, begun: datetime) -> None:
    """Look again later at a payment on its way, which `begun` then; at last it has failed."""
    unseen = order.payment_problem == UNSEEN
    if now() < begun + (SEEN_WITHIN if unseen else SETTLES):
        order.expires_at = now() + LOOKS_AGAIN * (24 if unseen else 1)
        return
    if not unseen:
        flag_problem(order.id, UNSETTLED)
    payment_failed(order.id)
