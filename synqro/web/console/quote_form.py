"""An answer to a quote as a form: what was typed, its lines, the offer they mean."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Self, TypeVar

from flask_babel import gettext as _
from pydantic_core import PydanticCustomError

from synqro import quotes
from synqro.core.clock import today
from synqro.core.money import Money
from synqro.stores import Store
from synqro.web.console.numbers import Unread, read_amount, read_whole
from synqro.web.fields import clean
from synqro.web.mistakes import MOST

T = TypeVar("T")

PLAIN = (
    "shipping", "tax", "lead_time_days", "deposit", "expires_on", "message", "seen", "change",
)  # fmt: skip
LINE = ("description", "quantity", "unit_price")
MOST_LINES = 100  # of those shown again; how many an answer may have is the room's to say
PERCENT = re.compile(r"-?[0-9]{1,6}(?:[.,][0-9]{1,2})?")
# The names of fields in the room, where the page's are others.
NAMED = {"deposit_bp": "deposit", "deposit_percent": "deposit"}
Wrong = dict[str, str]


@dataclass
class Draft:
    """`values` by field name; `lines` of them are typed; `gone` is the line just removed."""

    values: dict[str, str]
    lines: int
    gone: dict[str, str] = field(default_factory=dict)

    @classmethod
    def typed(cls, form: Mapping[str, str]) -> Self:
        """Give back what a browser sent; what no field of ours is called is left out."""
        values = {name: form[name] for name in PLAIN if name in form}
        lines = 0
        while lines < MOST_LINES and any(f"lines.{lines}.{part}" in form for part in LINE):
            for part in LINE:
                values[f"lines.{lines}.{part}"] = form.get(f"lines.{lines}.{part}", "")
            lines += 1
        gone = {part: form.get(f"gone.{part}", "") for part in ("at", *LINE)}
        return cls(values, lines, gone if gone["at"].isascii() and gone["at"].isdigit() else {})

    @classmethod
    def asked(cls, store: Store, quote: quotes.Quote, files: list[quotes.Attached]) -> Self:
        """Give back the form that a request fills: what was wished, its price left to name."""
        draft = cls(_terms(store, quote) | {"message": ""}, 0)
        draft._put(0, {"description": wish(quote, files), "quantity": str(quote.quantity)})
        return draft

    @classmethod
    def of(cls, store: Store, quote: quotes.Quote, version: quotes.Version) -> Self:
        """Give back the form that an answer fills which was sent before."""
        draft = cls(_terms(store, quote), 0)
        lines = [quotes.OfferLine(**line) for line in version.lines]
        for at, line in enumerate(lines):
            price = _major(line.unit_price, quote.currency)
            row = {"description": line.description, "quantity": str(line.quantity)}
            draft._put(at, {**row, "unit_price": price})
        by_rate = quotes.price(store, quotes.Offer(lines, version.shipping)).tax == version.tax
        draft.values |= {
            "shipping": _major(version.shipping, quote.currency) if version.shipping else "",
            "tax": "" if by_rate else _major(version.tax, quote.currency),
            "lead_time_days": _word(version.lead_time_days),
            "deposit": _percent(version.deposit_bp),
            "message": "",
        }
        return draft

    def add_line(self) -> None:
        if self.lines < MOST_LINES:
            self._put(self.lines, {"quantity": "1"})
        self.gone = {}

    def remove_line(self, at: int) -> None:
        """Take one line out, kept for the undo; those behind it move up."""
        if not 0 <= at < self.lines:
            return
        rows = [self._row(row) for row in range(self.lines)]
        self.gone = {"at": str(at), **rows.pop(at)}
        self._write(rows)

    def undo(self) -> None:
        """Put the line back that was removed last, where it stood."""
        if not self.gone or self.lines >= MOST_LINES:
            return
        rows = [self._row(row) for row in range(self.lines)]
        rows.insert(int(self.gone["at"][:4]), {part: self.gone[part] for part in LINE})
        self._write(rows)
        self.gone = {}

    def offer(self, currency: str) -> tuple[quotes.Offer, list[Wrong]]:
        """Give back what the form means, and what in it cannot be read, in the room's names."""
        read = Reader(self.values, currency)
        found = quotes.Offer(
            lines=[read.line(at, place) for place, at in enumerate(self.meant())],
            shipping=read.amount("shipping") or 0,
            tax=read.amount("tax"),
            lead_time_days=read.whole("lead_time_days"),
            expires_on=read.day("expires_on"),
            deposit_bp=read.percent("deposit"),
            message=read.text("message", lines=True) or None,
        )
        return found, read.wrong[:MOST]

    def at_its_field(self, name: str) -> str:
        """Give back the form's name for the room's field, which does not count blank lines."""
        head, *rest = name.split(".")
        meant = self.meant()
        if head != "lines":
            return NAMED.get(name, name)
        if not rest or not rest[0].isdigit() or int(rest[0]) >= len(meant):
            return "lines.0.description"
        return ".".join(("lines", str(meant[int(rest[0])]), *(rest[1:] or ["description"])))

    def meant(self) -> list[int]:
        """Which lines say anything; the only one always does."""
        said = [at for at in range(self.lines) if not self._blank(at)]
        return said or ([0] if self.lines else [])

    def _blank(self, at: int) -> bool:
        row = self._row(at)
        return not row["description"].strip() and not row["unit_price"].strip()

    def _row(self, at: int) -> dict[str, str]:
        return {part: self.values.get(f"lines.{at}.{part}", "") for part in LINE}

    def _put(self, at: int, row: Mapping[str, str]) -> None:
        self.values |= {f"lines.{at}.{part}": row.get(part, "") for part in LINE}
        self.lines = max(self.lines, at + 1)

    def _write(self, rows: list[dict[str, str]]) -> None:
        for at in range(self.lines):
            for part in LINE:
                self.values.pop(f"lines.{at}.{part}", None)
        self.lines = 0
        for at, row in enumerate(rows):
            self._put(at, row)


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


def wish(quote: quotes.Quote, files: list[quotes.Attached]) -> str:
    """Say in a few words what was asked for: hinge-bracket-v3, PETG, grey."""
    named = files[0].upload.filename.rpartition(".")[0] if files else ""
    what = quote.product_title or named or _("Custom part")
    return ", ".join(part for part in (what, quote.material, quote.color) if part)[:200]


def _terms(store: Store, quote: quotes.Quote) -> dict[str, str]:
    first = today(store.timezone)
    held = quote.expires_on if quote.expires_on and quote.expires_on >= first.isoformat() else None
    return {
        "lead_time_days": _word(store.quote_lead_time_days),
        "deposit": _percent(store.quote_deposit_bp),
        "expires_on": held or str(first + timedelta(days=store.quote_expires_after_days)),
        "seen": str(quote.version),
    }


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


def _major(amount: int, currency: str) -> str:
    return str(Money(amount, currency).major)


def _percent(basis_points: int) -> str:
    return format(Decimal(basis_points) / 100, "f")


def _word(number: int | None) -> str:
    return "" if number is None else str(number)
