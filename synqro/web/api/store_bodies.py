"""Settings as a program names them, and as the room does."""

from typing import Annotated, Any, cast

from flask import g
from pydantic import Field

from synqro import stores
from synqro.core.errors import Invalid
from synqro.web.amounts import AmountIn
from synqro.web.api.percents import PercentIn
from synqro.web.contract import Wrong
from synqro.web.inputs import CountryCode, HttpUrl, Prose, StrictIn, parse

NO_TAX: stores.Changes = {"tax_rate_bp": 0, "tax_label": None}
NESTED = {
    "quotes.enabled": "quotes_enabled",
    "quotes.materials": "quote_materials",
    "quotes.expires_after_days": "quote_expires_after_days",
    "quotes.deposit_percent": "quote_deposit_bp",
    "quotes.lead_time_days": "quote_lead_time_days",
    "quotes.retention_days": "quote_retention_days",
    "tax.rate_percent": "tax_rate_bp",
    "tax.label": "tax_label",
    "tax.included": "tax_included",
}
WIRE = {room: wire for wire, room in NESTED.items()}
CLEARED: dict[str, Any] = {
    "allowed_domains": [],
    "shipping_options": [],
    "quote_materials": [],
    "quote_deposit_bp": 0,
}

# A factory keeps the default out of the schema: what is absent stays, whatever it is.
Flag = Annotated[bool, Field(strict=True, default_factory=bool)]
Number = Annotated[int, Field(strict=True, default_factory=int)]
Word = Annotated[str, Field(min_length=1, max_length=200)]


class ShippingOptionIn(StrictIn):
    """With the `id` of one that exists it stays the same option; no `countries`: everywhere."""

    id: str | None = Field(None, max_length=64)
    name: str = Field(max_length=1000, examples=["Tracked letter"])
    price: AmountIn
    countries: list[CountryCode] | None = Field(None, max_length=300, examples=[["GB", "IE"]])

    def as_option(self) -> stores.ShippingOption:
        return {
            "id": self.id or "",
            "name": self.name,
            "price": self.price.amount,
            "countries": list(dict.fromkeys(self.countries or [])),
        }


class MaterialIn(StrictIn):
    name: str = Field(max_length=1000, examples=["PLA"])
    colors: list[Word] = Field([], max_length=1000, examples=[["Black", "White"]])


class QuoteSettingsIn(StrictIn):
    enabled: Flag
    materials: list[MaterialIn] | None = None
    expires_after_days: Number
    deposit_percent: PercentIn | None = None
    lead_time_days: int | None = Field(None, strict=True)
    retention_days: Number


class TaxIn(StrictIn):
    rate_percent: PercentIn = Field(default_factory=int)
    label: str | None = None
    included: Flag


class StoreChangesIn(StrictIn):
    """What is absent stays, in `quotes` and `tax` too; null clears; arrays replace."""

    allowed_domains: list[Word] | None = Field(None, examples=[["shop.example.com"]])
    shipping_options: list[ShippingOptionIn] | None = None
    address_required: Flag
    ordering_enabled: Flag
    closed_message: Prose | None = None
    low_stock_threshold: Number
    quotes: QuoteSettingsIn = Field(default_factory=lambda: parse(QuoteSettingsIn, {}))
    terms_url: HttpUrl | None = None
    privacy_url: HttpUrl | None = None
    tax: TaxIn | None = Field(None, description="null: none.")

    def changes(self) -> stores.Changes:
        """Give back the settings that change, under their names in the room."""
        given = {name: getattr(self, name) for name in self.model_fields_set}
        tax, quotes = given.pop("tax", ...), given.pop("quotes", ...)
        for name, part in (("tax", tax), ("quotes", quotes)):
            if isinstance(part, StrictIn):
                given |= {NESTED[f"{name}.{f}"]: getattr(part, f) for f in part.model_fields_set}
        if tax is None:
            given |= NO_TAX
        if given.get("shipping_options"):
            given["shipping_options"] = [o.as_option() for o in given["shipping_options"]]
        if given.get("quote_materials"):
            given["quote_materials"] = [m.model_dump() for m in given["quote_materials"]]
        cleared = {name: v for name, v in CLEARED.items() if given.get(name, ...) is None}
        return cast(stores.Changes, given | cleared)


def also_wrong(given: Any, found: Wrong) -> Wrong:
    """List what the room says of those fields of refused changes that can be read."""
    if not isinstance(given, dict):
        return []
    wrong = {_leaf(field["field"]) for field in found}
    try:
        body = parse(StoreChangesIn, _without(given, wrong))
    except Invalid:
        return []
    more = renamed(stores.wrong_settings(g.store, body.changes()))
    return [field for field in more if _leaf(field["field"]) not in wrong]


def renamed(wrong: Wrong) -> Wrong:
    """Give back the room's complaints under the names of the wire."""
    return [{**field, "field": _on_the_wire(field["field"])} for field in wrong]


def _on_the_wire(name: str) -> str:
    head, dot, rest = name.partition(".")
    return WIRE.get(head, head) + dot + rest


def _leaf(field: str) -> str:
    """Give back the setting that a mistake is about: `tax.label`, `shipping_options`."""
    steps = field.split(".")
    return ".".join(steps[: 2 if steps[0] in ("quotes", "tax") else 1])


def _without(given: dict[str, Any], wrong: set[str]) -> dict[str, Any]:
    sound = {name: value for name, value in given.items() if name not in wrong}
    for name in ("quotes", "tax"):
        if isinstance(part := sound.get(name), dict):
            sound[name] = {k: v for k, v in part.items() if f"{name}.{k}" not in wrong}
    return sound
