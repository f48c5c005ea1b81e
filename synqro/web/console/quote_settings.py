"""The Storefront page's part about custom requests: how it is shown, and read back."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from flask_babel import lazy_gettext as lazy
from pydantic import BeforeValidator, Field

from synqro.core.errors import Invalid
from synqro.stores import Changes, Material, Store, wrong_settings
from synqro.web.inputs import Prose, StrictIn, parse
from synqro.web.mistakes import summary

MEGABYTE = 1024 * 1024
SIDES = ("build_width", "build_depth", "build_height")
WORDS = {
    "quotes_enabled": lazy("Take custom requests"),
    "quote_materials": lazy("Materials and colours"),
    "quote_expires_after_days": lazy("Price held for"),
    "quote_deposit": lazy("Deposit"),
    "quote_lead_time_days": lazy("Usual lead time"),
    "quote_retention_days": lazy("Files kept after the end"),
    "max_upload": lazy("Largest file"),
    "build_width": lazy("Width of your machine"),
    "build_depth": lazy("Depth of your machine"),
    "build_height": lazy("Height of your machine"),
}
# The names of fields in the room, where the page's are others.
NAMED = {
    "quote_deposit_bp": "quote_deposit",
    "max_upload_bytes": "max_upload",
    **{f"build_volume_mm.{place}": side for place, side in enumerate(SIDES)},
}


def _percent(value: Any) -> Any:
    return value.replace("%", "").replace(",", ".").strip() if isinstance(value, str) else value


Side = Annotated[int, Field(ge=1, le=1_000_000)]


class QuotesForm(StrictIn):
    quotes_enabled: bool = False
    quote_materials: Prose | None = Field(None, max_length=20_000)
    quote_expires_after_days: int = Field(14, ge=-(10**9), le=10**9)
    quote_deposit: Annotated[Decimal, BeforeValidator(_percent)] = Field(
        Decimal(0), ge=0, le=100, decimal_places=2
    )
    quote_lead_time_days: int | None = Field(None, ge=-(10**9), le=10**9)
    quote_retention_days: int = Field(90, ge=-(10**9), le=10**9)
    max_upload: int = Field(1, ge=0, le=10**6)
    build_width: Side | None = None
    build_depth: Side | None = None
    build_height: Side | None = None


def show(store: Store) -> dict[str, Any]:
    """Give back what the fields show of a store."""
    deposit = Decimal(store.quote_deposit_bp) / 100
    sides = store.build_volume_mm or ("", "", "")
    return {
        "quotes_enabled": store.quotes_enabled,
        "quote_materials": "\n".join(map(_line, store.quote_materials)),
        "quote_expires_after_days": store.quote_expires_after_days,
        "quote_deposit": f"{deposit.normalize():f}" if deposit else "",
        "quote_lead_time_days": store.quote_lead_time_days,
        "quote_retention_days": store.quote_retention_days,
        "max_upload": max(1, store.max_upload_bytes // MEGABYTE),
        **dict(zip(SIDES, sides, strict=True)),
    }


def read(values: Mapping[str, Any], store: Store) -> Changes:
    """Read the fields. Raises Invalid, naming every wrong one, the room's rules included."""
    try:
        return _changes(parse(QuotesForm, dict(values)), store)
    except Invalid as refused:
        wrong: Any = refused.facts["fields"]
        bad = {field["field"] for field in wrong}
        right = {name: v for name, v in values.items() if name in WORDS and name not in bad}
        also = wrong_settings(store, _changes(parse(QuotesForm, right), store))
        wrong = [*wrong, *(f for f in also if NAMED.get(f["field"], f["field"]) not in bad)]
        say = summary(len(wrong)) if len(wrong) > 1 else str(refused)
        raise Invalid(say, fields=wrong) from refused


def _changes(given: QuotesForm, store: Store) -> Changes:
    sides = [getattr(given, side) or 0 for side in SIDES]
    largest = given.max_upload * MEGABYTE
    if given.max_upload == max(1, store.max_upload_bytes // MEGABYTE):
        largest = store.max_upload_bytes  # not touched: no rounding
    return {
        "quotes_enabled": given.quotes_enabled,
        "quote_materials": _materials(given.quote_materials or ""),
        "quote_expires_after_days": given.quote_expires_after_days,
        "quote_deposit_bp": int(given.quote_deposit * 100),
        "quote_lead_time_days": given.quote_lead_time_days,
        "quote_retention_days": given.quote_retention_days,
        "max_upload_bytes": largest,
        "build_volume_mm": sides if any(sides) else None,
    }


def _line(material: Mapping[str, Any]) -> str:
    colours = ", ".join(material["colors"])
    return f"{material['name']}: {colours}" if colours else str(material["name"])


def _materials(text: str) -> list[Material]:
    found: list[Material] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        name, _, colours = line.partition(":")
        words = [word.strip() for word in colours.split(",")]
        found.append({"name": name.strip(), "colors": [word for word in words if word]})
    return found


QUOTES = (
    read,
    show,
    (
        "quotes_enabled", "quote_materials", "quote_expires_after_days", "quote_deposit_bp",
        "quote_lead_time_days", "quote_retention_days", "max_upload_bytes", "build_volume_mm",
    ),
)  # fmt: skip
