"""Giving money back: asked for in the ledger's books first, then at Stripe, until it answers."""

from datetime import timedelta

from sqlalchemy import select
from structlog import get_logger

from synqro import payments, stores
from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.orders.asking_back import LEASE, Pieces, ask
from synqro.orders.following_money import follow_money, look_later
from synqro.orders.giving_back import came_back, follow_refund
from synqro.orders.ledger_models import Refund, RefundStatus
from synqro.orders.models import Order, TimelineKind
from synqro.orders.noting import locked, tell
from synqro.payments import PaymentProviderError, PaymentsNotSetUp, RefundRefused, ToldRefund

log = get_logger()
WAITS = tuple(timedelta(seconds=s) for s in (15, 60, 300, 900, 3600, 6 * 3600))
GIVES_UP = timedelta(days=7)
UNANSWERED = "Stripe did not answer for a week. Look at the payment in Stripe's dashboard."


def refund(
    store_id: str,
    order_id: str,
    *,
    amount: int | None = None,
    restock: Pieces | bool = False,
    note: str | None = None,
    key: str | None = None,
    seen: int | None = None,
    person_id: str | None = None,
) -> Order:
    """Give back `amount` minor units, or all that is left, the newest payment first.

    `restock` says which pieces go back on the shelf with it ({variant id: how many}; True
    for all that were taken), `seen` what the asker saw as refundable; the same `key` goes
    on with the same refund. Network calls. Where Stripe does not answer the refund stays
    `requested` and is asked for again until it does.

    Raises OrderNotFound, NotRefundable, RefundChanged, Invalid (`amount`, `restock`), and
    RefundRefused where Stripe says no.
    """
    asked = ask(
        store_id,
        order_id,
        amount=amount,
        restock=restock,
        note=note,
        key=key,
        seen=seen,
        person_id=person_id,
    )
    return send_all(store_id, order_id, asked)


def send_all(store_id: str, order_id: str, refund_ids: list[str]) -> Order:
    """Ask Stripe for each refund and give back the order as it is then."""
    for refund_id in refund_ids:
        _send(refund_id)
    order = db.session.get_one(Order, order_id, populate_existing=True)
    mine = select(Refund).where(Refund.id.in_(refund_ids)).order_by(Refund.id)
    for row in db.session.scalars(mine.execution_options(populate_existing=True)):
        if row.status is RefundStatus.FAILED:
            raise RefundRefused(row.failure or "")
    return order


def due_refunds(limit: int = 50) -> list[str]:
    """Give back the ids of refunds that Stripe has to be asked for again."""
    waiting = select(Refund.id).where(
        Refund.status == RefundStatus.REQUESTED, Refund.next_at <= now()
    )
    return list(db.session.scalars(waiting.order_by(Refund.next_at).limit(limit)))


def send_refund(refund_id: str) -> None:
    """Ask Stripe again for a refund that is due. Network calls.

    The payment is read back first, for Stripe forgets idempotency keys after a day.
    """
    if _claim(refund_id) and _look(refund_id):
        _send(refund_id)


def _send(refund_id: str) -> None:
    row = db.session.get_one(Refund, refund_id, populate_existing=True)
    if row.status is not RefundStatus.REQUESTED:
        return
    provider = payments.provider_of(stores.by_id(row.store_id))
    try:
        if provider is None:
            raise PaymentsNotSetUp
        told = payments.create_refund(
            provider,
            row.account_id,
            payment_id=row.payment,
            amount=row.amount,
            currency=row.currency,
            refund_id=row.id,
            order_id=row.order_id,
        )
    except RefundRefused as error:
        if _look(refund_id):
            _fail(refund_id, str(error))
    except (PaymentProviderError, PaymentsNotSetUp) as error:
        log.warning("a refund waits for Stripe", refund_id=refund_id, code=error.code)
        _wait(refund_id)
    else:
        _made(refund_id, told)


def _look(refund_id: str) -> bool:
    """Read the payment back; True where the refund is still to be made, or to be refused."""
    row = db.session.get_one(Refund, refund_id, populate_existing=True)
    provider = payments.provider_of(stores.by_id(row.store_id))
    if provider is None:
        return True
    try:
        follow_money(payments.read_money(provider, row.account_id, row.payment))
    except (payments.Refused, PaymentsNotSetUp):
        return True
    except PaymentProviderError:
        _wait(refund_id)
        return False
    row = db.session.get_one(Refund, refund_id, populate_existing=True)
    return row.status is RefundStatus.REQUESTED


@transaction()
def _claim(refund_id: str) -> bool:
    row = _locked_row(refund_id)
    if row is None or row.status is not RefundStatus.REQUESTED or row.next_at > now():
        return False
    row.attempts += 1
    row.next_at = now() + LEASE
    return True


@transaction()
def _wait(refund_id: str) -> None:
    row = _locked_row(refund_id)
    if row is None or row.status is not RefundStatus.REQUESTED:
        return
    if row.created_at + GIVES_UP <= now():
        _fail(refund_id, UNANSWERED)
        return
    row.next_at = now() + WAITS[min(row.attempts - 1, len(WAITS) - 1)]
    if row.attempts == 1 and (order := locked(row.order_id)):
        amount = str(order.money(row.amount))
        tell(order, TimelineKind.REFUND_REQUESTED, amount, person_id=row.person_id)


@transaction()
def _made(refund_id: str, told: ToldRefund) -> None:
    row = _locked_row(refund_id)
    order = row and locked(row.order_id)
    if row and order:
        follow_refund(stores.by_id(order.store_id), order, row.payment, row.account_id, told)
        look_later(order)


@transaction()
def _fail(refund_id: str, say: str) -> None:
    row = _locked_row(refund_id)
    order = row and locked(row.order_id)
    if row and order and row.status is RefundStatus.REQUESTED:
        row.status, row.failure, row.updated_at = RefundStatus.FAILED, say, now()
        came_back(stores.by_id(order.store_id), order, row)


def _locked_row(refund_id: str) -> Refund | None:
    """Read a refund afresh, its order locked first, as everywhere."""
    row = db.session.get(Refund, refund_id)
    if row is None:
        return None
    locked(row.order_id)
    return db.session.get(Refund, refund_id, populate_existing=True)
