"""Who does something to a shop, and what they are called."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from synqro.core.db import db
from synqro.stores.models import Person, SecretKey


@dataclass(frozen=True)
class By:
    """A person in the console, a program by its secret key, or nobody: Synqro itself."""

    person_id: str | None = None
    key_id: str | None = None


NOBODY = By()


def names_of(bys: Iterable[By]) -> dict[By, str]:
    """Give back what each is called: the person's name, or the key's; nobody is left out.

    Those that are gone are left out too. Two queries at most.
    """
    wanted = set(bys)
    people = _named(Person, {by.person_id for by in wanted})
    keys = _named(SecretKey, {by.key_id for by in wanted})
    found = {by: people.get(by.person_id or "") or keys.get(by.key_id or "") for by in wanted}
    return {by: name for by, name in found.items() if name}


def _named(kind: type[Person] | type[SecretKey], ids: set[str | None]) -> dict[str, str]:
    known = ids - {None}
    if not known:
        return {}
    found = db.session.execute(select(kind.id, kind.name).where(kind.id.in_(known)))
    return {id: name for id, name in found}
