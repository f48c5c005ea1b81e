"""Money that moves later: refunds, payments read back, and what a lost account leaves open."""

from synqro import orders, payments
from synqro.core.queue import push
from synqro.jobs.job import job

READ = 20  # payments a minute, each in a job of its own


@job
def send_refunds() -> None:
    """Ring for every refund that Stripe has not answered."""
    for refund_id in orders.due_refunds():
        push("orders.send_refund", refund_id)


@job
def send_refund(refund_id: str) -> None:
    """Ask Stripe again for one refund, if it is due."""
    orders.send_refund(refund_id)


@job
def look_after_money() -> None:
    """Ring for payments to be read back, for events about them may be lost."""
    for order_id in orders.due_looks(READ):
        push("orders.look_at_money", order_id)


@job
def look_at_money(order_id: str) -> None:
    """Read the payments of one order back, if that is due."""
    orders.look_at_money(order_id)


@job
def close_checkouts(account_id: str) -> None:
    """Close the open pages of a lost account, and then let go of it at Stripe."""
    if not orders.close_checkouts(account_id):
        payments.give_back(account_id)


@job
def close_lost() -> None:
    """Go on closing what Stripe was away for."""
    for account_id in payments.lately_closed():
        close_checkouts(account_id)
