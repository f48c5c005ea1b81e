"""What the files of a request measure, as the cost model wants it. Pure."""

from collections.abc import Sequence
from typing import Any

from synqro import costing, uploads
from synqro.quotes.models import Quote
from synqro.quotes.shapes import Wanted

FINE = 1000  # thousandths of mm, mm² and mm³
DOUBTS = frozenset({"maybe_inches", "maybe_metres"})
DRAWINGS = (".pdf", ".png", ".jpg", ".jpeg", ".webp")


def measured(wanted: Sequence[Wanted], kept: dict[str, uploads.Upload]) -> list[dict[str, Any]]:
    """Give back what to keep of each file with the quote, in their order."""
    return [_part(kept[file.upload_id], file.units) for file in wanted]


def first_volume(parts: Sequence[dict[str, Any]]) -> int | None:
    """Give back the mm³ of the first part that has any, rounded up."""
    found = next((part["volume"] for part in parts if part["volume"]), None)
    return None if found is None else -(-found // FINE)


def parts_of(quote: Quote) -> list[costing.Part]:
    """Give back what is to be made: each file, as many times as the customer wants it.

    Files that nothing can be measured of, a drawing beside the model for one, are left out
    where another one was measured. A request without files is one part without facts.
    """
    known = [part for part in quote.parts if part["volume"]] or quote.parts[:1]
    if not known:
        name = quote.product_title or "Part"
        return [costing.Part("", name, quote.quantity, quote.material)]
    return [
        costing.Part(
            id=part["id"],
            name=part["name"],
            quantity=quote.quantity,
            material=quote.material,
            volume=part["volume"],
            area=part["area"],
            size=tuple(part["size"]) if part["size"] else None,
            watertight=part["watertight"],
            doubt=part["doubt"],
        )
        for part in known
    ]


def left_out(quote: Quote) -> list[str]:
    """Give back the names of the files that `parts_of` has no part for."""
    there = {part.id for part in parts_of(quote)}
    return [part["name"] for part in quote.parts if part["id"] not in there]


def is_drawing(filename: str) -> bool:
    """Whether a file only shows what another one is the model of."""
    return filename.lower().endswith(DRAWINGS)


def _part(upload: uploads.Upload, units: str | None) -> dict[str, Any]:
    none = {"volume": None, "area": None, "size": None, "watertight": False, "doubt": False}
    named = {"id": upload.id, "name": upload.filename}
    if upload.mesh is None:
        return named | none
    facts = uploads.in_units(upload.mesh, units)
    return named | {
        "volume": round(facts["volume_mm3"] * FINE),
        "area": round(facts["area_mm2"] * FINE),
        "size": [round(side * FINE) for side in facts["size_mm"]],
        "watertight": facts["watertight"],
        "doubt": any(warning["code"] in DOUBTS for warning in facts["warnings"]),
    }
