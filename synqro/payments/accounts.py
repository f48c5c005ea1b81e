"""The account a store is paid on."""

from sqlalchemy import select

from synqro.core.db import db
from synqro.payments.models import Account
from synqro.payments.providers import provider_of
from synqro.stores import Store

CURRENT = select(Account).where(Account.disconnected_at.is_(None))


def account_of(store_id: str) -> Account | None:
    """Give back the connected account, ready or not; None before the first and after the last."""
    return db.session.scalar(CURRENT.where(Account.store_id == store_id))


def ready(store: Store) -> bool:
    """True where the store can be paid now."""
    return chargeable(store) is not None


def chargeable(store: Store) -> str | None:
    """Give back the id of the account that an order of this store is charged on now."""
    usable = select(Account.account_id).where(
        Account.store_id == store.id,
        Account.disconnected_at.is_(None),
        Account.ready,
        Account.provider == provider_of(store),
    )
    return db.session.scalar(usable)
