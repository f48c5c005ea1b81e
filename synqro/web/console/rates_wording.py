"""What the page of rates says beside its form: names of fields, examples, what another saved."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from flask import g
from flask_babel import gettext as _

from synqro import costing
from synqro.costing import Part, Rates
from synqro.stores import Store
from synqro.web.console.rates_form import Draft
from synqro.web.console.rates_reading import Meant
from synqro.web.console.suggestion_words import Working, working
from synqro.web.console.wording import money

MOST_SAID, MOST_REASONS = 8, 3
MM = 1000
CUBE = Part("", "", 1, None, 8_000 * MM, 2_400 * MM, (20 * MM, 20 * MM, 20 * MM), watertight=True)
# An angle bracket 5 mm thick: 100 mm wide, its legs 60 and 40 mm.
BRACKET = Part(
    "", "", 4, None, 47_500 * MM, 20_950 * MM, (100 * MM, 60 * MM, 40 * MM), watertight=True
)


class Example(NamedTuple):
    """A part with its price and working; `reasons` where there is none."""

    what: str
    price: str
    working: Working | None
    reasons: tuple[str, ...] = ()


def examples(meant: Meant, store: Store, labels: dict[str, str]) -> list[Example]:
    """Price two parts by what is typed, or say why it gives no price."""
    rates = costing.roomy(store, meant.rates)
    timed = {speed.material for machine in rates.machines for speed in machine.speeds}
    names = [material.name for material in rates.materials]
    name = next((name for name in names if name in timed), next(iter(names), None))
    parts = {
        _("A 20 mm cube in %(material)s", material=name or "…"): (CUBE, _("The cube")),
        _("4 brackets, each 100 × 60 × 40 mm"): (BRACKET, _("The bracket")),
    }
    order = {name: place for place, name in enumerate(labels)}
    found = sorted(meant.wrong, key=lambda each: order.get(each["field"], len(order)))
    wrong = tuple(_named(each, labels) for each in found[:MOST_REASONS])
    return [
        _example(what, replace(part, name=called, material=name), rates, wrong)
        for what, (part, called) in parts.items()
    ]


def labels(draft: Draft) -> dict[str, str]:
    """Name every field of the page, in their order, for whoever cannot see where it stands."""
    return {
        **dict(_materials(draft)),
        **dict(_machines(draft)),
        "labour_rate": _("Your hour"),
        "labour_seconds": _("Handwork a piece"),
        "setup": _("Setup of a quote"),
        "packing": _("Packing of a quote"),
        "failure_bp": _("Failed prints"),
        "margin_bp": _("Mark-up or margin"),
        **dict(_breaks(draft)),
        **dict(_rush(draft)),
        "minimum": _("Least that is charged"),
        "rounding": _("Prices end on"),
        "fee_bp": _("Payment fees, share"),
        "fee_fixed": _("Payment fees, each payment"),
    }


def theirs(mine: Draft, saved: Draft) -> list[tuple[str, str]]:
    """Give back what another saved where this person's words differ."""
    typed, there = mine.values, saved.values
    named = {**labels(saved), **labels(mine), "margin_kind": _("Mark-up or margin")}
    differ = [
        (named[name], there.get(name) or _("nothing"))
        for name in named
        if name.rpartition(".")[2] not in ("id", "was")
        and there.get(name, "").strip() != typed.get(name, "").strip()
    ]
    if len(differ) > MOST_SAID:
        more = _("and %(number)s more", number=len(differ) - MOST_SAID)
        return [*differ[:MOST_SAID], (more, "")]
    return differ


def called(draft: Draft, name: str, at: int) -> str:
    """Give back a row's name as it is typed, else its number."""
    typed = draft.rows[name][at].get("name", "").strip()
    return (
        typed
        or {
            "materials": _("material %(number)s", number=at + 1),
            "machines": _("machine %(number)s", number=at + 1),
            "breaks": _("quantity %(number)s", number=at + 1),
            "rush": _("surcharge %(number)s", number=at + 1),
        }[name]
    )


def _example(what: str, part: Part, rates: Rates, wrong: tuple[str, ...]) -> Example:
    if wrong:
        return Example(what, "", None, wrong)
    tax = costing.tax_in(g.store)
    found = costing.estimate(rates, [part], currency=rates.currency, tax_bp=tax)
    if isinstance(found, costing.CannotSuggest):
        reasons = tuple(reason.message for reason in found.reasons)
        return Example(what, "", None, reasons[:MOST_REASONS])
    price = money(found.price, rates.currency)
    return Example(what, price, working(found.packed(), rates.currency))


def _named(wrong: dict[str, str], names: dict[str, str]) -> str:
    name = names.get(wrong["field"])
    return f"{name}: {wrong['message']}" if name else wrong["message"]


def _materials(draft: Draft) -> Iterator[tuple[str, str]]:
    for at in range(len(draft.rows["materials"])):
        here, name = f"materials.{at}.", called(draft, "materials", at)
        yield f"{here}name", _("Name of %(name)s", name=name)
        yield f"{here}colors", _("Colours of %(name)s", name=name)
        yield f"{here}density", _("Density of %(name)s", name=name)
        yield f"{here}price_per_kg", _("Price of a kilogram of %(name)s", name=name)
        yield f"{here}waste_bp", _("Waste of %(name)s", name=name)


def _machines(draft: Draft) -> Iterator[tuple[str, str]]:
    sides = (_("width"), _("depth"), _("height"))
    for at in range(len(draft.rows["machines"])):
        here, name = f"machines.{at}.", called(draft, "machines", at)
        yield f"{here}name", _("Name of %(name)s", name=name)
        yield f"{here}process", _("Process of %(name)s", name=name)
        yield f"{here}rate", _("An hour of %(name)s", name=name)
        for place, side in enumerate(sides):
            words = _("Largest part of %(name)s, %(side)s", name=name, side=side)
            yield f"{here}build_volume_mm.{place}", words
        yield f"{here}wall", _("Wall of %(name)s", name=name)
        yield f"{here}infill_bp", _("Infill of %(name)s", name=name)
        yield f"{here}start_seconds", _("Start of %(name)s", name=name)
        for place in range(len(draft.rows["materials"])):
            both, speed = (called(draft, "materials", place), name), f"{here}speeds.{place}."
            yield f"{speed}volume", _("Volume of %(of)s an hour", of=_joined(both))
            yield f"{speed}area", _("Surface of %(of)s an hour", of=_joined(both))


def _joined(names: tuple[str, str]) -> str:
    return str(_("%(material)s on %(machine)s", material=names[0], machine=names[1]))


def _breaks(draft: Draft) -> Iterator[tuple[str, str]]:
    for at in range(len(draft.rows["breaks"])):
        yield f"breaks.{at}.quantity", _("Quantity %(number)s, pieces", number=at + 1)
        yield f"breaks.{at}.margin_bp", _("Quantity %(number)s, share", number=at + 1)


def _rush(draft: Draft) -> Iterator[tuple[str, str]]:
    for at in range(len(draft.rows["rush"])):
        yield f"rush.{at}.days", _("Surcharge %(number)s, days", number=at + 1)
        yield f"rush.{at}.surcharge_bp", _("Surcharge %(number)s, share", number=at + 1)
