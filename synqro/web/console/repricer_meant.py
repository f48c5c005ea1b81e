"""A form of a rule held against what the repricer takes: its terms, or what is wrong where."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from flask_babel import gettext as _

from synqro import repricer
from synqro.core.errors import Invalid
from synqro.repricer import Terms
from synqro.stores import Store
from synqro.web.console.repricer_form import PLAIN, Typed
from synqro.web.console.repricer_reading import Reader, Wrong
from synqro.web.console.repricer_sentence import title

RENAMED = {"max_available": "under", "max_units": "under", "adjust_percent": "by"}
INSTEAD = {
    "bounds": "bounds.min",
    "scope": "scope.tags",
    "scope.listing_ids": "q",
    "scope.marketplaces": "scope.marketplaces",
    "strategy": "follows",
    "schedule.active": "times.0.day",
    "stock.bands": "stock.bands.0.under",
    "velocity.bands": "velocity.bands.0.under",
    "competitor.by": "competitor.by.value",
    "guards.price_war": "guards.price_war.max_drops",
}


class Meant(NamedTuple):
    """`wire` is the rule as the API takes it; `terms` are None where anything is wrong."""

    wire: dict[str, Any]
    terms: Terms | None
    wrong: list[Wrong]


def meant(store: Store, typed: Typed) -> Meant:
    """Read a form; a rule without a name is called after what it does."""
    reader = Reader(typed, store.currency, store.timezone)
    wire = reader.wire()
    named = {**wire, "name": wire["name"] or "…"}
    terms, found = None, list(reader.wrong)
    try:
        terms = repricer.written(store, {k: v for k, v in named.items() if v is not None}).terms
    except Invalid as refused:
        fields: Any = refused.facts.get("fields") or []
        found += [_in_words(_placed(one, reader)) for one in fields]
    wrong: dict[str, Wrong] = {}
    for one in found:
        wrong.setdefault(one["field"], one)
    if "bounds.min_margin_percent" in wrong and not reader.text("bounds.min"):
        wrong.pop("bounds.min", None)  # it was typed, and only cannot be read
    if wrong or terms is None:
        return Meant(wire, None, list(wrong.values()))
    return Meant({**wire, "name": wire["name"] or title(terms, store.locale)}, terms, [])


def _placed(wrong: Wrong, reader: Reader) -> Wrong:
    """Name the field of the form that a part of the document came from."""
    steps = wrong["field"].split(".")
    if steps[:2] == ["strategy", "bands"] and len(steps) > 2 and steps[2].isdecimal():
        at = int(steps[2])
        row = reader.places[at] if at < len(reader.places) else f"{reader.text('follows')}.bands.0"
        part = RENAMED.get(steps[-1], "under")
        return wrong | {"field": f"{row}.{'by' if row.endswith('rest') else part}"}
    if steps[0] == "strategy" and len(steps) > 1:
        steps[0] = reader.text("follows")
    return wrong | {"field": _known(steps)}


def _known(steps: Sequence[str]) -> str:
    """Give back the longest beginning of a path that is a field of the form."""
    for end in range(len(steps), 0, -1):
        name = ".".join(steps[:end])
        if name in INSTEAD or name in PLAIN:
            return INSTEAD.get(name, name)
    return "follows"


def _in_words(wrong: Wrong) -> Wrong:
    """Say in a shop's words what is missing."""
    if wrong["code"] not in ("required", "too_few", "missing"):
        return wrong
    words = {
        "bounds.min": _("Say the lowest price, or how much is to be left after cost and fees."),
        "bounds.max": _("Say the highest price: this rule can raise prices."),
        "fixed.price": _("Enter the price."),
        "competitor.seller": _("Name the seller."),
        "competitor.by.value": _("Say by how much."),
        "guards.price_war.max_drops": _("Say when it rests: this rule can go up when others drop."),
    }
    return wrong | {"message": words.get(wrong["field"], _("Fill this in."))}
