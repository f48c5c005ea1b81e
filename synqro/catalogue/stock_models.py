"""Every change of a count, and the files that counts were read from."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from synqro.core.db import Id, Model, word


class MoveKind(StrEnum):
    """Why a count changed."""

    OPENED = "opened"  # the variant was made with it
    COUNTED = "counted"  # somebody has counted; also from or to "not counted"
    RECEIVED = "received"  # pieces came in
    CORRECTED = "corrected"  # pieces were found, or lost, broken, given away
    SOLD = "sold"  # an order was paid
    RETURNED = "returned"  # an order's pieces were put back
    UNDONE = "undone"  # another move was taken back


class Move(Model):
    """One change of a variant's `stock`, from `before` to `after`; None is "not counted".

    Only ever added to. `number` counts the moves of the variant without a gap, and each
    begins where the one before it has ended.
    """

    __tablename__ = "stock_moves"
    __table_args__ = (
        UniqueConstraint("variant_id", "number", name="uq_stock_moves_number"),
        Index("ix_stock_moves_store", "store_id", "id"),
        Index(
            "uq_stock_moves_undoes",
            "undoes",
            unique=True,
            sqlite_where=text("undoes IS NOT NULL"),
            postgresql_where=text("undoes IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    store_id: Mapped[str] = mapped_column(ForeignKey("stores.id"))
    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"))
    variant_id: Mapped[str] = mapped_column(ForeignKey("variants.id"))
    number: Mapped[int]
    kind: Mapped[MoveKind] = mapped_column(word(MoveKind))
    before: Mapped[int | None]
    after: Mapped[int | None]
    reason: Mapped[str | None]
    """Of a correction: the word for why, as in `damaged`."""
    note: Mapped[str | None]
    """What the person wrote beside it."""
    order_id: Mapped[str | None]
    person_id: Mapped[str | None]
    key_id: Mapped[str | None]
    """The secret key, where a program did it."""
    import_id: Mapped[str | None]
    undoes: Mapped[str | None]
    """The move that this one took back."""
    created_at: Mapped[datetime]

    @property
    def change(self) -> int | None:
        """How many pieces came (or, below zero, went); None from or to "not counted"."""
        if self.before is None or self.after is None:
            return None
        return self.after - self.before


class ImportStatus(StrEnum):
    READING = "reading"  # nobody finds it yet
    READY = "ready"  # read and shown, nothing applied
    APPLYING = "applying"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"
    DISCARDED = "discarded"  # nobody finds it any more, and its rows are being deleted


# Not at rest: gone on with where a worker died. Word for word in the index and in queries.
UNDER_WAY = text("status IN ('reading', 'applying', 'undoing', 'discarded')")


class StockImport(Model):
    """A file of counts as it was read, before and after it was applied.

    Its rows are written and changed in many small transactions; `status` says how far it is.
    """

    __tablename__ = "stock_imports"
    __table_args__ = (
        Index("ix_stock_imports_store", "store_id", "id"),
        Index(
            "ix_stock_imports_under_way",
            "id",
            sqlite_where=UNDER_WAY,
            postgresql_where=UNDER_WAY,
        ),
    )

    id: Mapped[Id]
    store_id: Mapped[str] = mapped_column(ForeignKey("stores.id"))
    person_id: Mapped[str | None]
    """Who brought the file."""
    filename: Mapped[str]
    ignored: Mapped[list[str]]
    """The names of the columns that were not read."""
    status: Mapped[ImportStatus] = mapped_column(word(ImportStatus))
    rows: Mapped[int]
    changes: Mapped[int]
    """How many rows were to change something when the file was read."""
    wrong: Mapped[int]
    """How many rows could not be understood."""
    created_at: Mapped[datetime]
    applied_by: Mapped[str | None]
    """The person who has said so."""
    applied_at: Mapped[datetime | None]
    """When the last row was worked on."""
    undone_by: Mapped[str | None]
    undone_at: Mapped[datetime | None]
    """When the last row was taken back, or was not."""
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Outcome(StrEnum):
    """What a row means, and what became of it."""

    CHANGE = "change"  # will change a count
    SAME = "same"  # says what is there already
    WRONG = "wrong"  # cannot be understood; `message` says why
    APPLIED = "applied"
    SKIPPED = "skipped"  # not applied after all; `message` says why
    UNDONE = "undone"  # applied, and taken back
    KEPT = "kept"  # applied, and could not be taken back; `message` says why


class ImportRow(Model):
    """A line of such a file, by its number in it (the header is line 1)."""

    __tablename__ = "stock_import_rows"
    __table_args__ = (Index("ix_stock_import_rows_outcome", "import_id", "outcome", "line"),)

    import_id: Mapped[str] = mapped_column(ForeignKey("stock_imports.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str]
    title: Mapped[str | None]
    """What the variant is called, where it was found."""
    variant_id: Mapped[str | None]
    said: Mapped[str]
    """The number as it stands in the file."""
    adds: Mapped[bool]
    """True where the number is pieces that came in, not a count."""
    wanted: Mapped[int | None]
    was: Mapped[int | None]
    """The count when the file was read."""
    outcome: Mapped[Outcome] = mapped_column(word(Outcome))
    low: Mapped[bool]
    """True where the last move of this row has made the variant low."""
    message: Mapped[str | None]
