"""Asking for a mail in the transaction of the change that causes it."""

from typing import Any

from synqro.core.clock import now
from synqro.core.db import after_commit, db
from synqro.core.ids import new_id
from synqro.mail.models import Message, Status


def send(to: str, template: str, *, store_id: str | None, **facts: Any) -> Message:
    """Add a mail to the outbox; `jobs/mail.py` renders `templates/mail/<template>` from `facts`.

    Facts are ids and plain values, read fresh when the mail is written. Call it inside
    a transaction.
    """
    message = Message(
        id=new_id("mail"),
        store_id=store_id,
        to=to,
        template=template,
        facts=facts,
        status=Status.PENDING,
        attempts=0,
        next_at=now(),
        error=None,
        subject=None,
        text=None,
        html=None,
        created_at=now(),
        sent_at=None,
    )
    db.session.add(message)
    after_commit("mail.deliver", message.id)
    return message
