"""Orders that nobody pays, and those whose account is lost."""

from synqro import orders, payments
from synqro.core.queue import push
from synqro.jobs.job import job

BATCH = 50
READ = 20  # payments a minute, each in a job of its own
ROUNDS = 20
LOOKS = 100


@job
def expire_due() -> None:
    """Free the pieces of checkouts that nobody finished, batch after batch."""
    for _ in range(ROUNDS):
        if orders.expire_due(BATCH) < BATCH:
            break


@job
def look_at_waiting() -> None:
    """Ask Stripe about unpaid orders, for their events may be lost."""
    orders.look_at_waiting(LOOKS)


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
