"""An answer to a quote as a form: what was typed, its lines, the offer they mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Self

from flask_babel import gettext as _

from synqro import costing, quotes
from synqro.core.clock import today
from synqro.core.money import Money
from synqro.stores import Store
from synqro.web.console.quote_reading import Reader, Wrong
from synqro.web.mistakes import MOST

PLAIN = (
    "shipping", "tax", "lead_time_days", "deposit", "expires_on", "message", "seen", "change",
    "rates",
)  # fmt: skip
# What may be changed about a suggested price: its parts in their order, its lines by kind.
PART = ("quantity", "material", "machine", "grams", "minutes")
CHANGED = (
    *(f"part.{at}.{name}" for at in range(quotes.MOST_FILES) for name in PART),
    *(f"cost.{kind}" for kind in costing.SETTABLE),
)
LINE = ("description", "quantity", "unit_price")
ROW = (*LINE, "part")
PLACES = frozenset(map(str, range(quotes.MOST_FILES)))
MOST_LINES = 100  # of those shown again; how many an answer may have is the room's to say
# The names of fields in the room, where the page's are others.
NAMED = {"deposit_bp": "deposit", "deposit_percent": "deposit"}


@dataclass
class Draft:
    """`values` by field name; `lines` of them are typed; `gone` is the line just removed, and
    `stood` are all lines as they stood before the suggested price took their place.

    A line's `part` is the place of the part that it charges for, "" where it is for none.
    """

    values: dict[str, str]
    lines: int
    gone: dict[str, str] = field(default_factory=dict)
    stood: list[dict[str, str]] = field(default_factory=list)

    @classmethod
    def typed(cls, form: Mapping[str, str]) -> Self:
        """Give back what a browser sent; what no field of ours is called is left out."""
        values = {name: form[name] for name in (*PLAIN, *CHANGED) if name in form}
        draft = cls(values, 0, stood=_rows(form, "was"))
        for row in _rows(form, "lines"):
            draft._put(draft.lines, row)
        at = form.get("gone.at", "")
        if at.isascii() and at.isdigit():
            draft.gone = {"at": at, **_row(form, "gone")}
        return draft

    @classmethod
    def asked(cls, store: Store, quote: quotes.Quote, files: list[quotes.Attached]) -> Self:
        """Give back the form that a request fills: what was wished, its price left to name."""
        draft = cls(_terms(store, quote) | {"message": ""}, 0)
        row = {"description": wish(quote, files), "quantity": str(quote.quantity), "part": "0"}
        draft._put(0, row)
        return draft

    @classmethod
    def of(cls, store: Store, quote: quotes.Quote, version: quotes.Version) -> Self:
        """Give back the form that an answer fills which was sent before."""
        draft = cls(_terms(store, quote), 0)
        lines = [quotes.OfferLine(**line) for line in version.lines]
        made = version.working["items"] if version.working else map(vars, quotes.parts_of(quote))
        pieces = dict(enumerate(part["quantity"] for part in made))
        for at, line in enumerate(lines):
            part = str(at) if pieces.get(at) == line.quantity else ""
            price = major(line.unit_price, quote.currency)
            row = {"description": line.description, "quantity": str(line.quantity), "part": part}
            draft._put(at, {**row, "unit_price": price})
        by_rate = quotes.price(store, quotes.Offer(lines, version.shipping)).tax == version.tax
        draft.values |= {
            "shipping": major(version.shipping, quote.currency) if version.shipping else "",
            "tax": "" if by_rate else major(version.tax, quote.currency),
            "lead_time_days": _word(version.lead_time_days),
            "deposit": _percent(version.deposit_bp),
            "message": "",
        }
        return draft

    def add_line(self) -> None:
        if self.lines < MOST_LINES:
            self._put(self.lines, {"quantity": "1"})
        self.gone, self.stood = {}, []

    def remove_line(self, at: int) -> None:
        """Take one line out, kept for the undo; those behind it move up."""
        if not 0 <= at < self.lines:
            return
        rows = self.rows()
        self.gone, self.stood = {"at": str(at), **rows.pop(at)}, []
        self._write(rows)

    def put(self, fresh: Sequence[Mapping[str, str]]) -> None:
        """Let `fresh` lines stand for the parts; those for something else stay behind them."""
        now, known = self.rows(), {row["description"] for row in fresh}
        others = [row for row in now if not (row["part"] or row["description"] in known)]
        said = [row for row in others if row["description"].strip() or row["unit_price"].strip()]
        self.gone, self.stood = {}, now
        self._write([*fresh, *said][:MOST_LINES])

    def undo(self) -> None:
        """Put back what was removed or replaced last, where it stood."""
        if self.stood:
            self._write(self.stood)
        elif self.gone and self.lines < MOST_LINES:
            rows = self.rows()
            rows.insert(int(self.gone["at"][:4]), {part: self.gone[part] for part in ROW})
            self._write(rows)
        self.gone, self.stood = {}, []

    def rows(self) -> list[dict[str, str]]:
        return [self._row(at) for at in range(self.lines)]

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
        return {part: self.values.get(f"lines.{at}.{part}", "") for part in ROW}

    def _put(self, at: int, row: Mapping[str, str]) -> None:
        self.values |= {f"lines.{at}.{part}": row.get(part, "") for part in ROW}
        self.lines = max(self.lines, at + 1)

    def _write(self, rows: Sequence[Mapping[str, str]]) -> None:
        for at in range(self.lines):
            for part in ROW:
                self.values.pop(f"lines.{at}.{part}", None)
        self.lines = 0
        for at, row in enumerate(rows):
            self._put(at, row)


def wish(quote: quotes.Quote, files: list[quotes.Attached]) -> str:
    """Say in a few words what was asked for: hinge-bracket-v3, PETG, grey."""
    named = files[0].upload.filename if files else ""
    return part_words(quote, quote.product_title or stem(named), quote.material)


def part_words(quote: quotes.Quote, name: str, material: str | None) -> str:
    """Say what a line charges for."""
    what = name or _("Custom part")
    return ", ".join(part for part in (what, material, quote.color) if part)[:200]


def stem(filename: str) -> str:
    """Give back a file's name without its ending."""
    return filename.rpartition(".")[0] or filename


def _rows(form: Mapping[str, str], prefix: str) -> list[dict[str, str]]:
    """Give back the lines that a browser sent."""
    rows: list[dict[str, str]] = []
    while len(rows) < MOST_LINES and any(f"{prefix}.{len(rows)}.{part}" in form for part in LINE):
        rows.append(_row(form, f"{prefix}.{len(rows)}"))
    return rows


def _row(form: Mapping[str, str], prefix: str) -> dict[str, str]:
    row = {part: form.get(f"{prefix}.{part}", "") for part in ROW}
    return row if row["part"] in PLACES else {**row, "part": ""}


def _terms(store: Store, quote: quotes.Quote) -> dict[str, str]:
    first = today(store.timezone)
    held = quote.expires_on if quote.expires_on and quote.expires_on >= first.isoformat() else None
    return {
        "lead_time_days": _word(store.quote_lead_time_days),
        "deposit": _percent(store.quote_deposit_bp),
        "expires_on": held or str(first + timedelta(days=store.quote_expires_after_days)),
        "seen": str(quote.version),
    }


def major(amount: int, currency: str) -> str:
    """Write an amount as a field holds it: 15.75."""
    return str(Money(amount, currency).major)


def _percent(basis_points: int) -> str:
    return format(Decimal(basis_points) / 100, "f")


def _word(number: int | None) -> str:
    return "" if number is None else str(number)
