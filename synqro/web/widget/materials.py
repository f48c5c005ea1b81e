"""What a part can be made of, as the form offers it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import g

# Names that makers give to filaments and resins, as a screen shows them.
SHADES = {
    "beige": "#d9c7a4", "black": "#202327", "blue": "#2b6cb0", "bronze": "#8a6a3b",
    "brown": "#6f4a32", "copper": "#b4693f", "cream": "#f1e9d2", "dark blue": "#1f3f77",
    "dark grey": "#4b5058", "gold": "#c9a227", "gray": "#9aa1ab", "green": "#2f8f4e",
    "grey": "#9aa1ab", "ivory": "#f3eeda", "light blue": "#7fb6e6", "light grey": "#c9cdd3",
    "natural": "#ece7d8", "navy": "#1d2f52", "olive": "#6f7336", "orange": "#e8742c",
    "pine": "#2f6b57", "pink": "#e78fb0", "purple": "#7448a8", "red": "#c5352f",
    "sand": "#d9c7a4", "silver": "#b9bec6", "slate": "#56606e", "teal": "#16827c",
    "terracotta": "#d9643a", "turquoise": "#2aa9a1", "violet": "#6d4bb3", "white": "#f4f4f2",
    "yellow": "#f0c02e",
}  # fmt: skip


@dataclass(frozen=True)
class Color:
    name: str
    shade: str
    chosen: bool


@dataclass(frozen=True)
class Material:
    index: int
    name: str
    colors: list[Color]
    chosen: bool


def choices(typed: Mapping[str, Any]) -> list[Material]:
    """Give back the shop's materials, each with its colours, what was chosen marked."""
    wanted = typed.get("material") or ""
    return [
        Material(
            index,
            material["name"],
            _colors(material.get("colors") or [], str(typed.get(f"color.{index}") or "")),
            material["name"] == wanted,
        )
        for index, material in enumerate(g.store.quote_materials)
    ]


def chosen_color(typed: Mapping[str, Any]) -> str:
    """Give back the colour picked under the material that was picked, or nothing."""
    names = [material["name"] for material in g.store.quote_materials]
    wanted = typed.get("material") or ""
    return str(typed.get(f"color.{names.index(wanted)}") or "") if wanted in names else ""


def fields(material: str | None, color: str | None) -> dict[str, str]:
    """Give back a material and a colour as the form would have said them."""
    names = [known["name"] for known in g.store.quote_materials]
    if material is None or material not in names:
        return {}
    found = {"material": material}
    return found | ({f"color.{names.index(material)}": color} if color else {})


def _colors(names: list[str], wanted: str) -> list[Color]:
    return [Color(name, SHADES.get(name.casefold(), ""), name == wanted) for name in names]
