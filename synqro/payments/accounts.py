"""The accounts a store is paid on, as we keep them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.exc import IntegrityError

from synqro.core.clock import now
from synqro.core.db import after_commit, db, transaction
from synqro.payments.models import Account, Link, Provider
from synqro.payments.providers import provider_of
from synqro.stores import Store

LATELY = timedelta(hours=1)
CHARGEABLE = select(Account.account_id).where(
    Account.store_id == bindparam("store"),
    Account.disconnected_at.is_(None),
    Account.ready,
    Account.provider == bindparam("provider"),
)


@dataclass(frozen=True)
class State:
    """How an account stands at Stripe; `closed` means that it will never be charged again.

    `missing` is in plain words, `reason` Stripe's word for why it may not be charged on.
    """

    ready: bool
    missing: list[str]
    closed: bool
    reason: str | None = None


def account_of(store_id: str) -> Account | None:
    """Give back the connected account, ready or not; None where there is none."""
    return db.session.scalar(
        select(Account).where(Account.store_id == store_id, Account.disconnected_at.is_(None))
    )


def ready(store: Store) -> bool:
    """True where the store can be paid now."""
    return chargeable(store) is not None


def chargeable(store: Store) -> str | None:
    """Give back the id of the account that an order of this store is charged on now."""
    provider = provider_of(store)
    if provider is None:
        return None
    return db.session.scalar(CHARGEABLE, {"store": store.id, "provider": provider})


def known(provider: Provider, account_id: str) -> bool:
    """True for an account of any store, connected now or before."""
    mine = select(Account.store_id).where(
        Account.account_id == account_id, Account.provider == provider
    )
    return db.session.scalar(mine.limit(1)) is not None


def last_of(store_id: str, provider: Provider) -> Account | None:
    """Give back the account that a store was connected to last at `provider`."""
    mine = select(Account).where(Account.store_id == store_id, Account.provider == provider)
    return db.session.scalar(mine.order_by(Account.connected_at.desc()).limit(1))


def how_many(store_id: str) -> int:
    """Count the accounts that a store ever had."""
    return len(db.session.scalars(select(Account.account_id).filter_by(store_id=store_id)).all())


def was_paid_on(store_id: str, account_id: str) -> bool:
    """True for the account that a store is connected to, and those it was before."""
    return db.session.get(Account, (store_id, account_id)) is not None


def link_of(provider: Provider, account_id: str) -> Link | None:
    """Give back how an account came to us; where stores differ, OAuth."""
    mine = select(Account.link).where(
        Account.account_id == account_id, Account.provider == provider
    )
    found = set(db.session.scalars(mine))
    return Link.OAUTH if Link.OAUTH in found else next(iter(found), None)


def stores_on(provider: Provider, account_id: str) -> list[str]:
    """Give back the ids of the stores that are paid on an account."""
    return [account.store_id for account in _connected(provider, account_id)]


def adopt(
    store_id: str,
    provider: Provider,
    account_id: str,
    state: State,
    link: Link = Link.ONBOARDING,
) -> Account:
    """Make this the store's connected account, in place of any other."""
    try:
        return _adopt(store_id, provider, account_id, state, link)
    except IntegrityError:  # another click has just written it
        return _adopt(store_id, provider, account_id, state, link)


@transaction()
def _adopt(store_id: str, provider: Provider, account_id: str, state: State, link: Link) -> Account:
    current = account_of(store_id)
    if current and current.account_id != account_id:
        _end(current, lost=False)
        db.session.flush()
    account = db.session.get(Account, (store_id, account_id), populate_existing=True)
    if account is None:
        account = Account(
            store_id=store_id, account_id=account_id, provider=provider, connected_at=now()
        )
        account.ready = False
        db.session.add(account)
    elif account.disconnected_at:
        account.connected_at = now()
    account.link = link
    account.disconnected_at, account.lost, account.leaving = None, False, False
    _write(account, state)
    return account


@transaction()
def note(provider: Provider, account_id: str, state: State) -> None:
    """Write down how an account stands, for every store that is paid on it."""
    for account in _connected(provider, account_id):
        _write(account, state)
        if state.closed:
            _end(account, lost=True)


@transaction()
def forget_account(provider: Provider, account_id: str, *, since: datetime | None = None) -> None:
    """Stop charging an account that Stripe took from us; its row stays, for its late money.

    `since` is when it was lost: a connection made after that second stands.
    """
    for account in _connected(provider, account_id):
        if since is None or account.connected_at.replace(microsecond=0) <= since:
            _end(account, lost=True)


@transaction()
def leave(store_id: str) -> Account | None:
    """Stop charging a store's account at once, for the merchant wants it so."""
    account = account_of(store_id)
    if account:
        _end(account, lost=False)
    return account


def lately_closed() -> list[str]:
    """Give back the accounts that may still have open pages which nobody should pay on.

    Pages live half an hour; those that Stripe was away for are asked for again and again.
    """
    lately = now() - LATELY
    over = or_(
        Account.leaving,
        Account.disconnected_at > lately,
        and_(~Account.ready, Account.disconnected_at.is_(None), Account.checked_at > lately),
    )
    return list(db.session.scalars(select(Account.account_id).where(over).distinct()))


def _connected(provider: Provider, account_id: str) -> list[Account]:
    mine = select(Account).where(
        Account.account_id == account_id,
        Account.provider == provider,
        Account.disconnected_at.is_(None),
    )
    return list(db.session.scalars(mine.with_for_update()))


def _write(account: Account, state: State) -> None:
    before, after = account.ready, state.ready and not state.closed
    account.ready, account.missing, account.reason = after, state.missing, state.reason
    account.checked_at = now()
    if after and account.ready_since is None:
        account.ready_since = now()
    if before and not after:
        after_commit("orders.close_checkouts", account.account_id)


def _end(account: Account, *, lost: bool) -> None:
    account.disconnected_at, account.ready, account.lost = now(), False, lost
    others = [a for a in _connected(account.provider, account.account_id) if a is not account]
    account.leaving = account.link is Link.OAUTH and not lost and not others
    after_commit("orders.close_checkouts", account.account_id)
