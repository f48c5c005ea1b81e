"""/v1/store: the shop that the key belongs to, and its settings."""

from typing import Any, Literal

from flask import g
from pydantic import BaseModel, Field

from synqro import payments, stores
from synqro.core.errors import Invalid
from synqro.core.money import Money
from synqro.core.percents import percent
from synqro.web.amounts import AmountOut
from synqro.web.api import store_bodies
from synqro.web.api.blueprint import bp
from synqro.web.contract import operation
from synqro.web.times import TimeOut


class ShippingOptionOut(BaseModel):
    """`countries` is empty where the option serves all of them."""

    id: str
    name: str = Field(examples=["Tracked letter"])
    price: AmountOut
    countries: list[str] = Field(examples=[["GB", "IE"]])


class MaterialOut(BaseModel):
    name: str = Field(examples=["PLA"])
    colors: list[str] = Field(examples=[["Black", "White"]])


class QuoteSettingsOut(BaseModel):
    """`retention_days` says how long files are kept after the end of a quote."""

    enabled: bool
    materials: list[MaterialOut]
    expires_after_days: int
    deposit_percent: int | float = Field(examples=[30])
    lead_time_days: int | None
    retention_days: int


class TaxOut(BaseModel):
    """`included` says whether prices hold the tax already."""

    rate_percent: int | float = Field(examples=[20])
    label: str | None = Field(examples=["VAT"])
    included: bool


class StoreOut(BaseModel):
    """`tax` is null where there is none. Without `allowed_domains` any page may show the shop."""

    id: str
    object: Literal["store"] = "store"
    name: str
    mode: stores.Mode
    currency: str
    country: str
    timezone: str
    locale: str
    publishable_key: str
    payments_ready: bool
    allowed_domains: list[str]
    shipping_options: list[ShippingOptionOut]
    address_required: bool
    ordering_enabled: bool
    closed_message: str | None
    low_stock_threshold: int
    quotes: QuoteSettingsOut
    terms_url: str | None
    privacy_url: str | None
    tax: TaxOut | None
    created_at: TimeOut
    updated_at: TimeOut


@bp.get("/store")
@operation(scope="store:read", out=StoreOut)
def get_store() -> StoreOut:
    """Show the store of the key."""
    return _shown(g.store)


@bp.patch("/store")
@operation(
    scope="store:write",
    body=store_bodies.StoreChangesIn,
    out=StoreOut,
    also=store_bodies.also_wrong,
)
def change_store(body: store_bodies.StoreChangesIn) -> StoreOut:
    """Change settings of the store.

    What is absent stays, in `quotes` and `tax` too; null clears; arrays replace.
    """
    try:
        return _shown(stores.save_storefront(g.store.id, **body.changes()))
    except Invalid as refused:
        wrong: Any = refused.facts["fields"]
        raise Invalid(str(refused), fields=store_bodies.renamed(wrong)) from refused


def _shown(store: stores.Store) -> StoreOut:
    return StoreOut(
        id=store.id,
        name=store.name,
        mode=store.mode,
        currency=store.currency,
        country=store.country,
        timezone=store.timezone,
        locale=store.locale.replace("_", "-"),
        publishable_key=store.publishable_key,
        payments_ready=payments.ready(store),
        allowed_domains=store.allowed_domains,
        shipping_options=[_shipping(option, store) for option in store.shipping_options],
        address_required=store.address_required,
        ordering_enabled=store.ordering_enabled,
        closed_message=store.closed_message,
        low_stock_threshold=store.low_stock_threshold,
        quotes=_quotes(store),
        terms_url=store.terms_url,
        privacy_url=store.privacy_url,
        tax=_tax(store),
        created_at=store.created_at,
        updated_at=store.updated_at,
    )


def _shipping(option: dict[str, Any], store: stores.Store) -> ShippingOptionOut:
    return ShippingOptionOut(
        id=option["id"],
        name=option["name"],
        price=Money(option["price"], store.currency).number,
        countries=option.get("countries") or [],
    )


def _quotes(store: stores.Store) -> QuoteSettingsOut:
    return QuoteSettingsOut(
        enabled=store.quotes_enabled,
        materials=[MaterialOut(**material) for material in store.quote_materials],
        expires_after_days=store.quote_expires_after_days,
        deposit_percent=percent(store.quote_deposit_bp),
        lead_time_days=store.quote_lead_time_days,
        retention_days=store.quote_retention_days,
    )


def _tax(store: stores.Store) -> TaxOut | None:
    if not (store.tax_rate_bp or store.tax_label):
        return None
    return TaxOut(
        rate_percent=percent(store.tax_rate_bp),
        label=store.tax_label,
        included=store.tax_included,
    )
