"""Payouts read back at Stripe and taken in: when an event tells of one, and now and then."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from structlog import get_logger

from synqro import orders, payments
from synqro.core.clock import now
from synqro.core.db import db
from synqro.core.errors import DomainError
from synqro.payments import Account, Payout, PayoutRow, Provider
from synqro.settlements import syncs
from synqro.settlements.carrying import OVER
from synqro.settlements.matching import moved, movements, named
from synqro.settlements.models import PayoutSync, Settlement, Source, Status
from synqro.settlements.settling import CAME_TO_NOTHING, KNOWN, lines_known, settle

log = get_logger()
BACK = timedelta(days=366)
CALLS = 120  # in a turn, about
PAGE = 100  # that a call to Stripe gives
CAUGHT_UP = 60  # payments that are read back for one payout
LOST = "Stripe no longer lets us in to this account."
REFUSED = "Stripe does not show the payouts of this account."
AWAY = "Stripe did not answer."


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


def sync(store_id: str, account_id: str) -> None:
    """Read what is new among the payouts of a store's account, and older ones until all of a
    year were read, if that is due. Network calls.

    Every payout counts by itself, so that a turn that was cut off goes on where it was.
    """
    mine = syncs.claim(store_id, account_id)
    if mine is None:
        return
    account = payments.account_of(store_id)
    if account is None or account.account_id != account_id:
        syncs.forget(store_id, account_id)
        return
    try:
        complete = _read(account, mine)
    except DomainError as error:
        log.warning("payouts could not be read", store=store_id, code=error.code)
        syncs.failed(mine, _why(error))
    else:
        syncs.read(store_id, account_id, complete=complete)


def _read(account: Account, mine: PayoutSync) -> bool:
    """Take a turn at an account; True once all older payouts were read."""
    provider, account_id, left = account.provider, account.account_id, CALLS
    cursor, complete, since = mine.cursor, mine.complete, now() - BACK
    if complete or cursor:
        newest, _ = payments.list_payouts(provider, account_id, created_since=since, limit=PAGE)
        for payout in _news(account.store_id, newest):
            left -= _look_at(account.store_id, payout)
    while not complete and left > 0:
        some, more = payments.list_payouts(
            provider, account_id, after=cursor, created_since=since, limit=PAGE
        )
        left -= 1
        news = {payout.id for payout in _news(account.store_id, some)}
        for payout in some:
            left -= _look_at(account.store_id, payout) if payout.id in news else 0
            cursor = payout.id
            syncs.read_up_to(account.store_id, account_id, cursor)
            if left <= 0:
                return not more and payout is some[-1]
        complete = not more
    return complete


def _news(store_id: str, payouts: Sequence[Payout]) -> list[Payout]:
    """Those of which something is not known here yet."""
    ids = [payout.id for payout in payouts]
    mine = select(Settlement).where(
        Settlement.store_id == store_id,
        Settlement.source == Source.STRIPE,
        Settlement.external_payout_id.in_(ids),
    )
    known = {row.external_payout_id: row for row in db.session.scalars(mine)}
    return [payout for payout in payouts if not _is_over(payout, known.get(payout.id))]


def _is_over(payout: Payout, row: Settlement | None) -> bool:
    if row is None or (payout.reconciled and row.reconciliation not in KNOWN):
        return False
    gone = payout.status in CAME_TO_NOTHING or payout.reversed_by
    return row.status in OVER if gone else row.status is not Status.PENDING


def _look_at(store_id: str, payout: Payout) -> int:
    """Take in one payout; gives back how many calls that took, about."""
    wanted = payout.reconciled and not lines_known(store_id, payout.id)
    rows = _rows(payout) if wanted else None
    _take_in(store_id, payout, rows)
    return 1 + len(rows or ()) // PAGE if wanted else 0


def _rows(payout: Payout) -> list[PayoutRow]:
    """Read what a payout is made of; once more where it does not add up, for that is final."""
    mine = payout.provider, payout.account_id, payout.id
    rows = payments.read_payout_rows(*mine)
    adds_up = sum(row.net for row in rows) == payout.amount + payout.fee
    return rows if adds_up else payments.read_payout_rows(*mine)


def _take_in(store_id: str, payout: Payout, rows: list[PayoutRow] | None) -> None:
    if rows and not lines_known(store_id, payout.id):
        _catch_up(store_id, payout, rows)
    settle(store_id, payout, rows)


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


def _why(error: DomainError) -> str:
    if isinstance(error, payments.AccountRefused):
        return LOST
    if isinstance(error, payments.Refused):
        return REFUSED
    return AWAY if isinstance(error, payments.PaymentProviderError) else str(error)
