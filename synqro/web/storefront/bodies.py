"""What an order says when it comes in."""

from typing import Annotated, Any

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

from synqro import orders
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
