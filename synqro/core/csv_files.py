"""A CSV file as spreadsheets and shops write it: bytes in, records out. Pure."""

import codecs
import csv
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from io import BytesIO, TextIOWrapper
from itertools import count

from synqro.core.errors import Invalid

MOST_RECORDS = 1_048_576  # rows of a sheet, empty ones among them: no spreadsheet has more
LONGEST_RECORD = 100_000  # characters, below what Python's csv takes in one field
DELIMITERS = ",;\t"
SEPARATOR = re.compile(r'"?sep=([,;\t|])"?[,;\t|\s]*', re.IGNORECASE)
PACKED = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # xlsx and ods; xls
NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f]")
PIECE = 64 * 1024
MEGABYTE = 1024 * 1024


class FileNotRead(Invalid):
    """No line of the file can be used; `code` and the message say why."""

    def __init__(self, message: str, *, code: str) -> None:
        fields = [{"field": "file", "code": code, "message": message}]
        super().__init__(message, fields=fields)
        self.code = code  # type: ignore[misc]


class CsvFile:
    """A file that was looked at; `records` reads it anew each time, so that what it says is never
    in memory as a whole.

    `fits` says whether a header has the columns that are needed, by which the sign between the
    cells is found. Raises FileNotRead, here for what the first lines tell, in `records` for the
    rest.
    """

    def __init__(
        self,
        content: bytes,
        fits: Callable[[Sequence[str]], bool],
        *,
        most_bytes: int,
        most_lines: int,
    ) -> None:
        self._content, self._fits, self._most_lines = content, fits, most_lines
        self._encoding = _encoding(content, most_bytes)
        told = SEPARATOR.fullmatch(next(self._physical(), ""))
        self._skips = 1 if told else 0  # a line that only says what separates the cells
        self._delimiter = told[1] if told else self._guessed()
        self.header = self._header(self._delimiter)

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Read the rows below the header that say anything, each with its number in a sheet."""
        records = self._records(self._delimiter)
        next(record for record in records if says(record[1]))
        lines = 0
        for number, cells in records:
            if not says(cells):
                continue
            lines += 1
            if lines > self._most_lines:
                most = f"{self._most_lines:,}"
                say = f"This file has more than {most} lines. Split it, and import each."
                raise FileNotRead(say, code="too_many_lines")
            yield number, cells
        if not lines:
            raise FileNotRead("There are no lines below the names of the columns.", code="no_lines")

    def _header(self, delimiter: str) -> list[str]:
        found = next((cells for _, cells in self._records(delimiter) if says(cells)), None)
        if found is None:
            raise FileNotRead("This file is empty.", code="empty_file")
        return found

    def _guessed(self) -> str:
        found: dict[str, list[str]] = {}
        refused = None
        for delimiter in DELIMITERS:
            try:
                found[delimiter] = self._header(delimiter)
            except FileNotRead as error:
                refused = error
        if refused and not found:
            raise refused
        return max(found, key=lambda one: (self._fits(found[one]), len(found[one])))

    def _records(self, delimiter: str) -> Iterator[tuple[int, list[str]]]:
        """Read all rows with their numbers, empty ones too."""
        since = [0]
        lines = self._physical(self._skips, since)
        reader = csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=True)
        for number in count(1):
            since[0] = 0
            try:
                cells = next(reader, None)
            except csv.Error as error:
                raise _torn(number) from error
            if cells is None:
                return
            if number > MOST_RECORDS:
                say = f"This file has more than {MOST_RECORDS:,} rows, most of them empty."
                raise FileNotRead(say, code="too_many_lines")
            yield number, cells

    def _physical(self, skips: int = 0, since: list[int] | None = None) -> Iterator[str]:
        """Read line after line; `since` counts the characters of the record they belong to."""
        file = TextIOWrapper(BytesIO(self._content), self._encoding, newline="")
        since = since or [0]
        try:
            for at, line in enumerate(iter(partial(file.readline, LONGEST_RECORD + 1), "")):
                since[0] += len(line)
                if NO_TEXT.search(line):
                    raise _no_csv()
                if since[0] > LONGEST_RECORD:
                    raise _too_long(since[0] == len(line))
                if at >= skips:
                    yield line
        except UnicodeDecodeError as error:
            raise _no_csv() from error


def _encoding(content: bytes, most_bytes: int) -> str:
    """Give back how the text is written down. Raises FileNotRead for what is no text."""
    if len(content) > most_bytes:
        most = most_bytes // MEGABYTE
        say = f"This file is larger than {most} MB. Keep the columns that are needed, or split it."
        raise FileNotRead(say, code="file_too_large")
    if content.startswith(PACKED):
        say = "This is a file of a spreadsheet. Save it as CSV first."
        raise FileNotRead(say, code="not_csv")
    if not content.strip():
        raise FileNotRead("This file is empty.", code="empty_file")
    if content.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\0" in content:
        raise _no_csv()
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(content), PIECE):
            decoder.decode(content[start : start + PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def says(cells: Sequence[str]) -> bool:
    """Say whether a row holds anything at all."""
    return any(cell.strip() for cell in cells)


def _no_csv() -> FileNotRead:
    say = "This is not a CSV file. Save your table as CSV, and choose that file."
    return FileNotRead(say, code="not_csv")


def _too_long(at_once: bool) -> FileNotRead:
    if at_once:
        say = "A line of this file is too long for a table."
    else:
        say = "A quotation mark is opened and never closed, or a cell holds too much text."
    return FileNotRead(say, code="not_csv")


def _torn(number: int) -> FileNotRead:
    say = f"Row {number:,}: a quotation mark is opened and never closed, or text follows it."
    return FileNotRead(say, code="torn_quotes")
