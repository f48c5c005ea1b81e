"""What goes to a marketplace and what comes back.

All amounts are Money: exact minor units with their currency. All times are aware, in UTC and
without a fraction of a second, for that is as exact as marketplaces are. None: not said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Generic, NewType, TypeVar

from synqro.core.money import Money
from synqro.orders import Address

T = TypeVar("T")
Cursor = NewType("Cursor", str)
"""Where pulling goes on, in an adapter's own words; it is kept as it was given back."""


@dataclass(frozen=True)
class Ref:
    """A thing that is offered. `sku` is what the marketplace knows it by: the variant's SKU,
    or its id where it has none, since eBay's inventory is kept by SKU. `external_id` is what
    the marketplace calls the listing, None before the first push.
    """

    variant_id: str
    sku: str
    external_id: str | None = None


class Standing(StrEnum):
    """Whether it can be bought: eBay publishes and withdraws, Vendure enables and disables."""

    ON = "on"
    PAUSED = "paused"
    ENDED = "ended"


@dataclass(frozen=True)
class Offer:
    """A listing as it shall stand. `quantity` is how many can be bought, None where nobody
    counts. `facts` are what only this marketplace asks for, as eBay's category and policies.
    """

    ref: Ref
    product_id: str
    title: str
    price: Money
    quantity: int | None
    standing: Standing = Standing.ON
    description: str = ""
    images: Sequence[str] = ()
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Receipt:
    """What a marketplace calls what was pushed. `pending` while it still looks at it;
    `warnings` are sentences of the marketplace's own: eBay takes things with reservations.
    """

    external_id: str
    url: str | None = None
    pending: bool = False
    warnings: Sequence[str] = ()


@dataclass(frozen=True)
class Shipment:
    """Pieces that left, by the marketplace's ids of the order and of its lines."""

    order_id: str
    lines: Mapping[str, int]
    shipped_at: datetime
    carrier: str | None = None
    tracking_number: str | None = None


@dataclass(frozen=True)
class Pulled(Generic[T]):
    """A page, `cursor` behind it. While there is `more`, go on at once."""

    items: Sequence[T]
    cursor: Cursor
    more: bool


class Payment(StrEnum):
    """How an order stands with its money; only a paid one is to be made."""

    PENDING = "pending"
    PAID = "paid"
    PARTLY_REFUNDED = "partly_refunded"
    REFUNDED = "refunded"
    FAILED = "failed"


@dataclass(frozen=True)
class PulledLine:
    """`unit_price` is that of one piece, `discount` (0 or more) is taken off the whole line."""

    external_id: str
    sku: str | None
    title: str
    quantity: int
    unit_price: Money
    discount: Money | None = None
    tax: Money | None = None


@dataclass(frozen=True)
class Buyer:
    """eBay shows no email at all, or one of its own, and a name only where it ships."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    address: Address | None = None


@dataclass(frozen=True)
class PulledOrder:
    """An order as it stands there now; `number` is what people call it.

    `total` is what the marketplace says the buyer paid, never a sum of ours. `tax_collected`
    is tax that the marketplace pays on by itself: shown, not counted. `shipped` is true when
    nothing is left to ship. `updated_at` says which of two copies is the newer.
    """

    external_id: str
    number: str
    payment: Payment
    shipped: bool
    cancelled: bool
    lines: Sequence[PulledLine]
    total: Money
    created_at: datetime
    updated_at: datetime
    paid_at: datetime | None = None
    ship_by: datetime | None = None
    buyer: Buyer = Buyer()
    shipping: Money | None = None
    discount: Money | None = None
    tax: Money | None = None
    tax_collected: Money | None = None
    note: str | None = None


class PayoutStatus(StrEnum):
    """RETURNED: it was paid, and the bank sent it back."""

    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"
    RETURNED = "returned"


@dataclass(frozen=True)
class PayoutLine:
    """Signed, seen from the merchant: gross + fee = net. `kind` is the marketplace's own word,
    for new ones come without notice; `order_id` is None where no order is behind it.
    """

    external_id: str
    kind: str
    order_id: str | None
    gross: Money
    fee: Money
    net: Money
    at: datetime
    tax_collected: Money | None = None
    memo: str | None = None


@dataclass(frozen=True)
class PulledPayout:
    """`amount` is what arrives as the marketplace says it, `fee` (signed) what sending it cost:
    lines and fee should make the amount, and a difference is somebody else's to show.
    """

    external_id: str
    status: PayoutStatus
    amount: Money
    fee: Money
    lines: Sequence[PayoutLine]
    created_at: datetime
    paid_at: datetime | None = None
    reference: str | None = None


@dataclass(frozen=True)
class CompetitorPrice:
    """What somebody else asks; `shipping` comes on top."""

    sku: str
    price: Money
    seen_at: datetime
    shipping: Money | None = None
    seller: str | None = None
    url: str | None = None
