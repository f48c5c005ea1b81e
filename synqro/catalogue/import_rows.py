"""What the lines of a file of counts mean for what is there. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from synqro.catalogue.import_cells import NotPieces, read_pieces
from synqro.catalogue.import_reading import Line
from synqro.catalogue.rules import LONGEST_SKU, MOST_STOCK
from synqro.catalogue.stock_models import Outcome

MOST_LINES_NAMED = 3
LONGEST_SAID = 40


class Known(NamedTuple):
    """A variant that is offered, or would be were its product not archived."""

    variant_id: str
    title: str
    stock: int | None
    archived: bool


class Wrong(ValueError):
    """The line cannot be understood, or must not be applied."""


class Doubled(NamedTuple):
    """The first lines that speak of one variant, and how many there are."""

    lines: list[int]
    more: int

    def __str__(self) -> str:
        named = [f"{line:,}" for line in self.lines]
        if self.more:
            return f"{', '.join(named)} and {self.more:,} more"
        return f"{', '.join(named[:-1])} and {named[-1]}"


def doubled(lines: Iterable[Line]) -> dict[str, Doubled]:
    """Give back which keys stand in several lines that have a number; keys as of `key`."""
    first: dict[str, int] = {}
    found: dict[str, Doubled] = {}
    for line in lines:
        named = key(line)
        if not named or not line.said:
            continue
        if named not in first:
            first[named] = line.number
            continue
        known = found.get(named) or Doubled([first[named]], 0)
        if len(known.lines) < MOST_LINES_NAMED:
            found[named] = Doubled([*known.lines, line.number], 0)
        else:
            found[named] = known._replace(more=known.more + 1)
    return found


def key(line: Line) -> str:
    """Give back what names the variant: the SKU, else the id behind a blank; "" for neither."""
    return line.sku or (f" {line.variant_id}" if line.variant_id else "")


def meaning(line: Line, known: Mapping[str, Known], twice: Mapping[str, Doubled]) -> dict[str, Any]:
    """Give back the columns of the row of a line, all but its import."""
    found = known.get(key(line))
    row: dict[str, Any] = {
        "line": line.number,
        "sku": line.sku[:LONGEST_SKU],
        "title": found and found.title,
        "variant_id": found and found.variant_id,
        "said": line.said[:LONGEST_SAID],
        "adds": bool(line.received and not line.counted),
        "wanted": None,
        "was": found and found.stock,
        "outcome": Outcome.WRONG,
        "low": False,
        "message": None,
    }
    try:
        row["wanted"] = _wanted(line, found, twice.get(key(line)))
    except (Wrong, NotPieces) as error:
        return {**row, "message": str(error)}
    same = row["wanted"] == row["was"]
    return {**row, "outcome": Outcome.SAME if same else Outcome.CHANGE}


def _wanted(line: Line, found: Known | None, twice: Doubled | None) -> int | None:
    """Give back what the count will be. Raises Wrong, NotPieces."""
    if line.spilled:
        raise Wrong("This line has more cells than there are columns.")
    if not key(line):
        raise Wrong("This line names no SKU.")
    if line.counted and line.received:
        raise Wrong("Enter the count or what was received, not both.")
    if twice:
        what = "SKU" if line.sku else "variant"
        raise Wrong(f"This {what} stands in the lines {twice}. Keep one of them.")
    if found is None:
        raise Wrong("No product has this SKU." if line.sku else "No product has this variant.")
    if not line.said:
        return found.stock
    pieces = read_pieces(line.said)
    if found.archived:
        raise Wrong("This product is archived. Restore it first.")
    return _received(pieces, found) if line.received else _counted(pieces)


def _counted(pieces: int) -> int:
    if pieces < 0:
        raise Wrong("A count is 0 or more.")
    return _possible(pieces)


def _received(pieces: int, found: Known) -> int:
    if pieces < 0:
        raise Wrong("Only what came in is received. Correct a count on the product itself.")
    if found.stock is None:
        raise Wrong("Nobody counts this one yet. Enter how many there are as its stock.")
    return _possible(found.stock + pieces)


def _possible(stock: int) -> int:
    if stock > MOST_STOCK:
        raise Wrong(f"The most is {MOST_STOCK:,} pieces.")
    return stock


def several(rows: Sequence[dict[str, Any]], outcome: Outcome) -> int:
    """Give back how many of the rows have this outcome."""
    return sum(row["outcome"] is outcome for row in rows)
