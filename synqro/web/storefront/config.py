"""GET /api/storefront/config: all that a page needs to show the shop, in one cached answer."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from flask import Flask, Response, g, request
from pydantic import BaseModel

from synqro import catalogue, payments, stores, uploads
from synqro.core.hot import HotRead
from synqro.core.money import Money
from synqro.core.wiring import plugged
from synqro.stores import Mode, Store, ThemeMode
from synqro.web.amounts import AmountOut
from synqro.web.contract import operation
from synqro.web.storefront import shapes
from synqro.web.storefront.blueprint import OriginNotAllowed, bp, refuse_foreign_page, sent_key

MAX_FILES = 10


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
    enabled: bool
    max_files: int
    max_upload_bytes: int
    file_types: list[str]
    materials: list[MaterialOut]
    retention_days: int


class ConfigOut(BaseModel):
    store: StoreOut
    payments_ready: bool
    ordering: OrderingOut
    quotes: QuotesOut
    products: list[shapes.ProductOut]
    next_cursor: str | None


@bp.get("/config")
@operation(out=ConfigOut, raises=(OriginNotAllowed,), cached=True)
def get_config() -> Response:
    """Show the shop's public configuration and the first page of its products."""
    shown = _shown(sent_key())
    g.store = shown.store
    refuse_foreign_page()
    known = request.if_none_match.contains_weak(shown.etag)
    response = Response(None if known else shown.body, 304 if known else 200)
    response.headers["Content-Type"] = "application/json"
    response.headers["ETag"] = f'"{shown.etag}"'
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    response.headers["Vary"] = "Origin, X-Synqro-Store"
    return response


@dataclass(frozen=True)
class Shown:
    """What a shop shows while its stamp stays the same."""

    stamp: tuple[Any, ...]
    store: Store
    body: bytes
    etag: str


STAMP = HotRead(stores.stamped(catalogue.shelf_stamp, payments.account_stamp))
MOST_SHOWN = 500


def init_app(app: Flask) -> None:
    """Remember what was shown last, store by store."""
    app.extensions["shown"] = {}


def _shown(key: str) -> Shown:
    remembered: dict[str, Shown] = plugged("shown")
    stamp = _stamp(key)
    found = remembered.get(key)
    if found is None or found.stamp != stamp:
        found = _built(key, stamp)
        if len(remembered) >= MOST_SHOWN:
            remembered.clear()
        remembered[key] = found
    return found


def _stamp(key: str) -> tuple[Any, ...]:
    # Read before what it stands for: a change in between is shown now and read again later.
    return STAMP.first(key=key) or () if "\0" not in key else ()


def _built(key: str, stamp: tuple[Any, ...]) -> Shown:
    store = stores.by_publishable_key(key)
    page = catalogue.shelf(store.id)
    found = ConfigOut(
        store=_store(store),
        payments_ready=payments.ready(store),
        ordering=_ordering(store),
        quotes=_quotes(store),
        products=[shapes.product(row) for row in page.data],
        next_cursor=page.next_cursor,
    )
    body = found.model_dump_json().encode()
    return Shown(stamp, store, body, sha256(body).hexdigest()[:32])


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


def _quotes(store: Store) -> QuotesOut:
    return QuotesOut(
        enabled=store.quotes_enabled,
        max_files=MAX_FILES,
        max_upload_bytes=uploads.most_bytes(store),
        file_types=uploads.FILE_TYPES,
        materials=[MaterialOut(**material) for material in store.quote_materials],
        retention_days=store.quote_retention_days,
    )
