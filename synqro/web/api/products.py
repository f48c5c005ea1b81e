"""/v1/products: what the shop sells, and how many of it there are."""

from typing import Any, Literal

from flask import g, request
from pydantic import BaseModel, Field

from synqro import catalogue
from synqro.core.db import transaction
from synqro.core.errors import Changed, Invalid
from synqro.core.money import Money
from synqro.core.pages import InvalidCursor
from synqro.web.amounts import AmountOut
from synqro.web.api.blueprint import bp
from synqro.web.api.images import ImageOut, image
from synqro.web.api.lists import ListIn, ListOut, listed
from synqro.web.api.once import once
from synqro.web.api.product_bodies import (
    ProductChangesIn,
    ProductIn,
    StockIn,
    also_wrong,
    also_wrong_of,
)
from synqro.web.contract import Wrong, operation
from synqro.web.inputs import parse
from synqro.web.mistakes import summary
from synqro.web.times import TimeOut

SEVERAL = "This product has several variants. Say which one."


class ProductsIn(ListIn):
    status: catalogue.Status | None = None
    sku: str | None = Field(None, max_length=200, description="Of one of its variants.")
    q: str | None = Field(None, max_length=200, description="Looks in title, tags and SKUs.")


class OptionOut(BaseModel):
    name: str = Field(examples=["Colour"])
    values: list[str] = Field(examples=[["Black", "White"]])


class VariantOut(BaseModel):
    """`stock` is null where it is not tracked; `available` says whether any is left to sell."""

    id: str
    options: dict[str, str] = Field(examples=[{"Colour": "Black"}])
    sku: str | None
    price: AmountOut
    stock: int | None
    available: bool
    listed: bool


class ProductOut(BaseModel):
    """`price` is the base price, the last one that a person set; what the storefront charges
    stands on its listing. Of several variants it is the lowest, `stock` is the sum of those
    that are tracked (null if none is), and `sku` is null. `listed` says whether the storefront
    offers any of it, `available` whether any is left to sell.
    """

    id: str
    object: Literal["product"] = "product"
    title: str
    description: str
    sku: str | None
    price: AmountOut
    currency: str
    stock: int | None
    variants: list[VariantOut]
    options: list[OptionOut]
    images: list[ImageOut]
    lead_time_days: int | None
    max_quantity: int
    cost: AmountOut | None
    tags: list[str]
    low_stock_threshold: int | None
    status: catalogue.Status
    listed: bool
    available: bool
    metadata: dict[str, str]
    created_at: TimeOut
    updated_at: TimeOut


@bp.get("/products")
@operation(
    scope="products:read", query=ProductsIn, out=ListOut[ProductOut], raises=(InvalidCursor,)
)
def list_products(query: ProductsIn) -> dict[str, Any]:
    """List the products, the newest first."""
    page = catalogue.newest(g.store.id, **query.model_dump())
    return listed(page, product)


@bp.post("/products")
@operation(scope="products:write", body=ProductIn, out=ProductOut, status=201, also=also_wrong)
def create_product(body: ProductIn) -> ProductOut:
    """Make a product.

    It is offered on the storefront unless `listed` is false.
    """
    return product(once(lambda: _made(body), lambda made: made.id, _find))


@bp.get("/products/<product_id>")
@operation(scope="products:read", out=ProductOut, raises=(catalogue.ProductNotFound,))
def get_product(product_id: str) -> ProductOut:
    """Show one product."""
    return product(_find(product_id))


def _also_wrong(given: Any, found: Wrong) -> Wrong:
    return also_wrong_of(_find((request.view_args or {})["product_id"]), given, found)


@bp.patch("/products/<product_id>")
@operation(
    scope="products:write",
    body=ProductChangesIn,
    out=ProductOut,
    raises=(catalogue.ProductNotFound, Changed),
    also=_also_wrong,
)
def change_product(product_id: str, body: ProductChangesIn) -> ProductOut:
    """Change a product.

    A price is that of all its variants, unless `variants` say otherwise, and of their
    listings on the storefront.
    """
    return product(_changed(product_id, body))


def _also_wrong_count(given: Any, refused: Wrong) -> Wrong:
    found = _find((request.view_args or {})["product_id"])
    if not isinstance(given, dict):
        return []
    unclear = {field["field"].partition(".")[0] for field in refused}
    clear = StockIn.model_fields.keys() - unclear
    said = {"stock": None} | {name: given[name] for name in clear & given.keys()}
    return [w for w in _wrong_count(found, parse(StockIn, said)) if w["field"] in clear]


@bp.put("/products/<product_id>/stock")
@operation(
    scope="products:write",
    body=StockIn,
    out=ProductOut,
    raises=(catalogue.ProductNotFound,),
    also=_also_wrong_count,
)
def set_stock(product_id: str, body: StockIn) -> ProductOut:
    """Say how many there are."""
    found = _find(product_id)
    if wrong := _wrong_count(found, body):
        raise Invalid(summary(len(wrong)), fields=wrong)
    variant = _named(found, body.variant_id)[0]
    catalogue.set_stock(g.store.id, variant.id, body.stock, by=g.by)
    return product(_find(product_id))


def product(row: catalogue.Product) -> ProductOut:
    """Show a product as its shop keeps it."""
    variants = [_variant(variant, row) for variant in row.variants]
    counted = [variant.stock for variant in row.variants if variant.stock is not None]
    price = min((variant.price for variant in row.variants), default=0)
    return ProductOut(
        id=row.id,
        title=row.title,
        description=row.description,
        sku=row.variants[0].sku if len(row.variants) == 1 else None,
        price=Money(price, row.currency).number,
        currency=row.currency,
        stock=sum(counted) if counted else None,
        variants=variants,
        options=[OptionOut(**option) for option in row.options],
        images=[image(picture) for picture in row.images],
        lead_time_days=row.lead_time_days,
        max_quantity=row.max_quantity,
        cost=None if row.cost is None else Money(row.cost, row.currency).number,
        tags=row.tags,
        low_stock_threshold=row.low_stock_threshold,
        status=row.status,
        listed=any(variant.listed for variant in variants),
        available=any(variant.available for variant in variants),
        metadata=row.meta,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _variant(row: catalogue.Variant, of: catalogue.Product) -> VariantOut:
    return VariantOut(
        id=row.id,
        options=row.options,
        sku=row.sku,
        price=Money(row.price, of.currency).number,
        stock=row.stock,
        available=row.left != 0 and of.status is catalogue.Status.ACTIVE,
        listed=row.on_shelf,
    )


def _find(product_id: str) -> catalogue.Product:
    return catalogue.find(g.store.id, product_id)


def _made(body: ProductIn) -> catalogue.Product:
    made = catalogue.create_product(g.store.id, listed=body.listed, by=g.by, **body.fields())
    return _moved(made, body)


@transaction()
def _changed(product_id: str, body: ProductChangesIn) -> catalogue.Product:
    found, fields = _find(product_id), body.fields()
    if wrong := _unclear(found, fields):
        more = catalogue.wrong_in(g.store.id, found, **fields)
        raise Invalid(summary(1 + len(more)), fields=[wrong, *more])
    if fields:
        found = catalogue.edit_product(g.store.id, product_id, by=g.by, **fields)
    return _moved(found, body)


def _moved(found: catalogue.Product, body: ProductIn | ProductChangesIn) -> catalogue.Product:
    if body.status in (None, found.status):
        return found
    archive = body.status is catalogue.Status.ARCHIVED
    move = catalogue.archive_product if archive else catalogue.restore_product
    return move(g.store.id, found.id)


def _unclear(found: catalogue.Product, fields: catalogue.Fields) -> dict[str, str] | None:
    """Say that one count is given for several variants: their sum is what we show as such."""
    if "stock" not in fields or "variants" in fields or len(found.variants) < 2:
        return None
    return {"field": "stock", "code": "variant_required", "message": SEVERAL}


def _wrong_count(found: catalogue.Product, body: StockIn) -> Wrong:
    wrong = list(catalogue.wrong_number("stock", body.stock, 0, catalogue.MOST_STOCK))
    named = len(_named(found, body.variant_id))
    if not named:
        say = "This product has no such variant."
        wrong.append({"field": "variant_id", "code": "unknown_variant", "message": say})
    elif named > 1:
        wrong.append({"field": "variant_id", "code": "variant_required", "message": SEVERAL})
    return wrong


def _named(found: catalogue.Product, variant_id: str | None) -> list[catalogue.Variant]:
    return [variant for variant in found.variants if variant_id in (None, variant.id)]
