"""A new password by mail: a link that works once and for an hour."""

from datetime import timedelta

from sqlalchemy import select, update

from synqro import mail
from synqro.core.clock import now
from synqro.core.crypto import fingerprint, new_token, seal
from synqro.core.db import db, transaction
from synqro.core.ids import new_id
from synqro.stores import passwords
from synqro.stores.errors import ResetExpired
from synqro.stores.lookup import of_person
from synqro.stores.models import PasswordReset, Person
from synqro.stores.people import by_email, set_password

VALID = timedelta(hours=1)
EXPIRED = "This link has been used or is older than an hour. Ask for a new one."


@transaction()
def ask_reset(email: str) -> None:
    """Mail a link for a new password to the person of this email; nobody else learns of it."""
    person = by_email(email)
    if person is None:
        return
    token = seal(new_reset(person))
    store = next((store.id for store in of_person(person.id)), None)
    mail.send(
        person.email,
        "stores/password_reset",
        store_id=store,
        person_id=person.id,
        sealed_token=token,
    )


def new_reset(person: Person) -> str:
    """Add a reset in the open transaction and give back its token."""
    token = new_token()
    db.session.add(
        PasswordReset(
            id=new_id("pwr"),
            person_id=person.id,
            token_hash=fingerprint(token),
            expires_at=now() + VALID,
            used_at=None,
        )
    )
    return token


def reset_of(token: str) -> Person:
    """Give back whose password a token may set; opening the link changes nothing.

    Raises ResetExpired.
    """
    wanted = select(PasswordReset).where(PasswordReset.token_hash == fingerprint(token))
    row = db.session.scalar(wanted)
    if row is None or row.used_at or row.expires_at <= now():
        raise ResetExpired(EXPIRED)
    return db.session.get_one(Person, row.person_id)


def reset_password(token: str, password: str) -> Person:
    """Set a new password with the token of a mail and end every session.

    Raises ResetExpired, Invalid.
    """
    person = reset_of(token)
    passwords.check(password, person.email, person.name)
    return _use(token, passwords.hashed(password))


@transaction()
def _use(token: str, password_hash: str) -> Person:
    at = now()
    person_id = db.session.scalar(
        update(PasswordReset)
        .where(
            PasswordReset.token_hash == fingerprint(token),
            PasswordReset.used_at.is_(None),
            PasswordReset.expires_at > at,
        )
        .values(used_at=at)
        .returning(PasswordReset.person_id)
    )
    if person_id is None:
        raise ResetExpired(EXPIRED)
    db.session.execute(
        update(PasswordReset)
        .where(PasswordReset.person_id == person_id, PasswordReset.used_at.is_(None))
        .values(used_at=at)
    )
    return set_password(person_id, password_hash)
