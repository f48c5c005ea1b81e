"""One store's unpaid orders looked after in one go, and which store is to be looked after."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import select

from synqro.agents import Problem, Report, longest_waiting
from synqro.core.clock import now
from synqro.core.db import db
from synqro.core.words import sentence, several
from synqro.orders.lapsing import PAGES, UNPAID_ONES, Round, ask, due, end, waiting_pages
from synqro.orders.models import Order, Status

AWAY = "payment_provider_error"
FREED = Problem(AWAY, "Stripe does not answer. The pieces were freed all the same.")
STUCK = Problem("order_not_ended", "Some orders could not be ended. They are tried again soon.")


class _State(NamedTuple):
    status: Status
    open_page: bool


def stores_to_sweep(skip: Collection[str] = frozenset(), limit: int = 50) -> list[str]:
    """Give back the ids of stores with an unpaid order whose time is over, or with a page that
    Stripe is to be asked about: the longest waiting first, none of `skip`.
    """
    at = now()
    places = (UNPAID_ONES, Order.expires_at), (UNPAID_ONES, Order.look_at), (PAGES, Order.look_at)
    due_ones = [(select(Order.id).where(which, when <= at), when) for which, when in places]
    return longest_waiting(Order.store_id, due_ones, skip, limit)


def sweep(store_id: str, limit: int = 50) -> Report:
    """End up to `limit` orders of a store whose time is over, and ask Stripe about as many pages.

    A page that Stripe does not answer for counts as skipped, and is due again: that is no
    failure, for a run that failed would hold the next one back, and the pieces with it.
    Network calls, outside any transaction.
    """
    lapsed = due(store_id, limit)
    waiting = [one for one in waiting_pages(store_id, limit) if one not in lapsed]
    seen = [*lapsed, *waiting]
    before = _states(seen)
    ended = end(lapsed)
    asked = ask(waiting) if ended.answers else Round(left=len(waiting), answers=False)
    after = _states(seen)
    moved = [(was, after[one]) for one, was in before.items() if after[one] != was]
    failed = ended.failed + asked.failed
    summary = _summary(moved)
    return Report(
        seen=len(seen),
        changed=len(moved),
        skipped=len(seen) - len(moved) - failed,
        failed=failed,
        summary=summary,
        problem=STUCK if failed else FREED if summary and not ended.answers else None,
    )


def _states(order_ids: Sequence[str]) -> dict[str, _State]:
    mine = select(Order.id, Order.status, Order.quote_id.is_not(None) & Order.look_at.is_not(None))
    found = db.session.execute(mine.where(Order.id.in_(order_ids)))
    return {order_id: _State(status, open_page) for order_id, status, open_page in found}


def _summary(moved: Sequence[tuple[_State, _State]]) -> str | None:
    freed = sum(became.status is Status.EXPIRED for _, became in moved)
    paid = sum(
        was.status is Status.AWAITING_PAYMENT and became.status is Status.PAID
        for was, became in moved
    )
    pages = len(moved) - freed - paid
    return sentence(
        freed and f"freed the pieces of {several(freed, 'checkout', 'checkouts')}",
        paid and f"found {several(paid, 'payment', 'payments')} that nobody told us of",
        pages and f"closed {several(pages, 'payment page', 'payment pages')}",
    )
