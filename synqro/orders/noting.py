"""What is written beside an order: its timeline, and payments that need a person's look."""

from sqlalchemy import Select, select

from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.core.ids import new_id
from synqro.orders.models import Happening, Order, TimelineKind
from synqro.orders.reading import find


@transaction()
def settle_problem(store_id: str, order_id: str, *, person_id: str | None = None) -> Order:
    """Take an order off the list of payments to look at. Raises OrderNotFound.

    The second time changes nothing.
    """
    order = find_locked(store_id, order_id)
    if order.payment_problem is None:
        return order
    order.payment_problem = None
    order.updated_at = now()
    tell(order, TimelineKind.PROBLEM_SETTLED, person_id=person_id)
    return order


@transaction()
def flag_problem(order_id: str, say: str) -> None:
    """Show the merchant a payment that needs a person's look; the same one only once."""
    order = locked(order_id)
    if order:
        flag(order, say)


def flag(order: Order, say: str) -> None:
    """Do the same for an order that is locked."""
    facts = {"order_id": order.id, "kind": TimelineKind.PAYMENT_PROBLEM, "text": say}
    if not db.session.query(Happening.id).filter_by(**facts).first():
        order.payment_problem = say
        order.updated_at = now()
        tell(order, TimelineKind.PAYMENT_PROBLEM, say)


def tell(
    order: Order, kind: TimelineKind, text: str | None = None, *, person_id: str | None = None
) -> Happening:
    """Add a row to the order's timeline."""
    row = Happening(
        id=new_id("hap"), order_id=order.id, kind=kind, text=text, person_id=person_id, at=now()
    )
    db.session.add(row)
    return row


def locked(order_id: str) -> Order | None:
    """Read an order afresh, and keep others from changing it until the transaction ends."""
    return db.session.scalars(_locking(order_id)).one_or_none()


def find_locked(store_id: str, order_id: str) -> Order:
    """Do the same for an order of this store. Raises OrderNotFound."""
    find(store_id, order_id)
    return db.session.scalars(_locking(order_id)).one()


def _locking(order_id: str) -> Select[Order]:
    # Not by `get`, which refuses an order that was read before and has changed since.
    mine = select(Order).where(Order.id == order_id).with_for_update()
    return mine.execution_options(populate_existing=True)
