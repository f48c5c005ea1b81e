"""What a person changed about a suggested price, as typed, and the parts and amounts it means."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal
from typing import Any, TypeVar

from flask_babel import gettext as _

from synqro import costing, quotes
from synqro.core.currencies import MAXIMUM, step
from synqro.core.typed import Unread, read_amount, read_whole
from synqro.web.console.quote_form import CHANGED, major
from synqro.web.console.quote_reading import Wrong
from synqro.web.console.suggestion_words import duration

T = TypeVar("T")

GRAMS = re.compile(r"([0-9]{1,6}(?:[.,][0-9]{1,3})?) ?g?", re.I)
CLOCK = re.compile(r"([0-9]{1,4}):([0-5]?[0-9])(?: ?h)?", re.I)
HOURS = re.compile(r"([0-9]{1,4}(?:[.,][0-9]{1,2})?) ?h(?:ours?|rs?)?", re.I)
BOTH = re.compile(
    r"(?:([0-9]{1,4}) ?h(?:ours?|rs?)?)? ?(?:([0-9]{1,6}) ?(?:m(?:in(?:utes?)?)?)?)?", re.I
)
MILLIGRAMS, MINUTE, HOUR = 1000, 60, 3600


@dataclass(frozen=True)
class Changes:
    """`parts` are those to be made, `overrides` amounts of lines in minor units; what cannot be
    read is in `wrong`, by the names of the form.
    """

    parts: list[costing.Part]
    overrides: dict[costing.LineKind, int]
    wrong: list[Wrong]


def changed(values: Mapping[str, str]) -> bool:
    """Say whether anything was typed that changes a suggested price."""
    return any(values.get(name, "").strip() for name in CHANGED)


def amounts_set(values: Mapping[str, str]) -> bool:
    """Say whether an amount of a line was typed."""
    return any(values.get(f"cost.{kind}", "").strip() for kind in costing.SETTABLE)


def read(values: Mapping[str, str], quote: quotes.Quote, rates: costing.Rates) -> Changes:
    """Give back what was typed; an empty field leaves what was asked for, or is worked out."""
    typed = _Typed(values, quote.currency, rates)
    parts = [typed.part(at, part) for at, part in enumerate(quotes.parts_of(quote))]
    amounts = {kind: typed.amount(f"cost.{kind}") for kind in costing.SETTABLE}
    told = {kind: amount for kind, amount in amounts.items() if amount is not None}
    return Changes(parts, told, typed.wrong)


def again(working: Mapping[str, Any], quote: quotes.Quote) -> dict[str, str]:
    """Give back what has to be typed again so that a sent price is worked out as it was: what
    was typed of its parts, and amounts that were set.
    """
    lines = {line["kind"]: line for line in working["lines"]}
    values = {
        f"cost.{kind}": major(line["amount"], quote.currency)
        for kind, line in lines.items()
        if line["amount"] != line["worked_out"]
    }
    weighed = lines[costing.LineKind.MATERIAL]["facts"]["parts"]
    timed = lines[costing.LineKind.MACHINE]["facts"]["parts"]
    for at, (part, item) in enumerate(zip(quotes.parts_of(quote), working["items"], strict=False)):
        path = f"part.{at}."
        if item["quantity"] != part.quantity:
            values[f"{path}quantity"] = str(item["quantity"])
        if part.material and item["material"] != part.material:
            values[f"{path}material"] = item["material"]
        if timed[at]["chosen"]:
            values[f"{path}machine"] = item["machine_id"]
        if weighed[at]["typed"]:
            values[f"{path}grams"] = format(Decimal(item["milligrams"]) / MILLIGRAMS, "f")
        if timed[at]["typed"]:
            values[f"{path}minutes"] = duration(item["seconds"])
    return values


class _Typed:
    def __init__(self, values: Mapping[str, str], currency: str, rates: costing.Rates) -> None:
        self.values, self.currency = values, currency
        self.materials = {one.name for one in rates.materials}
        self.machines = {one.id for one in rates.machines}
        self.wrong: list[Wrong] = []

    def part(self, at: int, part: costing.Part) -> costing.Part:
        path = f"part.{at}."
        return replace(
            part,
            quantity=self._tried(f"{path}quantity", _pieces) or part.quantity,
            material=self._tried(f"{path}material", self._material) or part.material,
            machine_id=self._tried(f"{path}machine", self._machine) or part.machine_id,
            milligrams=self._tried(f"{path}grams", read_grams),
            seconds=self._tried(f"{path}minutes", read_duration),
        )

    def amount(self, name: str) -> int | None:
        return self._tried(name, lambda text: _amount(text, self.currency))

    def _material(self, text: str) -> str:
        if text and text not in self.materials:
            raise Unread("unknown_material", _("Choose one of the materials in your rates."))
        return text

    def _machine(self, text: str) -> str:
        if text and text not in self.machines:
            raise Unread("unknown_machine", _("Choose one of the machines in your rates."))
        return text

    def _tried(self, name: str, read: Callable[[str], T | None]) -> T | None:
        try:
            return read(self.values.get(name, "").strip())
        except Unread as error:
            self.wrong.append({"field": name, "code": error.code, "message": str(error)})
            return None


def read_grams(text: str) -> int | None:
    """Give back milligrams of 24, 24.5 or 24,5 g, or None for an empty field. Raises Unread."""
    if not text:
        return None
    found = GRAMS.fullmatch(text)
    milligrams = int(_decimal(found[1]) * MILLIGRAMS) if found else 0
    if not milligrams:
        raise Unread("not_grams", _("Enter the grams of a piece, like 24.5."))
    return milligrams


def read_duration(text: str) -> int | None:
    """Give back seconds of 2:10, 2 h 10, 1.5 h, 45 min or 130, which are minutes, or None for an
    empty field. Raises Unread.
    """
    if not text:
        return None
    seconds = 0
    if clock := CLOCK.fullmatch(text):
        seconds = int(clock[1]) * HOUR + int(clock[2]) * MINUTE
    elif hours := HOURS.fullmatch(text):
        seconds = int((_decimal(hours[1]) * HOUR).to_integral_value(ROUND_CEILING))
    elif both := BOTH.fullmatch(text):
        seconds = int(both[1] or 0) * HOUR + int(both[2] or 0) * MINUTE
    if not seconds:
        raise Unread("not_a_duration", _("Enter a time like 2 h 10, 2:10 or 130 minutes."))
    return seconds


def _pieces(text: str) -> int | None:
    found = read_whole(text)
    if found is not None and not 1 <= found <= quotes.MOST_PIECES:
        most = f"{quotes.MOST_PIECES:,}"
        raise Unread("out_of_range", _("Enter a number from 1 to %(most)s.", most=most))
    return found


def _amount(text: str, currency: str) -> int | None:
    found = read_amount(text, currency)
    if found is not None and (not 0 <= found <= MAXIMUM or found % step(currency)):
        raise Unread("invalid_amount", _("Enter 0 or an amount that can be charged."))
    return found


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))
