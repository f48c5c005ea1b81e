"""Files of customers as stored: where they lie, what they hold, how long they are kept."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from synqro.core.db import Id, Model, word


class Status(StrEnum):
    RECEIVING = "receiving"
    READY = "ready"
    REFUSED = "refused"
    DELETED = "deleted"


class Upload(Model):
    """One file. While it arrives in pieces, `received` of `bytes` are there, one object each;
    once it is ready it is one object under `key`.

    `expires_at` is when it goes: a day after it came, or when the quote that holds it says;
    None while an open quote or order holds it.
    """

    __tablename__ = "uploads"
    __table_args__ = (
        Index("ix_uploads_store", "store_id", "created_at"),
        Index("ix_uploads_visitor", "store_id", "visitor", "created_at"),
        Index(
            "ix_uploads_due",
            "expires_at",
            sqlite_where=text("expires_at IS NOT NULL AND status <> 'deleted'"),
            postgresql_where=text("expires_at IS NOT NULL AND status <> 'deleted'"),
        ),
        CheckConstraint("bytes >= 0", name="bytes"),
    )

    id: Mapped[Id]
    store_id: Mapped[str] = mapped_column(ForeignKey("stores.id"))
    token_hash: Mapped[str] = mapped_column(unique=True)
    visitor: Mapped[str]
    """A fingerprint of who sent it, for quotas: no address is stored."""
    status: Mapped[Status] = mapped_column(word(Status))
    filename: Mapped[str]
    file_type: Mapped[str | None]
    """stl, 3mf, obj, pdf …: what its content says, known once all of it is there."""
    content_type: Mapped[str | None]
    bytes: Mapped[int]
    received: Mapped[int]
    pieces: Mapped[list[str]]
    """The keys of the pieces, in order."""
    key: Mapped[str | None]
    thumbnail_key: Mapped[str | None]
    mesh: Mapped[dict[str, Any] | None]
    """The facts of `mesh.Facts`, in the file's own units; None for what is no mesh."""
    refusal: Mapped[dict[str, Any] | None]
    """{code, message}: why a file that arrived in pieces was refused."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    held: Mapped[bool]
    """True once a quote has it: whoever sent it cannot take it back."""
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
