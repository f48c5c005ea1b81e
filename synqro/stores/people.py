"""People: who they are, whose stores they see, and how they prove it."""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError

from synqro.core.clock import now
from synqro.core.crypto import new_token
from synqro.core.db import db, transaction
from synqro.core.errors import field_error
from synqro.core.ids import new_id
from synqro.stores import passwords
from synqro.stores.errors import EmailTaken, WrongPassword
from synqro.stores.models import Membership, Person, Store

MISMATCH = "Email and password don’t match."


@dataclass(frozen=True)
class Presence:
    """A signed-in person beside their stores: the live ones and their twins, oldest first."""

    person: Person
    stores: list[Store]


def add_person(*, name: str, email: str, password: str, vouched: bool = False) -> Person:
    """Record someone who may sign in. Raises EmailTaken, Invalid for an obvious password.

    Where an operator has `vouched` for the password, it may be as they like.
    """
    if not vouched:
        passwords.check(password, email, name)
    return record_person(name=name, email=email, password_hash=passwords.hashed(password))


@transaction()
def record_person(*, name: str, email: str, password_hash: str) -> Person:
    """Add a person whose password is hashed already. Raises EmailTaken."""
    person = Person(
        id=new_id("per"),
        name=name,
        email=address(email),
        password_hash=password_hash,
        session_key=new_token(),
        single_keys=True,
        next_after_sending=True,
        created_at=now(),
    )
    db.session.add(person)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise EmailTaken("There is an account with this email.") from error
    return person


def person(person_id: str) -> Person | None:
    """Give back a person, None where there is nobody of this id."""
    return db.session.get(Person, person_id)


def by_email(email: str) -> Person | None:
    return db.session.scalar(select(Person).where(Person.email == address(email)))


def presence(person_id: str, session_key: str) -> Presence | None:
    """Give back who is signed in with this session, and their stores, in one query.

    None once the password has changed, for the session key changes with it.
    """
    mine = (
        select(Person, Store)
        .outerjoin(Membership, Membership.person_id == Person.id)
        .outerjoin(
            Store, or_(Store.id == Membership.store_id, Store.twin_id == Membership.store_id)
        )
        .where(Person.id == person_id, Person.session_key == session_key)
        .order_by(Store.id)
    )
    rows = db.session.execute(mine).all()
    if not rows:
        return None
    found = Presence(rows[0][0], [store for _, store in rows if store is not None])
    for row in (found.person, *found.stores):
        db.session.expunge(row)
    return found


def owners(store_id: str) -> list[Person]:
    """Give back the people of a live store or a twin, the oldest first."""
    live = select(Store.twin_id).where(Store.id == store_id, Store.mode == "test")
    mine = (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(or_(Membership.store_id == store_id, Membership.store_id.in_(live)))
        .order_by(Person.id)
    )
    return list(db.session.scalars(mine))


def authenticate(email: str, password: str) -> Person:
    """Give back the person with this email and password. Raises WrongPassword.

    Takes as long for an email that nobody has.
    """
    found = by_email(email)
    if not passwords.matches(found.password_hash if found else None, password) or not found:
        raise WrongPassword(MISMATCH)
    if passwords.outdated(found.password_hash):
        _rehash(found.id, passwords.hashed(password))
    return found


def change_password(person_id: str, old: str, new: str) -> Person:
    """Set a new password and end every session. Raises Invalid, also for a wrong old one."""
    found = person(person_id)
    if not found or not passwords.matches(found.password_hash, old):
        raise field_error("old", "wrong_password", "That is not your password of today.")
    passwords.check(new, found.email, found.name, field="new")
    return set_password(person_id, passwords.hashed(new))


@transaction()
def set_password(person_id: str, password_hash: str) -> Person:
    """Store a new hash and a new session key."""
    found = db.session.get_one(Person, person_id, populate_existing=True)
    found.password_hash = password_hash
    found.session_key = new_token()
    return found


@transaction()
def save_preferences(person_id: str, *, single_keys: bool, next_after_sending: bool) -> Person:
    """Keep how a person works: by keys pressed alone or not, and with the next quote at once."""
    found = db.session.get_one(Person, person_id, populate_existing=True)
    found.single_keys = single_keys
    found.next_after_sending = next_after_sending
    return found


@transaction()
def _rehash(person_id: str, password_hash: str) -> None:
    db.session.get_one(Person, person_id).password_hash = password_hash


def address(email: str) -> str:
    """Give back an email as it is compared and stored."""
    return email.strip().lower()
