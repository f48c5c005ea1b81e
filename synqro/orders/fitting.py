"""Whether money that came in is the money that its order asked for."""

from synqro import payments
from synqro.core.money import Money
from synqro.orders.models import Order


def why_not(
    order: Order, *, account_id: str, amount: int | None, currency: str, session_id: str
) -> str | None:
    """Say what is wrong with a payment, in a sentence for the merchant; None where it fits."""
    if not may_be_paid_on(order, account_id):
        return f"A payment for this order came in on another Stripe account ({session_id})."
    if currency == order.currency and amount in _asked(order):
        return None
    came = Money(amount or 0, currency)
    if order.deposit is None:
        total = order.money(order.total)
        return f"A payment of {came} came in, but the total is {total} ({session_id})."
    wanted = " or ".join(str(order.money(part)) for part in _asked(order))
    return f"A payment of {came} came in, but what was asked for is {wanted} ({session_id})."


def may_be_paid_on(order: Order, account_id: str) -> bool:
    """True for the account of the order's page; a quote's order may have had pages on others."""
    if account_id == order.session_account:
        return True
    return order.quote_id is not None and payments.was_paid_on(order.store_id, account_id)


def _asked(order: Order) -> list[int]:
    """What the order's pages ask for, in minor units; the balance only once it is paid."""
    if order.deposit is None:
        return [order.total]
    return [order.deposit, order.total - order.deposit][: 2 if order.paid_at else 1]
