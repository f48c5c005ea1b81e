"""The accounts a store is paid on, as we keep them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError

from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.payments.models import Account, Provider
from synqro.payments.providers import provider_of
from synqro.stores import Store

CHARGEABLE = select(Account.account_id).where(
    Account.store_id == bindparam("store"),
    Account.disconnected_at.is_(None),
    Account.ready,
    Account.provider == bindparam("provider"),
)


@dataclass(frozen=True)
class State:
    """How an account stands at Stripe; `closed` means that it will never be charged again."""

    ready: bool
    missing: list[str]
    closed: bool


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


def adopt(store_id: str, provider: Provider, account_id: str, state: State) -> Account:
    """Make this the store's connected account, in place of any other."""
    try:
        return _adopt(store_id, provider, account_id, state)
    except IntegrityError:  # another click has just written it
        return _adopt(store_id, provider, account_id, state)


@transaction()
def _adopt(store_id: str, provider: Provider, account_id: str, state: State) -> Account:
    current = account_of(store_id)
    if current and current.account_id != account_id:
        current.disconnected_at, current.ready = now(), False
        db.session.flush()
    account = db.session.get(Account, (store_id, account_id))
    if account is None:
        account = Account(
            store_id=store_id, account_id=account_id, provider=provider, connected_at=now()
        )
        db.session.add(account)
    elif account.disconnected_at:
        account.connected_at = now()
    account.disconnected_at = None
    _write(account, state)
    return account


@transaction()
def note(provider: Provider, account_id: str, state: State) -> None:
    """Write down how an account stands, for every store that is paid on it."""
    for account in _connected(provider, account_id):
        _write(account, state)
        if state.closed:
            account.disconnected_at = now()


@transaction()
def forget_account(provider: Provider, account_id: str, *, since: datetime | None = None) -> None:
    """Stop charging an account at once; its row stays, for money that is still on the way.

    `since` is when it was lost: a connection made after that second stands.
    """
    for account in _connected(provider, account_id):
        if since is None or account.connected_at.replace(microsecond=0) <= since:
            account.disconnected_at, account.ready = now(), False


def _connected(provider: Provider, account_id: str) -> list[Account]:
    mine = select(Account).where(
        Account.account_id == account_id,
        Account.provider == provider,
        Account.disconnected_at.is_(None),
    )
    return list(db.session.scalars(mine.with_for_update()))


def _write(account: Account, state: State) -> None:
    account.ready = state.ready and not state.closed
    account.missing = state.missing
    account.checked_at = now()
