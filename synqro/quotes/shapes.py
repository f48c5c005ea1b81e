"""What goes into this room and comes out of it. Amounts are minor units."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from synqro.orders import Order
from synqro.quotes.models import Quote, Status
from synqro.uploads import Upload


@dataclass(frozen=True)
class Wanted:
    """A file of the request; `units` is the customer's answer: mm, cm, m or in."""

    upload_id: str
    units: str | None = None


@dataclass(frozen=True)
class Asked:
    """The new quote, and the token of its private link."""

    quote: Quote
    token: str


@dataclass(frozen=True)
class Attached:
    """A file of the quote; `mesh` is what was measured, in millimetres."""

    upload: Upload
    units: str | None
    mesh: dict[str, Any] | None


class Can(NamedTuple):
    """What the customer may do now."""

    accept: bool
    decline: bool
    cancel: bool
    pay: bool
    message: bool


@dataclass(frozen=True)
class OfferLine:
    description: str
    quantity: int
    unit_price: int

    @property
    def amount(self) -> int:
        return self.unit_price * self.quantity


@dataclass(frozen=True)
class Offer:
    """An answer as the merchant writes it. None is by the store's settings: its tax rate, days
    of validity and deposit (basis points of the total). `working` is the estimate that led to
    it, as `costing.Estimate.packed` writes it.
    """

    lines: list[OfferLine]
    shipping: int = 0
    tax: int | None = None
    lead_time_days: int | None = None
    expires_on: date | None = None
    deposit_bp: int | None = None
    message: str | None = None
    working: dict[str, Any] | None = None


@dataclass(frozen=True)
class Priced:
    """What an offer comes to; `due` is what is to be paid at acceptance."""

    subtotal: int
    shipping: int
    tax: int
    total: int
    due: int


@dataclass(frozen=True)
class Accepted:
    quote: Quote
    order: Order


@dataclass(frozen=True)
class Row:
    """A quote in the box; `total` is of the version that holds, None before the first."""

    quote: Quote
    total: int | None
    files: int
    filename: str | None
    """The name of the first file, and below its upload."""
    upload_id: str | None
    automatic: bool = False
    """True where the version that holds was sent by the rules."""


@dataclass(frozen=True)
class Similar:
    """What another quote was priced at last, in minor units. `unit_price` is what its lines come
    to for each piece that was asked for; `same_part`: it has a file of the same name and volume.
    """

    quote_id: str
    number: int
    first_name: str | None
    quantity: int
    unit_price: int
    total: int
    currency: str
    status: Status
    at: datetime
    """When that price was sent."""
    material: str | None
    same_part: bool
