"""The merchant as stored: a store and its test twin, the people, their keys."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from synqro.core.db import Id, Model, word


class Mode(StrEnum):
    LIVE = "live"
    TEST = "test"


class ThemeMode(StrEnum):
    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


class Store(Model):
    """One shop in one mode. A live store and its test twin point at each other."""

    __tablename__ = "stores"
    __table_args__ = (
        CheckConstraint("tax_rate_bp >= 0 AND tax_rate_bp <= 10000", name="tax_rate_bp"),
    )

    id: Mapped[Id]
    mode: Mapped[Mode] = mapped_column(word(Mode))
    twin_id: Mapped[str] = mapped_column(index=True)
    demo: Mapped[bool]
    name: Mapped[str]
    currency: Mapped[str]
    country: Mapped[str]
    locale: Mapped[str]
    timezone: Mapped[str]
    publishable_key: Mapped[str] = mapped_column(unique=True)
    ordering_enabled: Mapped[bool]
    closed_message: Mapped[str | None]
    shipping_options: Mapped[list[dict[str, Any]]]
    """[{id, name, price (minor units), countries [ISO 3166-1 alpha-2], empty: everywhere}]"""
    address_required: Mapped[bool]
    allowed_domains: Mapped[list[str]]
    terms_url: Mapped[str | None]
    privacy_url: Mapped[str | None]
    tax_rate_bp: Mapped[int]
    tax_label: Mapped[str | None]
    tax_included: Mapped[bool]
    theme_mode: Mapped[ThemeMode] = mapped_column(word(ThemeMode))
    brand_color: Mapped[str]
    radius: Mapped[int]
    low_stock_threshold: Mapped[int]
    quotes_enabled: Mapped[bool]
    quote_materials: Mapped[list[dict[str, Any]]]
    """[{name, colors [name]}]"""
    quote_expires_after_days: Mapped[int]
    quote_deposit_bp: Mapped[int]
    quote_lead_time_days: Mapped[int | None]
    quote_retention_days: Mapped[int]
    """How long the files of a quote are kept after it has ended."""
    max_upload_bytes: Mapped[int]
    build_volume_mm: Mapped[list[int] | None]
    """Width, depth and height of the largest part that can be made."""
    embedded_at: Mapped[datetime | None]
    """When its people said that the widget stands on their page."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Person(Model):
    """Someone who signs in. `session_key` changes with the password and ends old sessions."""

    __tablename__ = "people"

    id: Mapped[Id]
    name: Mapped[str]
    email: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    session_key: Mapped[str]
    single_keys: Mapped[bool]
    """Whether the console listens to keys pressed alone (WCAG 2.1.4)."""
    next_after_sending: Mapped[bool]
    """Whether the next quote opens once a price was sent."""
    created_at: Mapped[datetime]


class Role(StrEnum):
    OWNER = "owner"


class Membership(Model):
    """A person's part in a live store, and so in its twin."""

    __tablename__ = "memberships"
    __table_args__ = (Index("ix_memberships_store", "store_id", "person_id"),)

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    store_id: Mapped[str] = mapped_column(ForeignKey("stores.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(word(Role))
    created_at: Mapped[datetime]


class PasswordReset(Model):
    __tablename__ = "password_resets"

    id: Mapped[Id]
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SecretKey(Model):
    """A key for /v1, stored as its fingerprint; `hint` is its first and last letters."""

    __tablename__ = "secret_keys"

    id: Mapped[Id]
    store_id: Mapped[str] = mapped_column(ForeignKey("stores.id"), index=True)
    name: Mapped[str]
    hash: Mapped[str] = mapped_column(unique=True)
    hint: Mapped[str]
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    exposed_at: Mapped[datetime | None]
    """When it was last sent to the storefront, where everybody can read it."""


class ApiRequest(Model):
    """A call of /v1. Of a refused one both bodies are kept, cut off where they are long."""

    __tablename__ = "api_requests"
    __table_args__ = (
        Index("ix_api_requests_store", "store_id", "id"),
        Index(
            "ix_api_requests_refused",
            "store_id",
            "id",
            sqlite_where=text("status >= 400"),
            postgresql_where=text("status >= 400"),
        ),
    )

    id: Mapped[Id]
    store_id: Mapped[str]
    key_id: Mapped[str]
    request_id: Mapped[str]
    method: Mapped[str]
    path: Mapped[str]
    """With its query, as it was asked for."""
    status: Mapped[int]
    code: Mapped[str | None]
    """Of the error."""
    duration_ms: Mapped[int]
    body: Mapped[str | None]
    answer: Mapped[str | None]
    at: Mapped[datetime]
