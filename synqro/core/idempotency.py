"""Stored answers per (store, method, path, key): a repeated POST is answered, not repeated."""

from datetime import datetime, timedelta

from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from synqro.core.db import Model

KEPT = timedelta(hours=24)
CLAIMED = timedelta(seconds=60)


class StoredAnswer(Model):
    """`status` and `answer` (sealed) are None while the first request is still running."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index("ix_idempotency_keys_created", "created_at"),)

    store_id: Mapped[str] = mapped_column(primary_key=True)
    method: Mapped[str] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    claim: Mapped[str]
    claimed_at: Mapped[datetime]
    status: Mapped[int | None]
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
