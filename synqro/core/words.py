"""Counts said in a sentence."""


def several(count: int, one: str, more: str) -> str:
    """Give back a count with its noun, as in 1 checkout or 1,200 checkouts."""
    return f"{count:,} {one if count == 1 else more}"


def sentence(*parts: object) -> str | None:
    """Make one sentence of those parts that say something, without a full stop; None of none."""
    said = "; ".join(str(part) for part in parts if part)
    return said[:1].upper() + said[1:] if said else None
