"""The rules of automatic quotes as a form: what was typed, and what it means."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from synqro import costing
from synqro.core.money import Money
from synqro.core.typed import Unread, read_amount, read_whole

PLAIN = ("enabled", "most", "longest_mm", "pieces", "with_words", "shipping", "seen")
LONGEST, MOST = 100, 100  # of a name, and how many are read
Wrong = dict[str, str]


@dataclass
class Typed:
    """`values` by field name, as people wrote them; `materials` are those that were ticked."""

    values: dict[str, str]
    materials: Sequence[str]
    wrong: list[Wrong] = field(default_factory=list)

    @classmethod
    def sent(cls, form: MultiDict[str, str]) -> Self:
        """Give back what a browser sent."""
        return cls(
            {name: form.get(name, "") for name in PLAIN},
            [name[:LONGEST] for name in form.getlist("materials")][:MOST],
        )

    @classmethod
    def of(cls, rates: costing.Rates, version: int) -> Self:
        """Give back the form that the saved rules fill; none named are all materials.

        Where none were saved yet, it has limits to begin with.
        """
        rules, currency = rates.automatic, rates.currency
        if rules == costing.Automatic():
            rules = costing.proposed(currency)

        def amount(found: int | None) -> str:
            return "" if found is None else str(Money(found, currency).major)

        values = {
            "enabled": "1" if rules.enabled else "",
            "most": amount(rules.most),
            "longest_mm": "" if rules.longest_mm is None else str(rules.longest_mm),
            "pieces": "" if rules.pieces is None else str(rules.pieces),
            "with_words": "1" if rules.with_words else "",
            "shipping": amount(rules.shipping) if rules.shipping else "",
            "seen": str(version),
        }
        return cls(values, list(rules.materials) or [one.name for one in rates.materials])

    def shown(self) -> dict[str, Any]:
        return {**self.values, "materials": self.materials}

    def rules(self, currency: str) -> costing.Automatic:
        """Give back the rules that were meant; what cannot be read goes to `wrong`."""
        self.wrong = []
        if self.values["enabled"] and not self.materials:
            say = _("Tick a material at least, or switch automatic quotes off.")
            self._note("materials", "required", say)
        return costing.Automatic(
            enabled=bool(self.values["enabled"]),
            most=self._read("most", lambda text: read_amount(text, currency)),
            longest_mm=self._read("longest_mm", read_whole),
            pieces=self._read("pieces", read_whole),
            materials=tuple(dict.fromkeys(self.materials)),
            with_words=bool(self.values["with_words"]),
            shipping=self._read("shipping", lambda text: read_amount(text, currency)) or 0,
        )

    def _read(self, name: str, read: Callable[[str], int | None]) -> int | None:
        try:
            return read(self.values[name])
        except Unread as error:
            self._note(name, error.code, str(error))
            return None

    def _note(self, name: str, code: str, message: str) -> None:
        self.wrong.append({"field": name, "code": code, "message": message})
