"""What tells whether a store can be paid, as one column."""

from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, String, cast, select

from synqro.payments.models import Account


def account_stamp(store_id: ScalarSelect[Any]) -> ColumnElement[Any]:
    """Give back a column that changes whenever the store's connected account does."""
    table = Account.__table__.c
    words = table.account_id + cast(table.provider, String) + cast(table.ready, String)
    connected = (table.store_id == store_id) & table.disconnected_at.is_(None)
    return select(words).where(connected).scalar_subquery()
