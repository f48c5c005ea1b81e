"""Payouts read back at Stripe and taken in: when an event tells of one, and now and then."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from structlog import get_logger

from synqro import orders, payments
from synqro.agents import Report
from synqro.core.clock import now
from synqro.core.db import db
from synqro.core.errors import DomainError
from synqro.payments import Account, Payout, PayoutRow, Provider
from synqro.settlements import syncs
from synqro.settlements.carrying import OVER
from synqro.settlements.matching import moved, movements, named
from synqro.settlements.models import PayoutSync, Settlement, Source, Status
from synqro.settlements.settling import CAME_TO_NOTHING, KNOWN, lines_known, settle
from synqro.settlements.turning import Known, Turn, known_of, problem_of

log = get_logger()
BACK = timedelta(days=366)
CALLS = 120  # in a turn, about
PAGE = 100  # that a call to Stripe gives
CAUGHT_UP = 60  # payments that are read back for one payout


def follow_payout(provider: Provider, account_id: str, payout_id: str) -> None:
    """Read a payout back, and settle it in every store that is paid on the account.

    Network calls. Raises PaymentProviderError, NotThere, AccountRefused.
    """
    store_ids = payments.stores_on(provider, account_id)
    if not store_ids:
        return
    payout = payments.read_payout(provider, account_id, payout_id)
    lacking = not all(lines_known(store_id, payout_id) for store_id in store_ids)
    rows = _rows(payout) if payout.reconciled and lacking else None
    for store_id in store_ids:
        _take_in(store_id, payout, rows)


def sync(store_id: str, account_id: str) -> Report:
    """Read what is new among the payouts of a store's account, and older ones until all of a
    year were read, if that is due. Network calls.

    Every payout counts by itself, so that a turn that was cut off goes on where it was. Where
    the store's automation is paused nobody calls this; what Stripe's own event tells of a
    payout is settled all the same, by `follow_payout`.
    """
    mine = syncs.claim(store_id, account_id)
    if mine is None:
        return Report()
    account = payments.account_of(store_id)
    if account is None or account.account_id != account_id:
        syncs.forget(store_id, account_id)
        return Report()
    turn = Turn(CALLS)
    try:
        complete = _read(account, mine, turn)
    except DomainError as error:
        log.warning("payouts could not be read", store=store_id, code=error.code)
        problem = problem_of(error)
        syncs.failed(mine, problem.message)
        return turn.report(problem)
    syncs.read(store_id, account_id, complete=complete)
    return turn.report()


def sync_now(store_id: str) -> Report:
    """Do the same for the account that a store is paid on, due or not. Network calls."""
    account = payments.account_of(store_id)
    if account is None:
        return Report()
    syncs.make_due(store_id, account.account_id)
    return sync(store_id, account.account_id)


def _read(account: Account, mine: PayoutSync, turn: Turn) -> bool:
    """Take a turn at an account; True once all older payouts were read."""
    provider, account_id = account.provider, account.account_id
    cursor, complete, since = mine.cursor, mine.complete, now() - BACK
    if complete or cursor:
        newest, _ = payments.list_payouts(provider, account_id, created_since=since, limit=PAGE)
        for payout, was in _news(account.store_id, newest, turn).values():
            _look_at(account.store_id, payout, was, turn)
    while not complete and turn.left > 0:
        some, more = payments.list_payouts(
            provider, account_id, after=cursor, created_since=since, limit=PAGE
        )
        turn.left -= 1
        news = _news(account.store_id, some, turn)
        for payout in some:
            if payout.id in news:
                _look_at(account.store_id, *news[payout.id], turn)
            cursor = payout.id
            syncs.read_up_to(account.store_id, account_id, cursor)
            if turn.left <= 0:
                return not more and payout is some[-1]
        complete = not more
    return complete


def _news(
    store_id: str, payouts: Sequence[Payout], turn: Turn
) -> dict[str, tuple[Payout, Known | None]]:
    """Those of which something is not known here yet, by id, each with what is known of it."""
    turn.seen += len(payouts)
    mine = select(Settlement).where(
        Settlement.store_id == store_id,
        Settlement.source == Source.STRIPE,
        Settlement.external_payout_id.in_([payout.id for payout in payouts]),
    )
    rows = {row.external_payout_id: row for row in db.session.scalars(mine)}
    return {
        payout.id: (payout, known_of(rows.get(payout.id)))
        for payout in payouts
        if not _is_over(payout, rows.get(payout.id))
    }


def _is_over(payout: Payout, row: Settlement | None) -> bool:
    if row is None or (payout.reconciled and row.reconciliation not in KNOWN):
        return False
    gone = payout.status in CAME_TO_NOTHING or payout.reversed_by
    return row.status in OVER if gone else row.status is not Status.PENDING


def _look_at(store_id: str, payout: Payout, was: Known | None, turn: Turn) -> None:
    """Take in one payout, and count that, and the calls that it took, about."""
    wanted = payout.reconciled and not lines_known(store_id, payout.id)
    rows = _rows(payout) if wanted else None
    row = _take_in(store_id, payout, rows)
    turn.left -= 1 + len(rows or ()) // PAGE if wanted else 0
    turn.count(was, known_of(row))


def _rows(payout: Payout) -> list[PayoutRow]:
    """Read what a payout is made of; once more where it does not add up, for that is final."""
    mine = payout.provider, payout.account_id, payout.id
    rows = payments.read_payout_rows(*mine)
    adds_up = sum(row.net for row in rows) == payout.amount + payout.fee
    return rows if adds_up else payments.read_payout_rows(*mine)


def _take_in(store_id: str, payout: Payout, rows: list[PayoutRow] | None) -> Settlement:
    if rows and not lines_known(store_id, payout.id):
        _catch_up(store_id, payout, rows)
    return settle(store_id, payout, rows)


def _catch_up(store_id: str, payout: Payout, rows: list[PayoutRow]) -> None:
    """Bring the ledger up to what the payout holds, for an event may be late or lost."""
    told = list(movements(map(moved, rows)))
    behind = orders.behind(store_id, payout.account_id, told, named(rows))
    for payment in behind[:CAUGHT_UP]:
        try:
            orders.follow_money(payments.read_money(payout.provider, payout.account_id, payment))
        except (payments.Refused, payments.AccountRefused) as error:
            log.warning("a payment cannot be read", payment=payment, code=error.code)
        except payments.PaymentProviderError:
            raise
        except DomainError as error:
            log.warning("a payment could not be followed", payment=payment, code=error.code)
