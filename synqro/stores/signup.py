"""Signing up: a person and their first store; or, for someone known, another one."""

from synqro import mail
from synqro.core.crypto import seal
from synqro.core.db import db, transaction
from synqro.stores import passwords
from synqro.stores.errors import EmailTaken
from synqro.stores.lookup import of_person
from synqro.stores.models import Person
from synqro.stores.opening import Place, open_store
from synqro.stores.people import by_email, record_person
from synqro.stores.resets import new_reset


def sign_up(
    *, name: str, email: str, password: str, store_name: str, place: Place, demo: bool
) -> Person:
    """Open a store for a new person, and write them a welcome.

    An email that is known keeps its secret: with its password a further store is opened
    (or found, where one has this name already), so that who forgot the account gets in.
    With any other password EmailTaken is raised, and the owner of the address gets a mail
    with the ways in; the page then says no more than "check your mail". Raises Invalid for
    an obvious password or a currency that we cannot charge in.
    """
    passwords.check(password, email, name, store_name)
    known = by_email(email)
    if known is None:
        made = passwords.hashed(password)
        return _open(name, email, made, store_name=store_name, place=place, demo=demo)
    if not passwords.matches(known.password_hash, password):
        _point_the_way(known.id)
        raise EmailTaken("There is an account with this email.")
    if store_name not in {store.name for store in of_person(known.id)}:
        open_store(known, name=store_name, place=place, demo=demo)
    return known


@transaction()
def _open(
    name: str, email: str, password_hash: str, *, store_name: str, place: Place, demo: bool
) -> Person:
    person = record_person(name=name, email=email, password_hash=password_hash)
    opened = open_store(person, name=store_name, place=place, demo=demo)
    mail.send(person.email, "stores/welcome", store_id=opened.store.id, person_id=person.id)
    return person


@transaction()
def _point_the_way(person_id: str) -> None:
    person = db.session.get_one(Person, person_id)
    token = seal(new_reset(person))
    store = next((store.id for store in of_person(person.id)), None)
    mail.send(person.email, "stores/known", store_id=store, person_id=person.id, sealed_token=token)
