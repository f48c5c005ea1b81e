"""The rules for what a merchant sets about custom requests."""

from typing import Any, TypedDict

from synqro.core.wiring import settings
from synqro.stores.models import Store

MEGABYTE = 1024 * 1024
MOST_MATERIALS, MOST_COLOURS, LONGEST_NAME = 30, 40, 40
LONGEST_SIDE = 10_000  # mm


class Material(TypedDict):
    name: str
    colors: list[str]


Wrong = list[dict[str, str]]


def _say(wrong: Wrong, field: str, code: str, message: str) -> None:
    wrong.append({"field": field, "code": code, "message": message})


def materials(name: str, value: list[Material], _: Store, wrong: Wrong) -> list[Any]:
    """Hold materials to names that can be told apart; a colour named twice counts once."""
    if len(value) > MOST_MATERIALS:
        _say(wrong, name, "too_many", f"Offer at most {MOST_MATERIALS} materials.")
    seen: set[str] = set()
    for place, material in enumerate(value[:MOST_MATERIALS]):
        _material(f"{name}.{place}", material, seen, wrong)
    return [{"name": m["name"], "colors": list(dict.fromkeys(m["colors"]))} for m in value]


def _material(field: str, material: Material, seen: set[str], wrong: Wrong) -> None:
    name = material["name"]
    if not name:
        _say(wrong, field, "required", "A line begins with the material, like PLA: Black, White.")
    elif name.casefold() in seen:
        _say(wrong, field, "duplicate", f"“{name[:LONGEST_NAME]}” stands there twice.")
    if any(len(words) > LONGEST_NAME for words in (name, *material["colors"])):
        say = f"Use at most {LONGEST_NAME} characters for a material or a colour."
        _say(wrong, field, "too_long", say)
    if len(material["colors"]) > MOST_COLOURS:
        _say(wrong, field, "too_many", f"Name at most {MOST_COLOURS} colours of a material.")
    seen.add(name.casefold())


def upload_bytes(name: str, value: int, _: Store, wrong: Wrong) -> int:
    """Hold the largest file to what the operator allows."""
    most = settings().max_upload_bytes
    if not min(MEGABYTE, most) <= value <= most:
        _say(wrong, name, "out_of_range", f"Enter a size from 1 to {max(1, most // MEGABYTE)} MB.")
    return value


def build_volume(name: str, value: list[int] | None, _: Store, wrong: Wrong) -> list[int] | None:
    """Hold the machine's room to three sides, or none where none was said; 0 is a missing one."""
    if value is None or not any(value):
        return None
    for place, side in enumerate(value):
        if not 1 <= side <= LONGEST_SIDE:
            say = f"Enter millimetres from 1 to {LONGEST_SIDE:,}, or leave all three empty."
            _say(wrong, f"{name}.{place}", "out_of_range", say)
    return value
