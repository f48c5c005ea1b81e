"""Texts as people type them, made alike: no blanks around, one form of each letter."""

import unicodedata
from typing import Any

from synqro.catalogue.fields import Fields, VariantFields


def tidied(fields: Fields) -> Fields:
    """Give back `fields` with every text trimmed and empty ones absent in its place."""
    tidy = fields.copy()
    if "title" in fields:
        tidy["title"] = text(fields["title"])
    if "description" in fields:
        tidy["description"] = text(fields["description"]) or ""
    if "sku" in fields:
        tidy["sku"] = text(fields["sku"])
    if "tags" in fields:
        tidy["tags"] = list(dict.fromkeys(filter(None, map(text, fields["tags"]))))
    if "options" in fields:
        tidy["options"] = [_option(option) for option in fields["options"]]
    if "variants" in fields:
        tidy["variants"] = [_variant(row) for row in fields["variants"]]
    return tidy


def text(value: str | None) -> str | None:
    """Give back a text in NFC with plain line ends, or None where nothing is left of it."""
    if value is None:
        return None
    plain = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    return unicodedata.normalize("NFC", plain) or None


def folded(*texts: str) -> str:
    """Give back what a search compares: all letters small, one text a line."""
    return "\n".join(unicodedata.normalize("NFKC", text).casefold() for text in texts)


def _option(option: dict[str, Any]) -> dict[str, Any]:
    values = [text(value) for value in option["values"]]
    return {"name": text(option["name"]) or "", "values": [value for value in values if value]}


def _variant(row: VariantFields) -> VariantFields:
    tidy = row.copy()
    if "sku" in row:
        tidy["sku"] = text(row["sku"])
    if "options" in row:
        tidy["options"] = {
            text(name) or "": text(value) or "" for name, value in row["options"].items()
        }
    return tidy
