"""How long tries took, and what each endpoint answered last, for lists."""

from collections.abc import Iterable

from sqlalchemy import select

from synqro.core.db import db
from synqro.events.models import Attempt, Delivery, Endpoint


def durations(found: Iterable[Delivery]) -> dict[str, int]:
    """Give back how many milliseconds the last try of each delivery took, by delivery id."""
    ids = [delivery.id for delivery in found if delivery.tried_at]
    if not ids:
        return {}
    tries = select(Attempt.delivery_id, Attempt.duration_ms).where(Attempt.delivery_id.in_(ids))
    return dict(db.session.execute(tries.order_by(Attempt.id)).all())


def last_tried(store_id: str) -> dict[str, Delivery]:
    """Give back the newest delivery of each endpoint that was tried, by endpoint id."""
    newest = (
        select(Delivery.id)
        .where(Delivery.endpoint_id == Endpoint.id, Delivery.tried_at.is_not(None))
        .order_by(Delivery.id.desc())
        .limit(1)
        .correlate(Endpoint)
        .scalar_subquery()
    )
    ids = select(newest).where(Endpoint.store_id == store_id, Endpoint.deleted_at.is_(None))
    found = db.session.scalars(select(Delivery).where(Delivery.id.in_(ids)))
    return {delivery.endpoint_id: delivery for delivery in found}
