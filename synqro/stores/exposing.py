"""A secret key where everybody can read it: written down, and its owners are told."""

from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from structlog import get_logger

from synqro import mail
from synqro.core.clock import now
from synqro.core.crypto import fingerprint
from synqro.core.db import db, transaction
from synqro.stores.keys import NOTED, expired
from synqro.stores.lookup import by_id
from synqro.stores.models import SecretKey
from synqro.stores.people import owners

log = get_logger()


def note_exposed(secret: str) -> None:
    """Note, to the minute, that an sk_… key was sent to the storefront.

    The owners get a mail, once in a day of their shop. Nothing tells the caller whether there
    is such a key: whatever goes wrong here is only logged.
    """
    try:
        found = db.session.scalar(select(SecretKey).where(SecretKey.hash == fingerprint(secret)))
        if found is not None and _news(found):
            _note(found.id)
    except SQLAlchemyError as error:
        log.warning("an exposed key was not noted", error=str(error))


def _news(key: SecretKey) -> bool:
    long_ago = key.exposed_at is None or key.exposed_at <= now() - NOTED
    return long_ago and key.revoked_at is None and not expired(key)


@transaction()
def _note(key_id: str) -> None:
    key = db.session.get_one(SecretKey, key_id, with_for_update=True, populate_existing=True)
    if not _news(key):
        return
    zone = ZoneInfo(by_id(key.store_id).timezone)
    before, at = key.exposed_at, now()
    key.exposed_at = at
    log.warning("a secret key was exposed", key_id=key.id, store_id=key.store_id)
    if before is not None and before.astimezone(zone).date() == at.astimezone(zone).date():
        return
    for owner in owners(key.store_id):
        mail.send(owner.email, "stores/key_exposed", store_id=key.store_id, key_id=key.id)
