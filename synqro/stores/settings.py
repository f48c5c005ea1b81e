"""What a merchant sets about a store: look, ordering, shipping, tax, where it may be shown."""

from collections.abc import Callable
from hashlib import sha256
from json import dumps
from typing import Any, TypedDict, Unpack
from urllib.parse import urlsplit

from sqlalchemy import select

from synqro.core.clock import now
from synqro.core.currencies import MAXIMUM, step
from synqro.core.db import db, transaction
from synqro.core.errors import Changed, fields_error
from synqro.core.ids import new_id
from synqro.core.wiring import plugged
from synqro.stores import quoting
from synqro.stores.colour import HEX
from synqro.stores.domains import domain
from synqro.stores.errors import StoreNotFound
from synqro.stores.models import Store, ThemeMode

Wrong = list[dict[str, str]]
MOST_DOMAINS, MOST_SHIPPING = 50, 20


class ShippingOption(TypedDict):
    """`price` in minor units; no `countries`: everywhere. A blank `id` gets a new one."""

    id: str
    name: str
    price: int
    countries: list[str]


class Changes(TypedDict, total=False):
    """The settings that one call changes; what is absent stays."""

    ordering_enabled: bool
    closed_message: str | None
    shipping_options: list[ShippingOption]
    address_required: bool
    allowed_domains: list[str]
    terms_url: str | None
    privacy_url: str | None
    tax_rate_bp: int
    tax_label: str | None
    tax_included: bool
    theme_mode: ThemeMode
    brand_color: str
    radius: int
    low_stock_threshold: int
    quotes_enabled: bool
    quote_materials: list[quoting.Material]
    quote_expires_after_days: int
    quote_deposit_bp: int
    quote_lead_time_days: int | None
    quote_retention_days: int
    max_upload_bytes: int
    build_volume_mm: list[int] | None


@transaction()
def save_storefront(store_id: str, *, seen: str | None = None, **changes: Unpack[Changes]) -> Store:
    """Change settings of a store. `seen` is the `mark` of what the editor had in view.

    Those who follow the store are told which settings are others now, inside the transaction.
    Raises Changed where another has changed those fields since, Invalid naming every wrong
    field, StoreNotFound.
    """
    # Not against key shares: those that only name the store, as a new order does, need not wait.
    locked = {"key_share": True}
    store = db.session.get(Store, store_id, with_for_update=locked, populate_existing=True)
    if store is None:
        raise StoreNotFound(f"No store {store_id}.")
    if seen is not None and seen != mark(store, *changes):
        say = "Someone else changed this meanwhile. What you typed is kept below."
        raise Changed(say)
    wrong: Wrong = []
    wanted = _checked(store, changes, wrong)
    changed = frozenset(name for name, value in wanted.items() if value != getattr(store, name))
    for name, value in wanted.items():
        setattr(store, name, value)
    if wrong:
        raise fields_error(wrong)
    store.updated_at = now()
    db.session.flush()
    for follow in plugged("store_listeners"):
        follow(store, changed)
    db.session.expunge(store)
    return store


def steady(store_id: str) -> Store:
    """Give back a store whose settings nobody changes until the transaction ends.

    Call it before what follows the store is locked. Raises StoreNotFound.
    """
    mine = select(Store).where(Store.id == store_id).with_for_update(read=True)
    store = db.session.scalar(mine.execution_options(populate_existing=True))
    if store is None:
        raise StoreNotFound(f"No store {store_id}.")
    db.session.expunge(store)
    return store


def wrong_settings(store: Store, changes: Changes) -> Wrong:
    """Name what is wrong with changes that are not saved yet, for a form that says it all."""
    wrong: Wrong = []
    _checked(store, changes, wrong)
    return wrong


def _checked(store: Store, changes: Changes, wrong: Wrong) -> dict[str, Any]:
    return {
        name: RULES.get(name, _as_is)(name, value, store, wrong) for name, value in changes.items()
    }


@transaction()
def note_embedded(store_id: str) -> None:
    """Write down that the widget stands on a page, the first time it is seen or said."""
    store = db.session.get(Store, store_id)
    if store is None:
        raise StoreNotFound(f"No store {store_id}.")
    store.embedded_at = store.embedded_at or now()


def mark(store: Store, *fields: str) -> str:
    """Give back a short mark that changes with the values of these fields."""
    values = [(name, getattr(store, name)) for name in sorted(fields)]
    return sha256(dumps(values, default=str).encode()).hexdigest()[:16]


def _as_is(_name: str, value: Any, _store: Store, _wrong: Wrong) -> Any:
    return value


def _say(wrong: Wrong, field: str, code: str, message: str) -> None:
    wrong.append({"field": field, "code": code, "message": message})


def _text(longest: int) -> Callable[[str, Any, Store, Wrong], str | None]:
    def rule(name: str, value: str | None, _store: Store, wrong: Wrong) -> str | None:
        if value and len(value) > longest:
            _say(wrong, name, "too_long", f"Use at most {longest} characters.")
        return value or None

    return rule


def _number(least: int, most: int) -> Callable[[str, Any, Store, Wrong], int]:
    def rule(name: str, value: int, _store: Store, wrong: Wrong) -> int:
        if not least <= value <= most:
            _say(wrong, name, "out_of_range", f"Enter a number from {least} to {most}.")
        return value

    return rule


def _unless_none(
    rule: Callable[[str, Any, Store, Wrong], Any],
) -> Callable[[str, Any, Store, Wrong], Any]:
    return lambda name, value, *rest: None if value is None else rule(name, value, *rest)


def _rate(name: str, value: int, _store: Store, wrong: Wrong) -> int:
    if not 0 <= value <= 10_000:
        _say(wrong, name, "out_of_range", "Enter a rate from 0 to 100 %.")
    return value


def _colour(name: str, value: str, _store: Store, wrong: Wrong) -> str:
    if not HEX.fullmatch(value.lower()):
        _say(wrong, name, "invalid_color", "Write a colour like #0f6b5c.")
    return value.lower()


def _link(name: str, value: str | None, _store: Store, wrong: Wrong) -> str | None:
    if not value:
        return None
    try:
        parts = urlsplit(value)
        good = parts.scheme in ("http", "https") and parts.hostname and len(value) <= 2000
    except ValueError:
        good = False
    if not good:
        _say(wrong, name, "invalid_url", "Enter a web address like https://example.com/terms.")
    return value


def _domains(name: str, value: list[str], _store: Store, wrong: Wrong) -> list[str]:
    found: dict[str, None] = {}
    if len(value) > MOST_DOMAINS:
        _say(wrong, name, "too_many", f"Name at most {MOST_DOMAINS} domains.")
    for place, text in enumerate(value[:MOST_DOMAINS]):
        try:
            found[domain(text)] = None
        except ValueError as error:
            _say(wrong, f"{name}.{place}", "invalid_domain", f"“{text[:80]}”: {error}")
    return list(found)


def _shipping(name: str, value: list[ShippingOption], store: Store, wrong: Wrong) -> list[Any]:
    if len(value) > MOST_SHIPPING:
        _say(wrong, name, "too_many", f"Offer at most {MOST_SHIPPING} ways of shipping.")
    known = {option["id"] for option in store.shipping_options}
    seen: set[str] = set()
    for place, option in enumerate(value[:MOST_SHIPPING]):
        _shipping_option(f"{name}.{place}", option, store.currency, wrong)
        if option["id"] in known & seen:
            _say(wrong, f"{name}.{place}.id", "duplicate", "This option stands there twice.")
        seen.add(option["id"])
    return [{**o, "id": o["id"] if o["id"] in known else new_id("ship")} for o in value]


def _shipping_option(field: str, option: ShippingOption, currency: str, wrong: Wrong) -> None:
    if not option["name"]:
        _say(wrong, f"{field}.name", "required", "Give it a name, like Tracked letter.")
    elif len(option["name"]) > 80:
        _say(wrong, f"{field}.name", "too_long", "Use at most 80 characters.")
    if not 0 <= option["price"] <= MAXIMUM or option["price"] % step(currency):
        _say(wrong, f"{field}.price", "invalid_amount", "Enter 0 or an amount that can be charged.")


RULES: dict[str, Callable[[str, Any, Store, Wrong], Any]] = {
    "closed_message": _text(300),
    "shipping_options": _shipping,
    "allowed_domains": _domains,
    "terms_url": _link,
    "privacy_url": _link,
    "tax_rate_bp": _rate,
    "tax_label": _text(40),
    "brand_color": _colour,
    "radius": _number(0, 24),
    "low_stock_threshold": _number(0, 1_000_000),
    "quote_materials": quoting.materials,
    "quote_expires_after_days": _number(1, 365),
    "quote_deposit_bp": _rate,
    "quote_lead_time_days": _unless_none(_number(0, 365)),
    "quote_retention_days": _number(1, 3650),
    "max_upload_bytes": quoting.upload_bytes,
    "build_volume_mm": quoting.build_volume,
}
