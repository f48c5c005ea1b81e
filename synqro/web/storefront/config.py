"""GET /api/storefront/config: all that a page needs to show the shop, in one cached answer."""

from hashlib import sha256

from flask import Response, g, request
from pydantic import BaseModel

from synqro import catalogue, payments
from synqro.core.money import Money
from synqro.stores import Mode, Store, ThemeMode
from synqro.web.amounts import AmountOut
from synqro.web.contract import operation
from synqro.web.storefront import shapes
from synqro.web.storefront.blueprint import OriginNotAllowed, bp

FILE_TYPES = "stl 3mf obj step stp pdf png jpg jpeg webp dxf zip".split()


class ThemeOut(BaseModel):
    mode: ThemeMode
    brand_color: str
    radius: int


class StoreOut(BaseModel):
    id: str
    name: str
    currency: str
    locale: str
    country: str
    mode: Mode
    logo_url: str | None
    theme: ThemeOut
    terms_url: str | None
    privacy_url: str | None


class ShippingOptionOut(BaseModel):
    """`countries` is empty where the option serves all of them."""

    id: str
    name: str
    price: AmountOut
    countries: list[str]


class OrderingOut(BaseModel):
    enabled: bool
    closed_message: str | None
    shipping_options: list[ShippingOptionOut]
    address_required: bool


class MaterialOut(BaseModel):
    name: str
    colors: list[str]


class QuotesOut(BaseModel):
    enabled: bool = False
    max_files: int = 10
    max_upload_bytes: int = 200 * 1024 * 1024
    file_types: list[str] = FILE_TYPES
    materials: list[MaterialOut] = []
    retention_days: int = 90


class ConfigOut(BaseModel):
    store: StoreOut
    payments_ready: bool
    ordering: OrderingOut
    quotes: QuotesOut
    products: list[shapes.ProductOut]
    next_cursor: str | None


@bp.get("/config")
@operation(out=ConfigOut, raises=(OriginNotAllowed,))
def get_config() -> Response:
    """Show the shop's public configuration and the first page of its products."""
    page = catalogue.shelf(g.store.id)
    found = ConfigOut(
        store=_store(g.store),
        payments_ready=payments.ready(g.store),
        ordering=_ordering(g.store),
        quotes=QuotesOut(),
        products=[shapes.product(row) for row in page.data],
        next_cursor=page.next_cursor,
    )
    body = found.model_dump_json().encode()
    response = Response(body, content_type="application/json")
    response.set_etag(sha256(body).hexdigest()[:32])
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    response.headers["Vary"] = "Origin, X-Synqro-Store"
    response.make_conditional(request)
    return response


def _store(store: Store) -> StoreOut:
    return StoreOut(
        id=store.id,
        name=store.name,
        currency=store.currency,
        locale=store.locale.replace("_", "-"),
        country=store.country,
        mode=store.mode,
        logo_url=None,
        theme=ThemeOut(mode=store.theme_mode, brand_color=store.brand_color, radius=store.radius),
        terms_url=store.terms_url,
        privacy_url=store.privacy_url,
    )


def _ordering(store: Store) -> OrderingOut:
    options = [
        ShippingOptionOut(
            id=option["id"],
            name=option["name"],
            price=Money(option["price"], store.currency).number,
            countries=option.get("countries") or [],
        )
        for option in store.shipping_options
    ]
    return OrderingOut(
        enabled=store.ordering_enabled,
        closed_message=store.closed_message,
        shipping_options=options,
        address_required=store.address_required,
    )
