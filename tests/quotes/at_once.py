"""A shop whose rules answer by themselves, and requests that they take or leave."""

import io
import struct
from dataclasses import replace
from typing import Any

from synqro import costing, quotes, stores, uploads
from synqro.core.db import db
from synqro.costing import Automatic, Machine, MarginKind, Material, Process, Rates, Speed
from tests import makers

SIDES = ((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))
CORNERS = [(x, y, z) for x in (0, 1) for y in (0, 1) for z in (0, 1)]
RATES = Rates(
    "EUR",
    materials=(Material("PLA", 1240, 2500, 500), Material("PETG", 1270, 3000, 500)),
    machines=(
        Machine(
            "m1", "Printer", Process.FDM, 300, (250, 210, 210), 1200, 2000, 600,
            (Speed("PLA", 15_000, 0), Speed("PETG", 12_000, 0)),
        ),
    ),
    labour_rate=2500,
    labour_seconds=120,
    setup=300,
    packing=150,
    failure_bp=500,
    margin_kind=MarginKind.MARKUP,
    margin_bp=4000,
)  # fmt: skip
SECRETS = ("milligrams", "worked_out", "margin_bp", "failures", "labour", "machine_id", "Printer")
"""Words of the working, which stand nowhere outside the console."""


def block(x: float = 84, y: float = 33, z: float = 54, *, open_: bool = False) -> bytes:
    """An STL of a block; an `open_` one has no lid."""
    corners = [(a * x, b * y, c * z) for a, b, c in CORNERS]
    triangles = [(a, b, c) for a, b, c, d in SIDES] + [(a, c, d) for a, b, c, d in SIDES]
    triangles = triangles[1:] if open_ else triangles
    faces = b"".join(
        struct.pack("<12fH", 0, 0, 0, *(float(v) for corner in t for v in corners[corner]), 0)
        for t in triangles
    )
    return bytes(80) + struct.pack("<I", len(triangles)) + faces


def uploaded(
    store: stores.Store, content: bytes = block(), filename: str = "hinge.stl"
) -> uploads.Upload:
    stream = io.BytesIO(content)
    made = uploads.receive(store, stream, filename=filename, visitor="test", length=len(content))
    return made.upload


def switch_on(store: stores.Store, rates: Rates = RATES, **rules: Any) -> Rates:
    """Save rates whose prices go out by themselves."""
    found = replace(rates, automatic=Automatic(**{"enabled": True, "shipping": 590, **rules}))
    costing.save(store, found)
    return found


def wish(store: stores.Store, *contents: bytes, **facts: Any) -> dict[str, Any]:
    """What a customer asks for that the rules take: one block of PLA."""
    files = [
        quotes.Wanted(uploaded(store, content, f"part-{at}.stl").id)
        for at, content in enumerate(contents or (block(),))
    ]
    return {"description": None, "material": "PLA", "files": files, **facts}


def asked(store: stores.Store, *contents: bytes, **facts: Any) -> quotes.Quote:
    return makers.quote(store, **wish(store, *contents, **facts)).quote


def whys(found: quotes.AutomaticOffer | quotes.ByHand) -> list[str]:
    return [stop.why.value for stop in found.stops] if isinstance(found, quotes.ByHand) else []


def offer_of(quote: quotes.Quote) -> quotes.Version:
    db.session.rollback()
    found = quotes.offer_of(quote)
    assert found
    return found
