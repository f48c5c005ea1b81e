"""Finding the store that a key, an id or a person speaks for.

Rows come back detached, so that a store read at the start of a request outlives
the transactions that follow.
"""

from sqlalchemy import Select, select

from synqro.core.clock import now
from synqro.core.crypto import fingerprint
from synqro.core.db import db
from synqro.stores.errors import InvalidKey, StoreNotFound
from synqro.stores.models import Membership, SecretKey, Store


def by_id(store_id: str) -> Store:
    """Give back a store. Raises StoreNotFound."""
    store = _one(select(Store).where(Store.id == store_id))
    if store is None:
        raise StoreNotFound(f"No store {store_id}.")
    return store


def by_publishable_key(key: str) -> Store:
    """Give back the store of an sf_… key. Raises InvalidKey."""
    store = _one(select(Store).where(Store.publishable_key == key)) if "\0" not in key else None
    if store is None:
        raise InvalidKey("This key belongs to no shop. Copy it again from the Storefront page.")
    return store


def by_secret_key(key: str) -> tuple[Store, SecretKey]:
    """Give back the store of an sk_… key, and the key's row. Raises InvalidKey."""
    row = db.session.scalar(select(SecretKey).where(SecretKey.hash == fingerprint(key)))
    if row is None or row.revoked_at or (row.expires_at and row.expires_at <= now()):
        raise InvalidKey("This key is unknown, revoked or expired.")
    db.session.expunge(row)
    return by_id(row.store_id), row


def of_person(person_id: str) -> list[Store]:
    """Give back the live stores a person belongs to, the oldest first."""
    mine = (
        select(Store)
        .join(Membership, Membership.store_id == Store.id)
        .where(Membership.person_id == person_id)
        .order_by(Store.id)
    )
    found = list(db.session.scalars(mine))
    for store in found:
        db.session.expunge(store)
    return found


def all_stores() -> list[Store]:
    """Give back every store of this deployment, the oldest first."""
    return list(db.session.scalars(select(Store).order_by(Store.id)))


def _one(wanted: Select[Store]) -> Store | None:
    store = db.session.scalar(wanted)
    if store is not None and store not in db.session.dirty:
        db.session.expunge(store)
    return store
