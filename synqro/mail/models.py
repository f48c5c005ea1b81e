"""The outbox of mails."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from synqro.core.db import Id, Model, word


class Status(StrEnum):
    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"


class Message(Model):
    """A mail to send: `template` and `facts` (ids and plain values) say what it will read.

    What was sent is kept as it went out, in `subject`, `text` and `html`.
    """

    __tablename__ = "mail_messages"
    __table_args__ = (
        Index(
            "ix_mail_messages_due",
            "next_at",
            sqlite_where=text("status = 'pending'"),
            postgresql_where=text("status = 'pending'"),
        ),
        Index("ix_mail_messages_store", "store_id", "id"),
    )

    id: Mapped[Id]
    store_id: Mapped[str | None]
    to: Mapped[str]
    template: Mapped[str]
    facts: Mapped[dict[str, Any]]
    status: Mapped[Status] = mapped_column(word(Status))
    attempts: Mapped[int]
    next_at: Mapped[datetime]
    error: Mapped[str | None]
    subject: Mapped[str | None]
    text: Mapped[str | None]
    html: Mapped[str | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
