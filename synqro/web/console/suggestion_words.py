"""The working of a suggested price in words: what, how much, and how it came to that."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from flask import g
from flask_babel import gettext as _
from flask_babel import ngettext

from synqro import costing
from synqro.core.currencies import digits
from synqro.costing import LineKind
from synqro.web.console.wording import money

GRAM, KILOGRAM, MINUTE, HOUR = 1000, 1_000_000, 60, 3600
# What a price may end on besides its ending.
ENDS_TOO = {costing.Rounding.HALF: costing.Rounding.WHOLE}
Facts = Mapping[str, Any]


class How(NamedTuple):
    """How an amount came about; `of` names the part it is about, "" where there is but one."""

    words: str
    of: str = ""


class Row(NamedTuple):
    kind: str
    what: str
    amount: str
    how: list[How]


class Working(NamedTuple):
    """What it costs, what is added, and what it comes to, each after a rule."""

    costs: list[Row]
    cost: Row
    added: list[Row]
    price: Row


def working(found: Facts, currency: str) -> Working:
    """Write an estimate, packed as `costing.Estimate.packed` does it."""
    rows = [(line["kind"], _row(line, currency)) for line in found["lines"]]
    return Working(
        [row for kind, row in rows if kind in costing.COSTS],
        Row("cost", _("Cost"), money(found["cost"], currency), []),
        [row for kind, row in rows if kind not in costing.COSTS],
        Row("price", _("Suggested"), money(found["price"], currency), []),
    )


def title(kind: LineKind) -> str:
    """Name a line of a price."""
    names = {
        LineKind.MATERIAL: _("Material"),
        LineKind.MACHINE: _("Machine time"),
        LineKind.FAILURES: _("Failed prints"),
        LineKind.LABOUR: _("Labour"),
        LineKind.SETUP: _("Setup"),
        LineKind.PACKING: _("Packing"),
        LineKind.MARGIN: _("Margin"),
        LineKind.RUSH: _("Rush"),
        LineKind.MINIMUM: _("Minimum charge"),
        LineKind.TAX: g.store.tax_label or _("Tax"),
        LineKind.ROUNDING: _("Rounding"),
    }
    return str(names[kind])


def grams(milligrams: int) -> str:
    """Write a weight: 0.35 g, 2.4 g, 24 g, 12.4 kg."""
    if milligrams >= 10 * KILOGRAM:
        return f"{_short(milligrams / KILOGRAM, 1)} kg"
    return f"{_short(milligrams / GRAM, 1 if milligrams >= GRAM else 2)} g"


def duration(seconds: int) -> str:
    """Write how long something takes: 30 s, 45 min, 2 h, 2 h 10."""
    if seconds < MINUTE:
        return f"{seconds} s"
    hours, minutes = divmod((seconds + MINUTE // 2) // MINUTE, 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours:,} h {minutes:02}" if minutes else f"{hours:,} h"


def percent(bp: int) -> str:
    """Write basis points: 35%, 2.5%."""
    return f"{_short(bp / 100, 2)}%"


def _row(line: Facts, currency: str) -> Row:
    kind, facts = LineKind(line["kind"]), line["facts"]
    how = list(HOW[kind](facts, currency))
    if line["amount"] != line["worked_out"]:
        out = money(line["worked_out"], currency)
        how.append(How(_("Set by hand, worked out it is %(amount)s", amount=out)))
    return Row(kind, _what(kind, facts), money(line["amount"], currency), how)


def _what(kind: LineKind, facts: Facts) -> str:
    if kind is LineKind.MARGIN:
        named = title(kind) if facts["kind"] == costing.MarginKind.MARGIN else _("Mark-up")
        return f"{named} {percent(facts['bp'])}" if "bp" in facts else named
    if kind is LineKind.TAX or (kind is LineKind.RUSH and facts):
        return f"{title(kind)} {percent(facts['bp'])}"
    return title(kind)


def _material(facts: Facts, currency: str) -> Iterator[How]:
    several = len(facts["parts"]) > 1
    for part in facts["parts"]:
        weight = _times(part["milligrams"], part["quantity"], grams)
        words = _per_kg(weight, part["price_per_kg"], currency)
        yield How(words, part["name"] if several else "")


def _machine(facts: Facts, currency: str) -> Iterator[How]:
    several = len(facts["parts"]) > 1
    for part in facts["parts"]:
        time = _times(part["seconds"], part["quantity"], duration)
        words = _("%(time)s, at %(rate)s per h", time=time, rate=money(part["rate"], currency))
        yield How(words, part["name"] if several else "")


def _failures(facts: Facts, currency: str) -> Iterator[How]:
    yield How(_("%(share)s of prints fail", share=percent(facts["bp"])))


def _labour(facts: Facts, currency: str) -> Iterator[How]:
    time = _times(facts["seconds"], facts["pieces"], duration)
    yield How(_("%(time)s, at %(rate)s per h", time=time, rate=money(facts["rate"], currency)))


def _once(facts: Facts, currency: str) -> Iterator[How]:
    yield How(_("once per quote"))


def _margin(facts: Facts, currency: str) -> Iterator[How]:
    for part in facts.get("parts", ()):
        words = f"{percent(part['bp'])}, {money(part['amount'], currency)}"
        if part["held"]:
            pieces = ngettext("%(num)s piece", "%(num)s pieces", part["held"])
            words = _("%(share)s, no less than %(pieces)s", share=words, pieces=pieces)
        yield How(words, part["name"])
    if facts.get("rest", {}).get("amount"):
        share, amount = percent(facts["rest"]["bp"]), money(facts["rest"]["amount"], currency)
        yield How(_("%(share)s of setup and packing, %(amount)s", share=share, amount=amount))


def _rush(facts: Facts, currency: str) -> Iterator[How]:
    if facts:
        days = max(0, facts["days_left"])
        yield How(ngettext("needed in %(num)s day", "needed in %(num)s days", days))


def _minimum(facts: Facts, currency: str) -> Iterator[How]:
    yield How(_("to the least of %(amount)s", amount=money(facts["minimum"], currency)))


def _tax(facts: Facts, currency: str) -> Iterator[How]:
    yield How(_("your prices include it"))


def _rounding(facts: Facts, currency: str) -> Iterator[How]:
    ending = facts["ending"]
    if ending != costing.Rounding.NONE:
        point = "." if digits(currency) else ""
        ends = " / ".join(f"{point}{end}" for end in sorted({ending, ENDS_TOO.get(ending, ending)}))
        yield How(_("up to the next %(ending)s", ending=ends))


HOW: dict[LineKind, Callable[[Facts, str], Iterable[How]]] = {
    LineKind.MATERIAL: _material,
    LineKind.MACHINE: _machine,
    LineKind.FAILURES: _failures,
    LineKind.LABOUR: _labour,
    LineKind.SETUP: _once,
    LineKind.PACKING: _once,
    LineKind.MARGIN: _margin,
    LineKind.RUSH: _rush,
    LineKind.MINIMUM: _minimum,
    LineKind.TAX: _tax,
    LineKind.ROUNDING: _rounding,
}


def _times(each: int, pieces: int, words: Callable[[int], str]) -> str:
    return f"{words(each)} × {pieces:,} = {words(each * pieces)}" if pieces > 1 else words(each)


def _per_kg(weight: str, price: int, currency: str) -> str:
    return str(_("%(weight)s, at %(price)s per kg", weight=weight, price=money(price, currency)))


def _short(number: float, places: int) -> str:
    text = f"{number:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
