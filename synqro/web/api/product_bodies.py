"""What a program says about a product, and what it means to the catalogue."""

from typing import Annotated, Any, cast

from flask import g
from pydantic import AfterValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from synqro import catalogue
from synqro.core.errors import Invalid
from synqro.core.money import Money
from synqro.web.amounts import AmountIn
from synqro.web.contract import Wrong
from synqro.web.inputs import Metadata, Prose, StrictIn, parse

SHARED = {"price", "sku", "stock", "variants", "options"}  # each is checked against the others
CLEARED: dict[str, Any] = {
    "description": "",
    "options": [],
    "variants": [],
    "tags": [],
    "max_quantity": 99,
    "metadata": {},
}


def _of_the_shop(code: str) -> str:
    if code != g.store.currency:
        say = "This shop sells in {currency}."
        raise PydanticCustomError("invalid_currency", say, {"currency": g.store.currency})
    return code


Whole = Annotated[int, Field(strict=True)]
OwnCurrency = Annotated[
    str,
    AfterValidator(_of_the_shop),
    WithJsonSchema({"type": "string", "pattern": "^[A-Z]{3}$", "examples": ["GBP"]}),
]


class OptionIn(StrictIn):
    """What a product can be chosen by."""

    name: str = Field(examples=["Colour"])
    values: list[str] = Field(examples=[["Black", "White"]])


class VariantIn(StrictIn):
    """One combination of the options. `id`, or the combination, names one that exists; what is
    absent it keeps. A new one takes `price`, `sku` and `stock` from the product; without a
    `price` there, that of the other variants, where they have but one.
    """

    id: str | None = Field(None, max_length=64)
    options: dict[str, str] | None = Field(None, examples=[{"Colour": "Black"}])
    sku: str | None = None
    price: AmountIn | None = None
    stock: Whole | None = Field(None, description="null: not tracked.")

    def fields(self) -> catalogue.VariantFields:
        given = _given(self)
        kept = {name: v for name, v in given.items() if v is not None or name in ("sku", "stock")}
        return cast(catalogue.VariantFields, kept)


class ProductFieldsIn(StrictIn):
    title: str | None = Field(None, examples=["Ripple vase"])
    description: Prose | None = None
    sku: str | None = Field(None, examples=["VASE-1"])
    price: AmountIn | None = Field(None, description="The base price, of every variant.")
    currency: OwnCurrency | None = Field(None, description="The shop's; no other is taken.")
    stock: Whole | None = Field(None, description="null: not tracked, made to order.")
    variants: list[VariantIn] | None = Field(None, max_length=catalogue.MOST_VARIANTS)
    options: list[OptionIn] | None = Field(None, max_length=catalogue.MOST_OPTIONS)
    lead_time_days: Whole | None = Field(None, description="Working days until it leaves.")
    max_quantity: Whole | None = Field(None, description="The most of it in one order.")
    cost: AmountIn | None = Field(None, description="What it costs the shop.")
    tags: list[str] | None = None
    low_stock_threshold: Whole | None = Field(None, description="null: the shop's.")
    metadata: Metadata | None = None
    status: catalogue.Status | None = None

    def fields(self) -> catalogue.Fields:
        """Give back what the catalogue is told; null clears."""
        given = {k: v for k, v in _given(self).items() if k in catalogue.Fields.__annotations__}
        cleared = {name: CLEARED[name] for name in CLEARED.keys() & given if given[name] is None}
        given |= cleared
        if self.variants is not None:
            given["variants"] = [variant.fields() for variant in self.variants]
        if self.options is not None:
            given["options"] = [option.model_dump() for option in self.options]
        return cast(catalogue.Fields, given)


class ProductIn(ProductFieldsIn):
    """A product is plain, or comes in `variants`: one for each combination of its `options`,
    or those that are listed. `price`, `sku` and `stock` are those of every variant that does
    not bring its own.
    """

    listed: bool = Field(True, strict=True, description="Offer it on the storefront at once.")

    def fields(self) -> catalogue.Fields:
        """Give back what the catalogue is told; null counts as absent."""
        said = {k: v for k, v in super().fields().items() if getattr(self, k) is not None}
        return cast(catalogue.Fields, said)


class ProductChangesIn(ProductFieldsIn):
    """What is absent stays, null clears, arrays replace. Variants that are not in `variants`
    are no longer offered; `archived` takes the product off the shelf, `active` puts it back.
    """


class StockIn(StrictIn):
    stock: Whole | None = Field(description="null: not tracked.", examples=[12])
    variant_id: str | None = Field(
        None, max_length=64, description="Needed where there are several variants."
    )


def also_wrong(given: Any, found: Wrong) -> Wrong:
    """List what the catalogue says of those fields of a refused new product that can be read."""
    return _also_wrong(ProductIn, None, given, found)


def also_wrong_of(product: catalogue.Product, given: Any, found: Wrong) -> Wrong:
    """List what the catalogue says of those fields of refused changes that can be read."""
    return _also_wrong(ProductChangesIn, product, given, found)


def _also_wrong(
    model: type[ProductIn | ProductChangesIn],
    product: catalogue.Product | None,
    given: Any,
    found: Wrong,
) -> Wrong:
    if not isinstance(given, dict):
        return []
    wrong = {field["field"].partition(".")[0] for field in found}
    sound = {name: given[name] for name in given.keys() - wrong}
    try:
        body = parse(model, sound)
    except Invalid:
        return []
    unsure = SHARED if wrong & {"variants", "options"} else wrong
    more = catalogue.wrong_in(g.store.id, product, **body.fields())
    return [w for w in more if not _follows(w, unsure | wrong)]


def _follows(wrong: dict[str, str], refused: set[str]) -> bool:
    """Say whether a mistake is only seen because other fields could not be read."""
    steps = wrong["field"].split(".")
    return steps[0] in refused or (wrong["code"] == "required" and steps[-1] in refused)


def _given(body: StrictIn) -> dict[str, Any]:
    values = {name: getattr(body, name) for name in body.model_fields_set}
    return {k: v.amount if isinstance(v, Money) else v for k, v in values.items()}
