"""Secret keys for /v1: shown once, stored as fingerprints."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from synqro.core.clock import now
from synqro.core.crypto import fingerprint, new_key
from synqro.core.db import db, transaction
from synqro.core.errors import fields_error
from synqro.core.ids import new_id
from synqro.stores.errors import KeyNotFound, TooManyKeys
from synqro.stores.lookup import by_id
from synqro.stores.models import SecretKey

ALL_SCOPES = "*"
RESOURCES = (
    "store", "products", "listings", "orders", "quotes", "repricer", "agents", "webhooks",
    "events", "settlements",
)  # fmt: skip
SCOPES = tuple(f"{resource}:{right}" for resource in RESOURCES for right in ("read", "write"))
NOTED = timedelta(minutes=1)  # how exact `last_used_at` is
MOST = 50  # keys of one store that work
LONGEST_NAME = 80
SHOWN = timedelta(days=30)  # how long a key that works no more is still spoken of


@transaction()
def create_key(
    store_id: str,
    *,
    name: str,
    scopes: Sequence[str] = (ALL_SCOPES,),
    expires_at: datetime | None = None,
) -> tuple[SecretKey, str]:
    """Make a secret key for /v1 and give it back beside its row: it is shown this once.

    Raises StoreNotFound, TooManyKeys, Invalid naming each of `name`, `scopes` and
    `expires_at` that is wrong.
    """
    store = by_id(store_id)
    name = " ".join(name.replace("\0", "").split())
    if wrong := _wrong(name, scopes, expires_at):
        raise fields_error(wrong)
    if (db.session.scalar(select(func.count()).where(_works(store_id))) or 0) >= MOST:
        raise TooManyKeys(f"A shop has at most {MOST} keys. Revoke one that is not used.")
    secret = new_key(f"sk_{store.mode}_")
    row = SecretKey(
        id=new_id("key"),
        store_id=store.id,
        name=name,
        hash=fingerprint(secret),
        hint=f"sk_{store.mode}_…{secret[-4:]}",
        scopes=_tidy(scopes),
        created_at=now(),
        last_used_at=None,
        expires_at=expires_at,
        revoked_at=None,
        exposed_at=None,
    )
    db.session.add(row)
    return row, secret


def keys(store_id: str) -> Sequence[SecretKey]:
    """Give back the keys of a store, the newest first; those that expired for a month more."""
    wanted = select(SecretKey).where(
        SecretKey.store_id == store_id,
        SecretKey.revoked_at.is_(None),
        or_(SecretKey.expires_at.is_(None), SecretKey.expires_at > now() - SHOWN),
    )
    return db.session.scalars(wanted.order_by(SecretKey.id.desc())).all()


def known_keys(store_id: str) -> Sequence[SecretKey]:
    """Give back all keys that the log of calls may speak of, by name: revoked ones too."""
    wanted = select(SecretKey).where(
        SecretKey.store_id == store_id,
        or_(SecretKey.revoked_at.is_(None), SecretKey.revoked_at > now() - SHOWN),
        or_(SecretKey.expires_at.is_(None), SecretKey.expires_at > now() - SHOWN),
    )
    return db.session.scalars(wanted.order_by(SecretKey.name, SecretKey.id)).all()


def key(store_id: str, key_id: str) -> SecretKey:
    """Give back a key of the store, revoked or not. Raises KeyNotFound."""
    found = db.session.get(SecretKey, key_id) if "\0" not in key_id else None
    if found is None or found.store_id != store_id:
        raise KeyNotFound("There is no such key.")
    return found


@transaction()
def revoke_key(store_id: str, key_id: str) -> SecretKey:
    """End a key, from the next call on; once more changes nothing. Raises KeyNotFound."""
    found = key(store_id, key_id)
    mine = update(SecretKey).where(SecretKey.id == found.id, SecretKey.revoked_at.is_(None))
    db.session.execute(mine.values(revoked_at=now()))
    db.session.refresh(found)
    return found


def expired(key: SecretKey) -> bool:
    """Say whether a key's time is over."""
    return key.expires_at is not None and key.expires_at <= now()


def note_use(key: SecretKey) -> None:
    """Remember that a key is in use, to the minute."""
    at = now()
    if key.last_used_at is not None and key.last_used_at > at - NOTED:
        return
    before = or_(SecretKey.last_used_at.is_(None), SecretKey.last_used_at <= at - NOTED)
    with transaction():
        mine = update(SecretKey).where(SecretKey.id == key.id, before)
        db.session.execute(mine.values(last_used_at=at))


def _works(store_id: str) -> ColumnElement[bool]:
    unexpired = or_(SecretKey.expires_at.is_(None), SecretKey.expires_at > now())
    return and_(SecretKey.store_id == store_id, SecretKey.revoked_at.is_(None), unexpired)


def _tidy(scopes: Sequence[str]) -> list[str]:
    if ALL_SCOPES in scopes:
        return [ALL_SCOPES]
    return [scope for scope in SCOPES if scope in scopes]


def _wrong(name: str, scopes: Sequence[str], expires_at: datetime | None) -> list[dict[str, Any]]:
    wrong: list[tuple[str, str, str]] = []
    if not name:
        wrong.append(("name", "required", "Give it a name, like Label printer."))
    elif len(name) > LONGEST_NAME:
        wrong.append(("name", "too_long", f"Use at most {LONGEST_NAME} characters."))
    unknown = [scope for scope in scopes if scope not in (*SCOPES, ALL_SCOPES)]
    if unknown:
        say = f"No such scope: {', '.join(unknown)[:200]}. Use {', '.join(SCOPES)}, or all."
        wrong.append(("scopes", "unknown_scope", say))
    elif not scopes:
        wrong.append(("scopes", "required", "Allow at least one thing, or everything."))
    if expires_at is not None and expires_at <= now():
        wrong.append(("expires_at", "in_the_past", "Choose a day from today on."))
    return [{"field": field, "code": code, "message": say} for field, code, say in wrong]
