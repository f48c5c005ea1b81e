"""The Storefront page's forms: what a store shows in them, and what is read out of them."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from pydantic import Field

from synqro.core.errors import Invalid, field_error
from synqro.core.typed import Unread, read_whole
from synqro.stores import Changes, Store, ThemeMode
from synqro.web.console import quote_settings
from synqro.web.forms import Form
from synqro.web.inputs import HttpUrl, Prose, StrictIn, parse

COLOURS = [
    ("pine", "#0f6b5c", lazy("Pine")),
    ("rose", "#e11d48", lazy("Rose")),
    ("sky", "#38bdf8", lazy("Sky")),
    ("lemon", "#ffd60a", lazy("Lemon")),
    ("violet", "#6d28d9", lazy("Violet")),
    ("ink", "#111318", lazy("Ink")),
]
WORDS = {
    "ordering_enabled": lazy("Open for orders"),
    "closed_message": lazy("What customers read while it is closed"),
    "low_stock_threshold": lazy("Low stock from"),
    "brand_color": lazy("Brand colour"),
    "theme_mode": lazy("Theme"),
    "radius": lazy("Corners"),
    "address_required": lazy("Ask for an address"),
    "options": lazy("Shipping options"),
    "tax_rate": lazy("Rate"),
    "tax_label": lazy("Name of the tax"),
    "tax_included": lazy("Prices"),
    "allowed_domains": lazy("Allowed on"),
    "terms_url": lazy("Terms"),
    "privacy_url": lazy("Privacy"),
    **quote_settings.WORDS,
}
BOXES = {
    "ordering": ("ordering_enabled",),
    "shipping": ("address_required",),
    "quotes": ("quotes_enabled",),
}
# The names of fields in the room, where the page's are others.
NAMED = {"tax_rate_bp": "tax_rate", **quote_settings.NAMED}
TOGETHER = ("allowed_domains", "quote_materials")  # lists that are one field of the page


class OrderingForm(StrictIn):
    ordering_enabled: bool = False
    closed_message: Prose | None = Field(None, max_length=300)


class StockForm(StrictIn):
    low_stock_threshold: str | None = Field(None, max_length=12)


class LookForm(StrictIn):
    brand_color: str = Field(max_length=20)
    theme_mode: ThemeMode
    radius: int


class TaxForm(StrictIn):
    tax_rate: str | None = Field(None, max_length=12)
    tax_label: str | None = Field(None, max_length=40)
    tax_included: bool = False


class DomainsForm(StrictIn):
    allowed_domains: Prose | None = Field(None, max_length=10_000)


class LinksForm(StrictIn):
    terms_url: HttpUrl | None = None
    privacy_url: HttpUrl | None = None


def typed(form: Mapping[str, str], section: str) -> dict[str, Any]:
    """Give back what a browser sent of a section; a box that was not ticked is not sent."""
    boxes = dict.fromkeys(BOXES.get(section, ()), "")
    return {**boxes, **{k: v for k, v in form.items() if k not in ("seen", "do")}}


def again(values: Mapping[str, Any], refused: Invalid) -> Form:
    """Give back a refused section as it was typed, each reason at the field of the page."""
    form = Form.again(values, refused)
    wrong: dict[str, str] = {}
    for field, message in form.wrong.items():
        head = field.split(".")[0]
        name = head if head in TOGETHER else NAMED.get(field, field)
        wrong[name] = f"{wrong[name]} {message}" if name in wrong else message
    return Form(form.values, wrong, form.message)


def done(section: str) -> str:
    """Give back what the toast says."""
    said: dict[str, str] = {
        "ordering": _("Shop saved"),
        "stock": _("Stock saved"),
        "look": _("Look saved"),
        "shipping": _("Shipping saved"),
        "quotes": _("Custom requests saved"),
        "tax": _("Tax saved"),
        "domains": _("Domains saved"),
        "links": _("Links saved"),
    }
    return said[section]


def _show_ordering(store: Store) -> dict[str, Any]:
    return {"ordering_enabled": store.ordering_enabled, "closed_message": store.closed_message}


def _read_ordering(values: Mapping[str, Any], _store: Store) -> Changes:
    given = parse(OrderingForm, dict(values))
    return {"ordering_enabled": given.ordering_enabled, "closed_message": given.closed_message}


def _show_stock(store: Store) -> dict[str, Any]:
    return {"low_stock_threshold": str(store.low_stock_threshold)}


def _read_stock(values: Mapping[str, Any], _store: Store) -> Changes:
    name = "low_stock_threshold"
    given = parse(StockForm, dict(values)).low_stock_threshold or ""
    try:
        found = read_whole(given)
    except Unread as error:
        raise field_error(name, error.code, str(error)) from error
    if found is None:
        raise field_error(name, "required", _("Enter from how many on stock is low."))
    return {"low_stock_threshold": found}


def _show_look(store: Store) -> dict[str, Any]:
    return {
        "brand_color": store.brand_color,
        "theme_mode": store.theme_mode.value,
        "radius": store.radius,
    }


def _read_look(values: Mapping[str, Any], store: Store) -> Changes:
    values = dict(values)
    swatch = values.pop("swatch", None)
    # Without script the code does not follow the swatch: the one that was changed counts.
    if swatch and values.get("brand_color") == store.brand_color:
        values["brand_color"] = swatch
    given = parse(LookForm, values)
    return {
        "brand_color": given.brand_color,
        "theme_mode": given.theme_mode,
        "radius": given.radius,
    }


def _show_tax(store: Store) -> dict[str, Any]:
    rate = Decimal(store.tax_rate_bp) / 100
    return {
        "tax_rate": f"{rate.normalize():f}" if rate else "",
        "tax_label": store.tax_label,
        "tax_included": "1" if store.tax_included else "0",
    }


def _read_tax(values: Mapping[str, Any], _store: Store) -> Changes:
    given = parse(TaxForm, dict(values))
    rate = _basis_points(given.tax_rate or "0")
    label = given.tax_label or (_("Tax") if rate else None)
    return {"tax_rate_bp": rate, "tax_label": label, "tax_included": given.tax_included}


def _basis_points(text: str) -> int:
    try:
        points = Decimal(text.removesuffix("%").strip().replace(",", ".")) * 100
    except InvalidOperation:
        points = Decimal("NaN")
    if not points.is_finite() or points != points.to_integral_value():
        say = _("Enter a rate like 20 or 5.5.")
        raise field_error("tax_rate", "invalid_rate", say)
    if not 0 <= points <= 10_000:
        raise field_error("tax_rate", "out_of_range", _("Enter a rate from 0 to 100."))
    return int(points)


def _show_domains(store: Store) -> dict[str, Any]:
    return {"allowed_domains": "\n".join(store.allowed_domains)}


def _read_domains(values: Mapping[str, Any], _store: Store) -> Changes:
    text = parse(DomainsForm, dict(values)).allowed_domains or ""
    return {"allowed_domains": text.replace(",", " ").split()}


def _show_links(store: Store) -> dict[str, Any]:
    return {"terms_url": store.terms_url, "privacy_url": store.privacy_url}


def _read_links(values: Mapping[str, Any], _store: Store) -> Changes:
    given = parse(LinksForm, dict(values))
    return {"terms_url": given.terms_url, "privacy_url": given.privacy_url}


ORDERING = (_read_ordering, _show_ordering, ("ordering_enabled", "closed_message"))
STOCK = (_read_stock, _show_stock, ("low_stock_threshold",))
LOOK = (_read_look, _show_look, ("brand_color", "theme_mode", "radius"))
TAX = (_read_tax, _show_tax, ("tax_rate_bp", "tax_label", "tax_included"))
DOMAINS = (_read_domains, _show_domains, ("allowed_domains",))
LINKS = (_read_links, _show_links, ("terms_url", "privacy_url"))
