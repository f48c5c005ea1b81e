"""What Stripe says about an order's money, and what that makes of the order."""

from datetime import timedelta

from synqro import catalogue, payments, stores
from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.core.money import Money
from synqro.orders.announcing import announce, announce_paid
from synqro.orders.attempting import end_attempt
from synqro.orders.books import amount_due, balance_due
from synqro.orders.entering import enter
from synqro.orders.errors import OrderNotFound
from synqro.orders.fitting import why_not
from synqro.orders.ledger_models import EntryKind
from synqro.orders.listening import Change, tell_followers
from synqro.orders.models import Order, Status, TimelineKind
from synqro.orders.noting import flag, flag_problem, locked, tell
from synqro.orders.worklist import leaves_on
from synqro.payments import Session

UNPAID = (Status.AWAITING_PAYMENT, Status.EXPIRED)
TO_MAKE = (Status.PAID, Status.IN_PROGRESS, Status.SHIPPED)
LOOKS_AGAIN = timedelta(hours=1)
FEE_IS_LATE = timedelta(minutes=10)


def follow(session: Session) -> None:
    """Make of the session's order what the session says, in whatever order news arrives.

    `session` was read back from Stripe. One of an account, amount or currency that is not
    the order's never makes it paid: it is shown to the merchant. One of another mode, and
    one without an order of ours, is ignored.
    """
    known = session.order_id and db.session.get(Order, session.order_id, populate_existing=True)
    order = known or None
    if order is None or not _same_mode(order, session):
        return
    problem = _mismatch(order, session)
    if session.payment_status == "paid":
        if problem:
            flag_problem(order.id, problem)
        else:
            mark_paid(
                order.id,
                reference=session.payment_id,
                amount=session.amount or 0,
                currency=session.currency,
                account_id=session.account_id,
                session_id=session.id,
            )
    elif problem or session.id != (order.session_id or session.id):
        return
    elif session.status == "expired":
        give_up(order.id, session_id=session.id)
    elif session.payment_failed:
        payment_failed(order.id, session_id=session.id)
    elif session.status == "complete":
        mark_settling(order.id, session_id=session.id, account_id=session.account_id)


@transaction()
def mark_paid(
    order_id: str,
    *,
    reference: str,
    amount: int,
    currency: str,
    account_id: str | None = None,
    session_id: str | None = None,
) -> Order:
    """Record money for an order, by its provider's `reference`, and move it to the queue.

    Its balance, where a deposit came first, is recorded the same way. `account_id` is the
    Stripe account it came in on, that of the order's page where it is not given, and
    `session_id` the page. Money has moved by now: nothing refuses but an unknown id
    (OrderNotFound). A repeat changes nothing; a payment that nobody asked for is kept and
    shown to the merchant.
    """
    order = locked(order_id)
    if order is None:
        raise OrderNotFound("There is no such order.")
    money, account_id = Money(amount, currency), account_id or order.session_account
    became = _paid_for(order, amount)
    payment = EntryKind.PAYMENT, reference, money
    surplus = became is Change.LATE_MONEY
    if not enter(order, *payment, payment=reference, account_id=account_id, surplus=surplus):
        return order
    order.money_look_at = now() + FEE_IS_LATE
    if order.quote_id and (session_id or not surplus):
        end_attempt(order, session_id)  # nobody is sent to a page that was paid on
    if became is Change.PAID:
        _enters_the_queue(order, money)
    elif became is Change.BALANCE_PAID:
        order.settling, order.updated_at = False, now()
        tell(order, TimelineKind.BALANCE_PAID, str(money))
        db.session.flush()
        announce(stores.by_id(order.store_id), order, "order.updated")
    else:
        flag(order, _unwanted(order, reference, money))
    tell_followers(order, became)
    return order


@transaction()
def mark_settling(
    order_id: str, *, session_id: str | None = None, account_id: str | None = None
) -> None:
    """Keep the hold of an order whose payment was made and is not settled yet.

    `session_id` and `account_id` name the page that it was made on.
    """
    order = locked(order_id)
    if order is None or order.settling:
        return
    if order.quote_id:
        if not amount_due(order):
            return
        order.session_id = session_id or order.session_id
        order.session_account = account_id or order.session_account
        order.look_at = now() + LOOKS_AGAIN
    elif order.status is not Status.AWAITING_PAYMENT:
        return
    order.settling = True
    order.expires_at = now() + LOOKS_AGAIN
    order.updated_at = now()
    tell(order, TimelineKind.PAYMENT_STARTED)


@transaction()
def payment_failed(order_id: str, *, session_id: str | None = None) -> None:
    """Free the pieces of an order whose payment was made and then failed.

    One made from a quote stays payable, on the next page; `session_id` names the one that
    failed.
    """
    order = locked(order_id)
    if order is None:
        return
    if order.quote_id is None:
        _end(order, TimelineKind.PAYMENT_FAILED)
    elif (session_id or order.settling) and end_attempt(order, session_id):
        tell(order, TimelineKind.PAYMENT_FAILED)
        tell_followers(order, Change.PAYMENT_FAILED)


@transaction()
def give_up(order_id: str, *, session_id: str | None = None) -> None:
    """Let an unpaid order expire and free its pieces; not while a payment is on its way.

    One made from a quote only loses its page, or the one that `session_id` names.
    """
    order = locked(order_id)
    if order is None or order.settling:
        return
    if order.quote_id is None:
        _end(order, TimelineKind.EXPIRED)
    elif order.look_at is not None:
        end_attempt(order, session_id)


def _paid_for(order: Order, amount: int) -> Change:
    """Say what an amount (minor units) that came in makes of the order."""
    if order.status in UNPAID:
        return Change.PAID
    if order.status in TO_MAKE and amount == balance_due(order):
        return Change.BALANCE_PAID
    return Change.LATE_MONEY


def _enters_the_queue(order: Order, money: Money) -> None:
    store = stores.steady(order.store_id)
    if order.quote_id is None:
        lapsed = order.status is Status.EXPIRED
        taken = catalogue.stock.take if lapsed else catalogue.stock.commit
        order.oversold = not taken(store, order.id)
    order.status, order.settling = Status.PAID, False
    order.paid_at = order.updated_at = now()
    order.ship_by = leaves_on(order.paid_at, order.lead_time_days, store.timezone)
    tell(order, TimelineKind.PAID, str(money) if order.deposit is not None else None)
    db.session.flush()
    announce_paid(store, order, paid=money.amount)


def _unwanted(order: Order, reference: str, money: Money) -> str:
    if order.status is Status.CANCELLED:
        return f"{money} came in after this order was cancelled ({reference}). Refund it."
    return f"Another payment of {money} came in ({reference}). Look at it."


def _same_mode(order: Order, session: Session) -> bool:
    store = stores.by_id(order.store_id)
    served = payments.provider_of(store) is session.provider
    return served and session.livemode == payments.livemode(session.provider)


def _mismatch(order: Order, session: Session) -> str | None:
    return why_not(
        order,
        account_id=session.account_id,
        amount=session.amount,
        currency=session.currency,
        session_id=session.id,
    )


def _end(order: Order, kind: TimelineKind) -> None:
    if order.status is not Status.AWAITING_PAYMENT:
        return
    order.status, order.settling = Status.EXPIRED, False
    order.updated_at = now()
    catalogue.stock.release(order.id)
    tell(order, kind)
