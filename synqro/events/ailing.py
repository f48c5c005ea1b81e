"""Which endpoints do not get what they are owed, for a query that asks for more."""

from sqlalchemy import ColumnElement, func, select

from synqro.events.models import Endpoint, EndpointStatus, Reason


def ailing_endpoints(
    store_id: str,
) -> tuple[ColumnElement[int], ColumnElement[int], ColumnElement[str]]:
    """Give back how many of the store's endpoints fail, how many were turned off by what they
    answered, and the id of one of both.
    """
    mine = (Endpoint.store_id == store_id, Endpoint.deleted_at.is_(None))
    on = Endpoint.status == EndpointStatus.ENABLED
    failing = on & Endpoint.failing_since.is_not(None)
    off = ~on & Endpoint.disabled_reason.in_((Reason.GONE, Reason.FAILING))
    some = select(func.min(Endpoint.id)).where(*mine, failing | off)
    return _count(*mine, failing), _count(*mine, off), some.scalar_subquery()


def _count(*which: ColumnElement[bool]) -> ColumnElement[int]:
    return select(func.count()).select_from(Endpoint).where(*which).scalar_subquery()
