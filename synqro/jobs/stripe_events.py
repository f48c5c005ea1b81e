"""Stripe's events: each is read, its session or account asked for afresh, and followed."""

from time import monotonic

from structlog import get_logger

from synqro import orders, payments, settlements
from synqro.core.db import db
from synqro.core.errors import DomainError
from synqro.jobs.job import job
from synqro.payments import Facts, StripeEvent

log = get_logger()
TURN = 4.0  # seconds

SESSION_EVENTS = frozenset(
    f"checkout.session.{what}"
    for what in ("completed", "async_payment_succeeded", "async_payment_failed", "expired")
)
MONEY_EVENTS = ("charge.refund", "charge.updated", "charge.dispute.", "refund.")
DEAUTHORISED = ("account.application.deauthorized", "v2.core.account.closed")


@job
def work(event_id: str) -> None:
    """Work on one event, unless it is done or another worker has it."""
    event = payments.claim(event_id)
    if event is None:
        return
    try:
        _follow(event, payments.read(event))
    except DomainError as error:
        # It is due again later, and the reason stands in its row.
        log.warning("stripe event waits", stripe_event=event_id, code=error.code)
        payments.failed(event_id, f"{error.code}: {error}")
    else:
        payments.done(event_id)


@job
def sweep() -> None:
    """Work on what is due and whose job was lost or failed, for as long as one turn lasts.

    Here and now: bells for a long backlog would stand in the queue when the next sweep rings.
    """
    end = monotonic() + TURN
    due = payments.due_events()
    db.session.rollback()  # no read stays open meanwhile
    for event_id in due:
        if monotonic() > end:
            break
        try:
            work(event_id)
        except Exception:  # it is due again later, and must not keep the others waiting
            log.exception("a stripe event stumbled", stripe_event=event_id)


@job
def forget() -> None:
    """Drop events that were done long ago."""
    payments.forget_old()


def _follow(event: StripeEvent, said: Facts) -> None:
    if event.type in SESSION_EVENTS and said.order_id:
        _follow_session(event, said)
    elif event.type.startswith(MONEY_EVENTS):
        _follow_money(event, said)
    elif event.type.startswith("payout."):
        _follow_payout(event, said)
    elif event.type in DEAUTHORISED:
        payments.forget_account(event.provider, said.account_id, since=said.created)
    elif event.type == "account.updated" or event.type.startswith("v2.core.account"):
        payments.refresh(event.provider, said.account_id)


def _follow_session(event: StripeEvent, said: Facts) -> None:
    try:
        session = payments.read_session(event.provider, said.account_id, said.object_id)
    except (payments.NotThere, payments.AccountRefused):
        log.warning("stripe shows no session", stripe_event=event.id, session=said.object_id)
        return
    orders.follow(session)


def _follow_money(event: StripeEvent, said: Facts) -> None:
    payment_id, order_id = payments.payment_of(event)
    if payment_id is None or not orders.knows_payment(said.account_id, payment_id, order_id):
        return
    try:
        movements = payments.read_money(event.provider, said.account_id, payment_id)
    except (payments.NotThere, payments.AccountRefused):
        log.warning("stripe shows no payment", stripe_event=event.id, payment=payment_id)
        return
    orders.follow_money(movements)


def _follow_payout(event: StripeEvent, said: Facts) -> None:
    try:
        settlements.follow_payout(event.provider, said.account_id, said.object_id)
    except (payments.NotThere, payments.AccountRefused):
        log.warning("stripe shows no payout", stripe_event=event.id, payout=said.object_id)
