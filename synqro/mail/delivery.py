"""Sending what the outbox holds: at least once, twice only after a crash in between."""

import smtplib
from base64 import b64encode
from collections.abc import Callable, Sequence
from datetime import timedelta

from sqlalchemy import or_, select
from structlog import get_logger

from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.core.wiring import settings
from synqro.mail.letter import Letter, Undeliverable, as_message
from synqro.mail.models import Message, Status
from synqro.mail.transport import post, sender

log = get_logger()

# Waits between the tries, three days in all.
WAITS = [
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    *[timedelta(hours=12)] * 6,
]
GONE = 500


def deliver(message_id: str, write: Callable[[Message], Letter]) -> None:
    """Send one mail of the outbox if it is due, written by `write` from rows read now.

    Network and templates stand outside any transaction. A failure is written on the row
    and tried again later; the first try after a crash is the next of those.
    """
    message = _claim(message_id)
    if message is None:
        return
    try:
        letter = write(message)
        post(as_message(letter, message_id=message.id, sender=sender()))
    except Undeliverable as error:
        _failed(message_id, str(error), for_good=True)
    except Exception as error:
        # Whatever broke, in a template or on the wire: the mail stays due.
        log.warning("a mail did not go out", mail=message_id, error=repr(error))
        _failed(message_id, repr(error), for_good=_refused_for_good(error))
    else:
        _sent(message_id, letter)


def due(limit: int = 100) -> Sequence[str]:
    """Give back the ids of mails whose time has come, the longest waiting first."""
    waiting = (
        select(Message.id)
        .where(Message.status == Status.PENDING)
        # One that nobody has tried is due, even if the clock was put back since it was written.
        .where(or_(Message.next_at <= now(), Message.attempts == 0))
        .order_by(Message.next_at)
        .limit(limit)
    )
    return db.session.scalars(waiting).all()


@transaction()
def _claim(message_id: str) -> Message | None:
    message = db.session.get(Message, message_id, with_for_update=True, populate_existing=True)
    if message is None or message.status is not Status.PENDING:
        return None
    if message.attempts and message.next_at > now():
        return None
    message.next_at = now() + WAITS[min(message.attempts, len(WAITS) - 1)]
    message.attempts += 1
    db.session.flush()
    db.session.expunge(message)
    return message


@transaction()
def _sent(message_id: str, letter: Letter) -> None:
    message = db.session.get_one(Message, message_id, populate_existing=True)
    message.status = Status.SENT
    message.sent_at = now()
    message.error = None
    message.subject = letter.subject
    message.text, message.html = _kept(letter.text, letter), _kept(_shown(letter), letter)


@transaction()
def _failed(message_id: str, error: str, *, for_good: bool) -> None:
    message = db.session.get_one(Message, message_id, populate_existing=True)
    message.error = error[:500]
    if for_good or message.attempts > len(WAITS):
        message.status = Status.FAILED


def _shown(letter: Letter) -> str:
    """Give back the HTML as the demo shows it: with its pictures, which nobody else looks at."""
    html = letter.html
    for picture in letter.pictures if settings().demo else ():
        data = b64encode(picture.content).decode()
        html = html.replace(f"cid:{picture.name}", f"data:image/jpeg;base64,{data}")
    return html


def _kept(text: str, letter: Letter) -> str:
    # The demo shows its mails, links and all; elsewhere a copy must not open what it names.
    if settings().demo:
        return text
    for secret in letter.secrets:
        text = text.replace(secret, "…")
    return text


def _refused_for_good(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= GONE for code, _ in error.recipients.values())
    return False
