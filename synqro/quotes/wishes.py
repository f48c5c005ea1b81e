"""What a customer may ask for: every wrong field at once, names as the store's list has them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from synqro.core.clock import today
from synqro.quotes.shapes import Wanted
from synqro.stores import Store

MOST_FILES = 10
MOST_PIECES = 1_000_000
LONGEST_TEXT = 5_000
LONGEST_LINK = 2_000
YEARS_AHEAD = 5
UNITS = ("mm", "cm", "m", "in")
Wrong = list[dict[str, str]]


@dataclass(frozen=True)
class Wish:
    """Everything of a request but its customer."""

    description: str | None
    quantity: int
    material: str | None
    color: str | None
    needed_by: date | None
    file_url: str | None
    files: Sequence[Wanted]


def wrong_in(store: Store, wish: Wish) -> Wrong:
    """List every field of the wish that cannot be."""
    wrong: Wrong = []
    if len(wish.description or "") > LONGEST_TEXT:
        say(wrong, "description", "too_long", f"Use at most {LONGEST_TEXT:,} characters.")
    if not 1 <= wish.quantity <= MOST_PIECES:
        say(wrong, "quantity", "out_of_range", f"Enter a number from 1 to {MOST_PIECES:,}.")
    if wish.material and named(store, wish.material) is None:
        say(wrong, "material", "unknown_material", "Choose one of the shop's materials.")
    if wish.color and coloured(store, wish.material, wish.color) is None:
        say(wrong, "color", "unknown_color", "Choose one of the material's colours.")
    if wish.needed_by:
        _wrong_day(store, wish.needed_by, wrong)
    if wish.file_url and not _is_link(wish.file_url):
        words = "Enter a web address like https://example.com/part.stl."
        say(wrong, "file_url", "invalid_url", words)
    if len(wish.files) > MOST_FILES:
        say(wrong, "uploads", "too_many", f"Send at most {MOST_FILES} files.")
    for place, file in enumerate(wish.files):
        if file.units not in (None, *UNITS):
            words = "Choose one of mm, cm, m, in."
            say(wrong, f"uploads.{place}.units", "not_a_choice", words)
    return wrong


def named(store: Store, material: str | None) -> str | None:
    """Give back the material as the store's list writes it, None where it is not on it."""
    found = _material(store, material)
    return str(found["name"]) if found else None


def coloured(store: Store, material: str | None, color: str | None) -> str | None:
    """Give back the colour as the list writes it: one of the material's, or of any material."""
    chosen = _material(store, material)
    offered = [chosen] if chosen else [] if material else store.quote_materials
    names = (str(name) for one in offered for name in one["colors"])
    return next((name for name in names if _same(name, color)), None)


def say(wrong: Wrong, field: str, code: str, message: str) -> None:
    """Add a wrong field."""
    wrong.append({"field": field, "code": code, "message": message})


def _material(store: Store, material: str | None) -> dict[str, Any] | None:
    return next((one for one in store.quote_materials if _same(one["name"], material)), None)


def _same(listed: object, name: str | None) -> bool:
    return name is not None and str(listed).casefold() == name.strip().casefold()


def _wrong_day(store: Store, day: date, wrong: Wrong) -> None:
    now = today(store.timezone)
    if day < now:
        say(wrong, "needed_by", "in_the_past", "Choose today or a later day.")
    elif day.year > now.year + YEARS_AHEAD:
        words = f"Choose a day within the next {YEARS_AHEAD} years."
        say(wrong, "needed_by", "too_far_ahead", words)


def _is_link(text: str) -> bool:
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False
    return good and len(text) <= LONGEST_LINK and text.isprintable() and " " not in text
