"""Telling the owners that an endpoint fails or was disabled: once each, whatever is killed.

What is to be told stands on the endpoint's row until the mails stand in the outbox.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import select, update

from synqro import mail
from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.events.models import Endpoint, EndpointStatus

WARNINGS = ((2, timedelta(days=1)), (1, timedelta(hours=1)))
"""How many warnings there are after so long without a success, the longest first."""


@transaction()
def warn() -> None:
    """Note for the owners which endpoints have failed for an hour, or for a day, none held."""
    for count, length in WARNINGS:
        failing = update(Endpoint).where(
            Endpoint.status == EndpointStatus.ENABLED,
            ~Endpoint.held,
            Endpoint.failing_since <= now() - length,
            Endpoint.warned < count,
        )
        db.session.execute(
            failing.values(warned=count, untold="failing"),
            execution_options={"synchronize_session": False},
        )


def untold() -> Sequence[Endpoint]:
    """Give back the endpoints about which the owners must still be told something."""
    return db.session.scalars(select(Endpoint).where(Endpoint.untold.is_not(None))).all()


def untold_of(endpoint_id: str) -> Endpoint | None:
    """Give back the endpoint if its owners must still be told something about it."""
    wanted = select(Endpoint).where(Endpoint.id == endpoint_id, Endpoint.untold.is_not(None))
    return db.session.scalar(wanted)


@transaction()
def tell(endpoint_id: str, addresses: Iterable[str]) -> None:
    """Send what is to be told about an endpoint to `addresses`, unless that was done."""
    found = db.session.get(
        Endpoint, endpoint_id, with_for_update={"key_share": True}, populate_existing=True
    )
    if found is None or found.untold is None:
        return
    for address in addresses:
        mail.send(
            address,
            f"webhooks/{found.untold}",
            store_id=found.store_id,
            endpoint_id=found.id,
            reason=found.disabled_reason,
        )
    found.untold = None
