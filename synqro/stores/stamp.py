"""One cheap statement that tells whether anything public of a store has changed."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, bindparam, select

from synqro.stores.models import Store

Part = Callable[[ScalarSelect[Any]], ColumnElement[Any]]


def stamped(*parts: Part) -> Select[Any]:
    """Give back a statement whose row changes with what the store of `key` shows.

    Each of `parts` adds another room's column for the id of that store. Built once, run
    with {"key": …}; no row means no such store.
    """
    table = Store.__table__.c
    mine = table.publishable_key == bindparam("key")
    store_id = select(table.id).where(mine).scalar_subquery()
    return select(table.id, table.version, *(part(store_id) for part in parts)).where(mine)
