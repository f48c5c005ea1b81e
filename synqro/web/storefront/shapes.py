"""A product as the storefront shows it."""

from pydantic import BaseModel

from synqro import catalogue
from synqro.core.money import Money
from synqro.core.wiring import settings
from synqro.web.amounts import AmountOut

WIDEST = max(catalogue.WIDTHS)


class ImageOut(BaseModel):
    url: str
    alt: str
    width: int
    height: int


class OptionOut(BaseModel):
    name: str
    values: list[str]


class VariantOut(BaseModel):
    """`stock` is null where nobody counts."""

    id: str
    options: dict[str, str]
    price: AmountOut
    available: bool
    stock: int | None


class ProductOut(BaseModel):
    """`price` is the lowest of the variants'."""

    id: str
    title: str
    description: str
    images: list[ImageOut]
    price: AmountOut
    currency: str
    variants: list[VariantOut]
    options: list[OptionOut]
    lead_time_days: int | None
    max_quantity: int
    available: bool


def product(row: catalogue.Product) -> ProductOut:
    """Show a product with what can be bought of it now."""
    variants = [_variant(variant, row.currency) for variant in row.on_shelf]
    return ProductOut(
        id=row.id,
        title=row.title,
        description=row.description,
        images=[_image(image) for image in row.images],
        price=min((variant.price for variant in variants), default=0),
        currency=row.currency,
        variants=variants,
        options=[OptionOut(**option) for option in row.options],
        lead_time_days=row.lead_time_days,
        max_quantity=row.max_quantity,
        available=any(variant.available for variant in variants),
    )


def _variant(row: catalogue.Variant, currency: str) -> VariantOut:
    return VariantOut(
        id=row.id,
        options=row.options,
        price=Money(row.current_price, currency).number,
        available=row.left != 0,
        stock=row.left,
    )


def _image(row: catalogue.Image) -> ImageOut:
    return ImageOut(
        url=settings().public_url + catalogue.image_path(row, WIDEST),
        alt=row.alt,
        width=row.width,
        height=row.height,
    )
