"""CSV as spreadsheets open it, written piece after piece. Pure."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from synqro.core.csv_cells import guard

BATCH = 500  # rows in a piece
MARK = "\ufeff"  # without it Excel takes UTF-8 for what Windows wrote in 1995
Cell = str | int | None


def written(names: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """Write the names of the columns and the rows, no cell of which is taken for a formula."""
    file = StringIO()
    file.write(MARK)
    write = csv.writer(file).writerow
    write(names)
    for number, row in enumerate(rows, 1):
        write([guard(cell) if isinstance(cell, str) else cell for cell in row])
        if number % BATCH == 0:
            yield file.getvalue()
            file.seek(0)
            file.truncate()
    yield file.getvalue()
