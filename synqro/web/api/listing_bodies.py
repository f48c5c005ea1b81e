"""What a program says about a listing."""

from typing import Annotated, Any, Literal, cast

from pydantic import AfterValidator, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from synqro import catalogue, listings
from synqro.core.money import Money
from synqro.web.amounts import AmountIn
from synqro.web.api.product_bodies import OwnCurrency, ProductFieldsIn
from synqro.web.inputs import StrictIn

NOT_HERE = ("variants", "options", "status")
LONGEST_TITLE = 200
AnId = Annotated[str, Field(max_length=64)]
Marketplace = Annotated[
    str, Field(max_length=40, pattern="^[a-z][a-z0-9_-]*$", examples=["storefront"])
]
Count = Annotated[int, Field(strict=True, ge=0, le=catalogue.MOST_STOCK)]


def _chargeable(money: Money) -> Money:
    for problem in catalogue.wrong_price("price", money.amount, money.currency):
        raise PydanticCustomError(problem["code"], "{say}", {"say": problem["message"]})
    return money


def _without(schema: dict[str, Any]) -> None:
    for name in NOT_HERE:
        schema["properties"].pop(name, None)


PriceIn = Annotated[AmountIn, AfterValidator(_chargeable)]


class ListedProductIn(ProductFieldsIn):
    """A product of one variant, made with its listing."""

    model_config = ConfigDict(json_schema_extra=_without)

    title: str = Field(max_length=LONGEST_TITLE, examples=["Ripple vase"])

    @field_validator(*NOT_HERE)
    @classmethod
    def _made_elsewhere(cls, value: Any) -> Any:
        if value is not None:
            say = "Make such a product at POST /v1/products, then list it by its product_id."
            raise PydanticCustomError("not_in_a_listing", say)
        return value

    def fields(self) -> catalogue.Fields:
        """Give back what the catalogue is told; null counts as absent."""
        said = {k: v for k, v in super().fields().items() if getattr(self, k) is not None}
        return cast(catalogue.Fields, said)


class OfferIn(StrictIn):
    """What a listing says of itself, but for its price."""

    title: str | None = Field(None, max_length=LONGEST_TITLE)
    quantity: Count | None = None
    min_price: AmountIn | None = Field(None, description="No price goes below this.")
    max_price: AmountIn | None = Field(None, description="No price goes above this.")

    def said(self) -> dict[str, Any]:
        """Give back what was said, amounts in minor units."""
        names = listings.Changes.__annotations__.keys() & self.model_fields_set
        values = {name: getattr(self, name) for name in names}
        return {k: v.amount if isinstance(v, Money) else v for k, v in values.items()}


class ListingIn(OfferIn):
    """Offer a product that exists with `product_id`, or make one with `product`.

    On the storefront, `price`, `title` and `quantity` become those of the product and its
    variant: there is one of each.
    """

    marketplace: Marketplace
    product: ListedProductIn | None = None
    product_id: AnId | None = Field(None, validate_default=True)
    variant_id: AnId | None = Field(
        None, description="Needed where the product has several variants."
    )
    price: PriceIn | None = Field(
        None, validate_default=True, description="Needed, if not in `product`."
    )
    currency: OwnCurrency | None = Field(None, description="The shop's; no other is taken.")

    @field_validator("product_id", "variant_id")
    @classmethod
    def _one_way_only(cls, value: Any, info: ValidationInfo) -> Any:
        # A product that was refused is missing here, and was given all the same.
        inline = info.data.get("product", True) is not None
        if inline and value is not None:
            say = "Send a product, or this, but not both."
            raise PydanticCustomError("not_beside_product", say)
        if not inline and value is None and info.field_name == "product_id":
            raise PydanticCustomError("required", "This is needed.")
        return value

    @field_validator("price")
    @classmethod
    def _some_price(cls, value: Any, info: ValidationInfo) -> Any:
        product = info.data.get("product", True)
        if value is None and (product is None or getattr(product, "price", 0) is None):
            raise PydanticCustomError("required", "This is needed.")
        return value

    def offer(self) -> listings.Fields:
        """Give back what the listing says; null counts as absent."""
        return cast(listings.Fields, {k: v for k, v in self.said().items() if v is not None})


class ListingChangesIn(OfferIn):
    """What is absent stays; null clears, where there is something to clear.

    On the storefront, `price`, `title` and `quantity` become those of the product and its
    variant. A price that is set here is the new base price, which a repricer starts from.
    """

    price: PriceIn | None = None
    status: Literal[listings.Status.ACTIVE, listings.Status.PAUSED] | None = None

    @field_validator("price", "status")
    @classmethod
    def _never_none(cls, value: Any) -> Any:
        if value is None:
            raise PydanticCustomError("required", "This cannot be cleared.")
        return value

    def changes(self) -> listings.Changes:
        return cast(listings.Changes, self.said())
