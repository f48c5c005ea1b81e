"""Who did something, as the console's pages say it."""

from collections.abc import Iterable, Mapping

from flask import g
from flask_babel import gettext as _

from synqro import stores
from synqro.stores import By


def names_of(bys: Iterable[By]) -> dict[By, str]:
    """Give back what each is called. Whoever looks is known: most shops are run by one person."""
    return {g.by: g.person.name, **stores.names_of(set(bys) - {g.by})}


def who(by: By, names: Mapping[By, str]) -> str:
    """Name a person or a key, or say that it is gone; "" for nobody."""
    name = names.get(by)
    if by.key_id:
        return str(_("Key “%(name)s”", name=name) if name else _("A key that is gone"))
    return name or (str(_("Someone who is gone")) if by.person_id else "")
