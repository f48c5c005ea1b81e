"""Errors as bars around zero, drawn on the server."""

from collections.abc import Sequence
from typing import NamedTuple

from synqro import costing

SLOT, BAR, HALF, MARGIN = 14, 8, 36, 44
LEAST, MOST = 2_000, 10_000
"""Basis points that half the height stands for: never less, so that small errors look small,
and never more, so that one job that went wrong does not flatten all others."""


class Bar(NamedTuple):
    x: int
    y: int
    height: int
    cut: bool


class Chart(NamedTuple):
    """`words` are all values, `top` and `bottom` what the edges stand for. A job without a value
    has its place and no bar.
    """

    width: int
    height: int
    zero: int
    left: int
    bars: list[Bar]
    top: str
    bottom: str
    words: str


def chart(errors: Sequence[int | None]) -> Chart:
    """Draw errors in basis points, the oldest first."""
    known = [bp for bp in errors if bp is not None]
    edge = min(max([LEAST, *map(abs, known)]), MOST)
    bars = [
        _bar(MARGIN + place * SLOT + (SLOT - BAR) // 2, bp, edge)
        for place, bp in enumerate(errors)
        if bp is not None
    ]
    return Chart(
        width=MARGIN + SLOT * costing.MOST_JOBS,
        height=2 * HALF,
        zero=HALF,
        left=MARGIN,
        bars=bars,
        top=signed(edge),
        bottom=signed(-edge),
        words=", ".join(map(signed, known)),
    )


def signed(bp: int | None) -> str:
    """Write basis points as a whole percent with its sign: +18%, −3%, 0%."""
    if bp is None:
        return ""
    share = costing.percent(abs(bp))
    return share if share == "0%" else f"{'+' if bp > 0 else '−'}{share}"


def _bar(x: int, bp: int, edge: int) -> Bar:
    height = max(min(abs(bp), edge) * HALF // edge, 1)
    return Bar(x, HALF - height if bp > 0 else HALF, height, abs(bp) > edge)
