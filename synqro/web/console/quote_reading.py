"""Reads what was typed into the form of an answer, and notes what cannot be read."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeVar

from flask_babel import gettext as _
from pydantic_core import PydanticCustomError

from synqro import quotes
from synqro.core.typed import Unread, read_amount, read_whole
from synqro.web.fields import clean

T = TypeVar("T")

PERCENT = re.compile(r"-?[0-9]{1,6}(?:[.,][0-9]{1,2})?")
Wrong = dict[str, str]


@dataclass
class Reader:
    """Reads typed values; what cannot be read is kept in `wrong` under its name, or as `called`."""

    values: Mapping[str, str]
    currency: str
    wrong: list[Wrong] = field(default_factory=list)

    def line(self, at: int, place: int) -> quotes.OfferLine:
        path, called = f"lines.{at}.", f"lines.{place}."
        description = self.text(f"{path}description", f"{called}description")
        quantity = self.whole(f"{path}quantity", f"{called}quantity")
        price = self.amount(f"{path}unit_price", f"{called}unit_price")
        unread = {wrong["field"] for wrong in self.wrong}
        if not description and f"{called}description" not in unread:
            self._note(f"{called}description", "required", _("Say what this is."))
        if quantity is None and f"{called}quantity" not in unread:
            self._note(f"{called}quantity", "required", _("Enter how many."))
        if price is None and f"{called}unit_price" not in unread:
            self._note(f"{called}unit_price", "required", _("Enter a price."))
        return quotes.OfferLine(description, quantity or 0, price or 0)

    def text(self, name: str, called: str = "", *, lines: bool = False) -> str:
        return self._tried(name, lambda text: _cleaned(text, lines), called) or ""

    def whole(self, name: str, called: str = "") -> int | None:
        return self._tried(name, read_whole, called)

    def amount(self, name: str, called: str = "") -> int | None:
        return self._tried(name, lambda text: read_amount(text, self.currency), called)

    def percent(self, name: str) -> int | None:
        """Read a percentage as basis points."""
        return self._tried(name, _basis_points)

    def day(self, name: str) -> date | None:
        return self._tried(name, _date)

    def _tried(self, name: str, read: Callable[[str], T | None], called: str = "") -> T | None:
        try:
            return read(self.values.get(name, "").strip())
        except Unread as error:
            self._note(called or name, error.code, str(error))
            return None

    def _note(self, name: str, code: str, message: str) -> None:
        self.wrong.append({"field": name, "code": code, "message": message})


def _cleaned(text: str, lines: bool) -> str:
    try:
        return clean(text, lines=lines)
    except PydanticCustomError as error:
        raise Unread(error.type, _("This holds characters that cannot be used here.")) from error


def _basis_points(text: str) -> int | None:
    if not text:
        return None
    if not PERCENT.fullmatch(text):
        raise Unread("invalid_percent", _("Enter a percentage like 50."))
    return int(Decimal(text.replace(",", ".")) * 100)


def _date(text: str) -> date | None:
    if not text:
        return None
    try:
        if len(text) == len("2026-12-04"):  # not one of the shorter forms of ISO 8601
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise Unread("invalid_date", _("Enter a date like 2026-12-04."))
