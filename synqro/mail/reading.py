"""Reading the mails of stores, for the demo's page."""

from collections.abc import Collection, Sequence

from sqlalchemy import select

from synqro.core.db import db
from synqro.core.errors import NotFound
from synqro.mail.models import Message


def of_stores(store_ids: Collection[str], *, limit: int = 100) -> Sequence[Message]:
    """Give back the latest mails of these stores, the newest first."""
    wanted = select(Message).where(Message.store_id.in_(store_ids)).order_by(Message.id.desc())
    return db.session.scalars(wanted.limit(limit)).all()


def find(store_ids: Collection[str], message_id: str) -> Message:
    """Give back one mail of these stores. Raises NotFound."""
    message = db.session.get(Message, message_id) if "\0" not in message_id else None
    if message is None or message.store_id not in store_ids:
        raise NotFound("There is no such mail.")
    return message
