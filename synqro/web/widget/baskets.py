"""A basket as the address carries it: `var_…:2:2800,…`, never in a cookie.

Each piece is a variant, how many, and the price (minor units) it had when it was put in.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

MOST_PIECES = 30
MOST_OF_ONE = 9999
PIECE = re.compile(r"(var_[0-9A-Za-z]{1,28}):([0-9]{1,4})(?::([0-9]{1,9}))?", re.ASCII)


@dataclass(frozen=True)
class Piece:
    variant_id: str
    quantity: int
    seen: int | None = None


Pieces = tuple[Piece, ...]


def read(text: str) -> Pieces:
    """Give back what an address says; what cannot be read is left out."""
    found: dict[str, Piece] = {}
    for part in text.split(",", MOST_PIECES * 2):
        match = PIECE.fullmatch(part)
        if match is None or len(found) == MOST_PIECES:
            continue
        variant_id, quantity, seen = match[1], int(match[2]), match[3]
        before = found[variant_id].quantity if variant_id in found else 0
        total = min(before + quantity, MOST_OF_ONE)
        if total:
            found[variant_id] = Piece(variant_id, total, int(seen) if seen else None)
    return tuple(found.values())


def write(pieces: Iterable[Piece]) -> str:
    """Give back what `read` reads."""
    return ",".join(
        f"{p.variant_id}:{p.quantity}" + ("" if p.seen is None else f":{p.seen}") for p in pieces
    )


def add(pieces: Pieces, piece: Piece) -> Pieces:
    """Put `piece` in, onto the same variant where it is there already."""
    return read(write([*pieces, piece]))


def change(pieces: Pieces, variant_id: str, quantity: int) -> Pieces:
    """Say how many of a variant there are; 0 takes it out."""
    changed = (replace(p, quantity=quantity) if p.variant_id == variant_id else p for p in pieces)
    return tuple(p for p in changed if p.quantity)
