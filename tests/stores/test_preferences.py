"""How a person works is kept with the person."""

from synqro import stores
from synqro.core.db import db
from tests import makers


def kept() -> tuple[bool, bool]:
    db.session.expire_all()
    person = stores.by_email(makers.EMAIL)
    assert person
    return person.single_keys, person.next_after_sending


def test_both_are_on_until_they_are_turned_off(store: stores.Store) -> None:
    assert kept() == (True, True)
    person, other = stores.by_email(makers.EMAIL), makers.person("other@shop.example")
    assert person
    stores.save_preferences(person.id, single_keys=False, next_after_sending=True)
    assert kept() == (False, True)
    stores.save_preferences(person.id, single_keys=True, next_after_sending=False)
    assert kept() == (True, False)
    db.session.expire_all()
    assert other.single_keys and other.next_after_sending
