"""Payments that a customer contests at the bank: how they stand, and who has to answer."""

from synqro.core.clock import now
from synqro.core.db import db
from synqro.core.ids import new_id
from synqro.orders import announcing
from synqro.orders.entering import enter
from synqro.orders.ledger_models import Dispute, DisputeStatus, EntryKind
from synqro.orders.models import Order, Status, TimelineKind
from synqro.orders.noting import flag, tell
from synqro.payments import Movements, ToldDispute
from synqro.stores import Store

OPEN = (DisputeStatus.NEEDS_RESPONSE, DisputeStatus.UNDER_REVIEW)
# Stripe's reasons, https://docs.stripe.com/disputes/categories.
REASONS = {
    "bank_cannot_process": "the bank could not process it",
    "check_returned": "a cheque was returned",
    "credit_not_processed": "a refund they expected has not come",
    "customer_initiated": "they contested it themselves",
    "debit_not_authorized": "they did not authorise it",
    "duplicate": "they were charged twice",
    "fraudulent": "they say that they did not buy this",
    "general": "no reason was given",
    "incorrect_account_details": "the account details were wrong",
    "insufficient_funds": "their account was too low",
    "noncompliant": "it breaks a rule of the card network",
    "product_not_received": "they say that it has not arrived",
    "product_unacceptable": "they say that it is not as described",
    "subscription_canceled": "they say that they had cancelled it",
    "unrecognized": "they do not recognise it",
}
ENDS = {
    DisputeStatus.WON: "You won. The money is back.",
    DisputeStatus.LOST: "You lost. The money stays with the customer.",
    DisputeStatus.CLOSED: "The bank's question is settled. No money moved.",
}


ABOUT = "The customer's bank "


def speaks_of_dispute(problem: str) -> bool:
    """True where an order's `payment_problem` is a dispute that waits for an answer."""
    return problem.startswith(ABOUT)


def reason_in_words(reason: str) -> str:
    """Say why a customer contests a payment, as the end of a sentence."""
    return REASONS.get(reason, reason.replace("_", " "))


def follow_dispute(store: Store, order: Order, movements: Movements, told: ToldDispute) -> None:
    """Bring a dispute in line with what Stripe says; the order is locked by the caller.

    What was read before the row was last written changes no state: it is older news.
    """
    _move(order, movements, told)
    row = db.session.query(Dispute).filter_by(order_id=order.id, reference=told.id)
    dispute = row.populate_existing().one_or_none()
    if dispute and dispute.updated_at > movements.read_at:
        return
    was = (dispute.status, dispute.inquiry) if dispute else None
    if dispute is None:
        dispute = _new(order, movements, told)
    if not _changed(dispute, told) and was:
        return
    dispute.status, dispute.inquiry = DisputeStatus(told.status), told.inquiry
    dispute.amount, dispute.reason = told.amount, told.reason
    dispute.respond_by, dispute.updated_at = told.respond_by, max(now(), movements.read_at)
    _tell(store, order, dispute, was)


def _tell(
    store: Store, order: Order, dispute: Dispute, was: tuple[DisputeStatus, bool] | None
) -> None:
    amount, reason = order.money(dispute.amount), reason_in_words(dispute.reason)
    what = "asks about" if dispute.inquiry else "contests"
    say = f"{ABOUT}{what} {amount}: {reason}. Answer in Stripe's dashboard."
    opened = was is None or (was[1] and not dispute.inquiry and dispute.status in OPEN)
    if opened:
        tell(order, TimelineKind.DISPUTED, f"{amount}: {reason}")
    ended = dispute.status not in OPEN and (was is None or was[0] in OPEN)
    if ended:
        tell(order, TimelineKind.DISPUTE_ENDED, ENDS[dispute.status])
    if dispute.status is DisputeStatus.NEEDS_RESPONSE:
        if opened:
            order.payment_problem = say
    elif order.payment_problem and speaks_of_dispute(order.payment_problem):
        order.payment_problem = None
    if ended and dispute.status is DisputeStatus.WON and order.status is Status.CANCELLED:
        flag(order, f"You won {amount} back on an order that was cancelled. Refund it or keep it.")
    order.updated_at = now()
    db.session.flush()
    announcing.announce(store, order, "order.updated")
    if opened and not ended:
        announcing.mail_owners(store, order, "orders/disputed", dispute_id=dispute.id)


def _changed(dispute: Dispute, told: ToldDispute) -> bool:
    is_now = (
        dispute.status.value,
        dispute.inquiry,
        dispute.amount,
        dispute.reason,
        dispute.respond_by,
    )
    return is_now != (told.status, told.inquiry, told.amount, told.reason, told.respond_by)


def _move(order: Order, movements: Movements, told: ToldDispute) -> None:
    payment, account_id = movements.payment.id, movements.payment.account_id
    moved = {
        EntryKind.DISPUTE: order.money(-told.taken),
        EntryKind.DISPUTE_REVERSED: order.money(told.given_back),
    }
    for kind, money in moved.items():
        if money.amount:
            enter(order, kind, told.id, money, payment=payment, account_id=account_id)


def _new(order: Order, movements: Movements, told: ToldDispute) -> Dispute:
    dispute = Dispute(
        id=new_id("dsp"),
        store_id=order.store_id,
        order_id=order.id,
        payment=movements.payment.id,
        account_id=movements.payment.account_id,
        reference=told.id,
        amount=told.amount,
        currency=told.currency,
        reason=told.reason,
        status=DisputeStatus(told.status),
        inquiry=told.inquiry,
        respond_by=told.respond_by,
        created_at=now(),
        updated_at=now(),
    )
    db.session.add(dispute)
    return dispute
