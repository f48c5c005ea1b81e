"""Rates and finished jobs as stored."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from synqro.core.db import Model


class Card(Model):
    """The rates of a store, as `Rates.packed` writes them, in one row."""

    __tablename__ = "costing_rates"

    store_id: Mapped[str] = mapped_column(ForeignKey("stores.id"), primary_key=True)
    document: Mapped[dict[str, Any]]
    person_id: Mapped[str | None]
    """Who saved them last."""
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Job(Model):
    """What one part of an order really took, all its pieces together.

    `volume` and `area` are of one piece, in thousandths of mm³ and mm², so that what the
    rates of today would have said can be worked out at any time.
    """

    __tablename__ = "costing_jobs"
    __table_args__ = (Index("ix_costing_jobs_store", "store_id", "machine_id", "at"),)

    order_id: Mapped[str] = mapped_column(primary_key=True)
    part: Mapped[str] = mapped_column(primary_key=True)
    """The id of the upload that was printed."""
    store_id: Mapped[str] = mapped_column(ForeignKey("stores.id"))
    name: Mapped[str]
    material: Mapped[str]
    machine_id: Mapped[str]
    quantity: Mapped[int]
    volume: Mapped[int] = mapped_column(BigInteger)
    area: Mapped[int] = mapped_column(BigInteger)
    milligrams: Mapped[int] = mapped_column(BigInteger)
    seconds: Mapped[int] = mapped_column(BigInteger)
    person_id: Mapped[str | None]
    at: Mapped[datetime]
