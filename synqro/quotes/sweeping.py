"""What the clock does with one store's quotes, and which store has something due."""

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import Select, select

from synqro.agents import Problem, Report, longest_waiting
from synqro.core.clock import now
from synqro.core.words import sentence, several
from synqro.quotes.drafting import KEPT, of_ended, purge_drafts
from synqro.quotes.lapsing import (
    PRICED,
    TO_REMIND,
    WITH_FILES,
    Round,
    end_prices,
    let_go,
    remind,
)
from synqro.quotes.models import Draft, Quote

BATCH = 50
ROUNDS = 20
STUCK = Problem("quote_left", "Some quotes were left as they are. They are tried again soon.")


def stores_to_follow_up(skip: Collection[str] = frozenset(), limit: int = 50) -> list[str]:
    """Give back the ids of stores with a price whose last day is over, or a customer to remind:
    the longest waiting first, none of `skip`.
    """
    ends = _due(PRICED, Quote.expires_at)
    places = ends, _due(TO_REMIND, Quote.remind_at)
    return longest_waiting(Quote.store_id, places, skip, limit)


def follow_up(store_id: str) -> Report:
    """End the prices of a store whose last day is over, and remind customers of those that end
    soon.
    """
    ended, reminded = _all(end_prices, store_id), _all(remind, store_id)
    return _report(
        ended.plus(reminded),
        reminded.changed and f"wrote to {several(reminded.changed, 'customer', 'customers')}",
        ended.changed and f"{several(ended.changed, 'price', 'prices')} ended",
    )


def stores_to_clear(skip: Collection[str] = frozenset(), limit: int = 50) -> list[str]:
    """Give back the ids of stores with files of ended quotes to let go, or old drafts to forget:
    the longest waiting first, none of `skip`.
    """
    drafts = of_ended(now() - KEPT), Draft.saved_at
    places = _due(WITH_FILES, Quote.files_at), drafts
    return longest_waiting(Quote.store_id, places, skip, limit)


def clear(store_id: str) -> Report:
    """Give the files of a store's ended quotes their last day, and forget old drafts of them.

    The files themselves are removed by `uploads.purge_of`.
    """
    let = _all(let_go, store_id)
    drafts = _all(_purge_drafts, store_id)
    return _report(
        let.plus(drafts),
        let.changed and f"let the files of {several(let.changed, 'quote', 'quotes')} go",
        drafts.changed and f"forgot {several(drafts.changed, 'old draft', 'old drafts')}",
    )


def _due(which: Any, when: Any) -> tuple[Select[Any], Any]:
    return select(Quote.id).where(which, when <= now()), when


def _all(sweep: Callable[[str, int], Round], store_id: str) -> Round:
    whole = Round()
    for _ in range(ROUNDS):
        one = sweep(store_id, BATCH)
        whole = whole.plus(one)
        if one.seen < BATCH or one.failed:
            break
    return whole


def _purge_drafts(store_id: str, limit: int) -> Round:
    count = purge_drafts(store_id, limit)
    return Round(count, count)


def _report(done: Round, *said: object) -> Report:
    return Report(
        seen=done.seen,
        changed=done.changed,
        skipped=done.seen - done.changed - done.failed,
        failed=done.failed,
        summary=sentence(*said),
        problem=STUCK if done.failed else None,
    )
