"""Whether a store can be paid, for a query that asks for more."""

from sqlalchemy import Boolean, ColumnElement, cast, null, select

from synqro.payments.models import Account
from synqro.payments.providers import provider_of
from synqro.stores import Store


def can_charge(store: Store) -> ColumnElement[bool]:
    """Give back whether the store's account may be charged on now, NULL where none is connected."""
    provider = provider_of(store)
    if provider is None:
        return cast(null(), Boolean)
    mine = (Account.store_id == store.id, Account.disconnected_at.is_(None))
    here = select(Account.ready).where(*mine, Account.provider == provider)
    return here.limit(1).scalar_subquery()
