"""Secret keys for /v1: shown once, stored as fingerprints."""

from datetime import timedelta

from sqlalchemy import or_, update

from synqro.core.clock import now
from synqro.core.crypto import fingerprint, new_key
from synqro.core.db import db, transaction
from synqro.core.ids import new_id
from synqro.stores.lookup import by_id
from synqro.stores.models import SecretKey

ALL_SCOPES = "*"
RESOURCES = (
    "store", "products", "listings", "orders", "quotes", "repricer", "agents", "webhooks",
    "events", "settlements",
)  # fmt: skip
SCOPES = tuple(f"{resource}:{right}" for resource in RESOURCES for right in ("read", "write"))
NOTED = timedelta(minutes=1)  # how exact `last_used_at` is


@transaction()
def create_key(
    store_id: str, *, name: str, scopes: tuple[str, ...] = (ALL_SCOPES,)
) -> tuple[SecretKey, str]:
    """Make a secret key for /v1 and give it back beside its row: it is shown this once.

    Raises StoreNotFound.
    """
    store = by_id(store_id)
    secret = new_key(f"sk_{store.mode}_")
    row = SecretKey(
        id=new_id("key"),
        store_id=store.id,
        name=name,
        hash=fingerprint(secret),
        hint=f"{secret[:12]}…{secret[-4:]}",
        scopes=list(scopes),
        created_at=now(),
        last_used_at=None,
        expires_at=None,
        revoked_at=None,
        exposed_at=None,
    )
    db.session.add(row)
    return row, secret


def note_use(key: SecretKey) -> None:
    """Remember that a key is in use, to the minute."""
    at = now()
    if key.last_used_at is not None and key.last_used_at > at - NOTED:
        return
    before = or_(SecretKey.last_used_at.is_(None), SecretKey.last_used_at <= at - NOTED)
    with transaction():
        mine = update(SecretKey).where(SecretKey.id == key.id, before)
        db.session.execute(mine.values(last_used_at=at))
