"""A file of counts as spreadsheets and shops write it: bytes in, lines out. Pure."""

from collections.abc import Iterator
from typing import NamedTuple

from synqro.catalogue.import_columns import Columns, find_columns, fits
from synqro.catalogue.tidy import text
from synqro.core.csv_cells import unguard
from synqro.core.csv_files import CsvFile, says

MOST_FILE_BYTES = 10 * 1024 * 1024
MOST_LINES = 100_000


class Line(NamedTuple):
    """What a line says, in the words of the file; `number` is its row in a spreadsheet.

    `spilled` where it has more cells than there are columns.
    """

    number: int
    sku: str
    variant_id: str
    counted: str
    received: str
    spilled: bool

    @property
    def said(self) -> str:
        return self.counted or self.received


class Sheet:
    """A file of counts that was looked at; `lines` reads it anew each time.

    Raises FileNotRead, here for what the first lines tell, in `lines` for the rest.
    """

    def __init__(self, content: bytes) -> None:
        self._file = CsvFile(content, fits, most_bytes=MOST_FILE_BYTES, most_lines=MOST_LINES)
        self.columns: Columns = find_columns(self._file.header)

    def lines(self) -> Iterator[Line]:
        """Read the lines that say anything, in their order."""
        for number, cells in self._file.records():
            yield self._line(number, cells)

    def _line(self, number: int, cells: list[str]) -> Line:
        def cell(at: int | None) -> str:
            return cells[at].strip() if at is not None and at < len(cells) else ""

        columns = self.columns
        return Line(
            number,
            text(unguard(cell(columns.sku))) or "",
            cell(columns.id),
            unguard(cell(columns.counted)),
            unguard(cell(columns.received)),
            says(cells[columns.wide :]),
        )
