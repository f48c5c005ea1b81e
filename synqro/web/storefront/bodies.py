"""What orders and quotes say when they come in."""

import re
from datetime import date
from typing import Annotated, Any, Literal

from flask import g
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)
from pydantic_core import PydanticCustomError, PydanticKnownError

from synqro import orders, quotes
from synqro.web import origins
from synqro.web.amounts import AmountIn
from synqro.web.inputs import CountryCode, Email, HttpUrl, Metadata, Phone, Prose, StrictIn

LONGEST_ADDRESS = 1000


class AddressIn(StrictIn):
    line1: Prose = Field(max_length=LONGEST_ADDRESS)
    line2: str | None = Field(None, max_length=200)
    city: str | None = Field(None, max_length=100)
    region: str | None = Field(None, max_length=100)
    postal_code: str | None = Field(None, max_length=20)
    country: CountryCode | None = None


def _lines(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if len(value.strip()) > LONGEST_ADDRESS:
        raise PydanticKnownError("string_too_long", {"max_length": LONGEST_ADDRESS})
    return {"line1": value}


def _on_our_list(url: str) -> str:
    if not origins.allowed(g.store, url):
        say = "This address is not on one of the shop's allowed domains."
        raise PydanticCustomError("url_not_allowed", say)
    return url


def _day(value: Any) -> Any:
    # Else a number counts as seconds, and a whole time as its day.
    if not isinstance(value, str) or not DAY.fullmatch(value):
        raise PydanticCustomError("invalid_date", "Enter a date like 2026-11-23.")
    return value


DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
ADDRESS_SCHEMA = {
    "anyOf": [
        {"type": "string", "maxLength": LONGEST_ADDRESS},
        {"$ref": "#/components/schemas/AddressIn"},
    ]
}
AddressOrText = Annotated[AddressIn, BeforeValidator(_lines), WithJsonSchema(ADDRESS_SCHEMA)]
ReturnUrl = Annotated[HttpUrl, AfterValidator(_on_our_list)]
Quantity = Annotated[int, Field(strict=True, ge=1)]
AnId = Annotated[str, Field(max_length=64)]
Day = Annotated[date, BeforeValidator(_day)]


class CustomerIn(StrictIn):
    name: str = Field(max_length=200)
    email: Email
    phone: Phone | None = None
    address: AddressOrText | None = None

    def as_customer(self) -> orders.Customer:
        address = orders.Address(**self.address.model_dump()) if self.address else None
        return orders.Customer(self.name, self.email, self.phone, address)


class ItemIn(StrictIn):
    product_id: AnId
    variant_id: AnId | None = None
    quantity: Quantity = 1


class OrderIn(StrictIn):
    """One product with `product_id`, or several with `items`: never both."""

    items: list[ItemIn] | None = Field(None, min_length=1, max_length=50)
    product_id: AnId | None = Field(None, validate_default=True)
    variant_id: AnId | None = None
    quantity: Quantity = 1
    customer: CustomerIn
    shipping_option_id: AnId | None = None
    note: Prose | None = Field(None, max_length=2000)
    expected_total: AmountIn | None = None
    metadata: Metadata = {}
    return_url: ReturnUrl | None = None
    cancel_url: ReturnUrl | None = None

    @field_validator("product_id", "variant_id", "quantity", mode="after")
    @classmethod
    def _one_way_only(cls, value: Any, info: ValidationInfo) -> Any:
        # Items that were refused are missing here, and were given all the same.
        several = info.data.get("items", True) is not None
        if several and value is not None:
            raise PydanticCustomError("not_beside_items", "Send items, or this, but not both.")
        if not several and value is None and info.field_name == "product_id":
            raise PydanticCustomError("required", "This is needed.")
        return value

    def wishes(self) -> list[orders.Item]:
        if self.items is None:
            return [orders.Item(self.product_id or "", self.quantity, self.variant_id)]
        return [
            orders.Item(item.product_id, item.quantity, item.variant_id, at=f"items.{index}.")
            for index, item in enumerate(self.items)
        ]


class TokenIn(StrictIn):
    token: str = Field(max_length=200)


class UploadRefIn(StrictIn):
    """`units` is the customer's answer where a file has none of its own."""

    id: AnId
    units: Literal["mm", "cm", "m", "in"] | None = None


class QuoteIn(StrictIn):
    """Files as `upload_ids`, or as `uploads` with the units of each: never both."""

    customer: CustomerIn
    description: Prose | None = Field(None, max_length=quotes.LONGEST_TEXT)
    quantity: Annotated[int, Field(strict=True, ge=1, le=quotes.MOST_PIECES)] = 1
    product_id: AnId | None = None
    material: str | None = Field(None, max_length=200)
    color: str | None = Field(None, max_length=200)
    needed_by: Day | None = None
    upload_ids: list[AnId] = Field([], max_length=quotes.MOST_FILES)
    uploads: list[UploadRefIn] = Field([], max_length=quotes.MOST_FILES)
    file_url: HttpUrl | None = None
    previous_token: str | None = Field(None, max_length=200)
    metadata: Metadata = {}

    @field_validator("uploads", mode="after")
    @classmethod
    def _one_way_only(cls, value: Any, info: ValidationInfo) -> Any:
        if value and info.data.get("upload_ids"):
            raise PydanticCustomError("not_beside_upload_ids", "Send upload_ids, or this.")
        return value

    def files(self) -> list[quotes.Wanted]:
        named = [quotes.Wanted(upload_id) for upload_id in self.upload_ids]
        return named or [quotes.Wanted(file.id, file.units) for file in self.uploads]


class DeliveryIn(StrictIn):
    phone: Phone | None = None
    address: AddressOrText | None = None

    def as_address(self) -> orders.Address | None:
        return orders.Address(**self.address.model_dump()) if self.address else None


class AcceptIn(TokenIn):
    version: int = Field(strict=True, ge=0, le=1_000_000)
    customer: DeliveryIn = DeliveryIn()


class ReasonIn(TokenIn):
    reason: Prose | None = Field(None, max_length=quotes.LONGEST_REASON)


class MessageIn(TokenIn):
    text: Prose = Field(max_length=quotes.LONGEST_TEXT)
