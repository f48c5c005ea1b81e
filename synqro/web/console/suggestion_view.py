"""The suggested price beside a quote: its working, and what of it a person changed or used."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from flask import g
from flask_babel import gettext as _
from flask_babel import ngettext

from synqro import costing, quotes
from synqro.core.typed import Unread, read_amount, read_whole
from synqro.web.console import suggestion_form
from synqro.web.console.navigation import rates as rates_counted
from synqro.web.console.quote_form import Draft, major, part_words, stem
from synqro.web.console.quote_reading import Wrong
from synqro.web.console.suggestion_words import Working, duration, grams, title, working
from synqro.web.console.wording import money

# What is typed away rather than set in the rates.
TYPED = frozenset(
    "no_facts no_volume no_material no_machine too_large_for_machine bad_speed bad_estimate"
    " bad_quantity too_long too_much".split()
)


class Suggested(NamedTuple):
    """What the parts come to as they were changed; `wrong` is what of it cannot be read."""

    parts: list[costing.Part]
    found: costing.Estimate | costing.CannotSuggest
    wrong: list[Wrong]

    @property
    def estimate(self) -> costing.Estimate | None:
        """The price, unless there is none to rely on."""
        return self.found if isinstance(self.found, costing.Estimate) and not self.wrong else None


class Standing(NamedTuple):
    """How the lines of an answer stand to the suggestion. `made_from` it are those that charge
    for every part and as many of each; `more` is what they charge beyond it, None where that
    cannot be said.
    """

    made_from: bool
    more: int | None

    @property
    def used(self) -> bool:
        return self.made_from and self.more == 0


class Reason(NamedTuple):
    words: str
    field: str
    """The field that helps; "": the rates do."""


class PartFields(NamedTuple):
    """What may be typed of a part; `worked` is what stands where nothing is, by field."""

    at: int
    name: str
    worked: dict[str, str]


@dataclass(frozen=True)
class Panel:
    """What templates/console/quotes/_suggestion.html shows. A panel of an answer that was sent
    has its working only. `rates` is the version of those it is worked out with.
    """

    working: Working | None = None
    each: str = ""
    cautions: tuple[str, ...] = ()
    reasons: list[Reason] = field(default_factory=list)
    parts: list[PartFields] = field(default_factory=list)
    kinds: list[tuple[str, str]] = field(default_factory=list)
    materials: list[tuple[str, str]] = field(default_factory=list)
    machines: list[tuple[str, str]] = field(default_factory=list)
    wrong: dict[str, str] = field(default_factory=dict)
    opened: bool = False
    amounts_opened: bool = False
    standing: Standing | None = None
    rates: int = 0
    charge: str = ""
    differs: str = ""
    amounts: dict[str, str] = field(default_factory=dict)

    @property
    def worked(self) -> dict[str, str]:
        """What stands in the fields where nothing is typed."""
        named = ((f"part.{part.at}.{k}", v) for part in self.parts for k, v in part.worked.items())
        return {**dict(named), **self.amounts}


def shown(
    quote: quotes.Quote,
    draft: Draft | None,
    offer: quotes.Version | None = None,
) -> dict[str, Any]:
    """Give back the panel beside a quote: of what is typed, else of what was sent."""
    if draft:
        return {"suggestion": panel(quote, draft), "similar": quotes.similar(g.store.id, quote)}
    if offer is None or offer.working is None:
        return {"suggestion": None}
    each, cautions = _each(quote, offer.working["items"]), offer.working["cautions"]
    return {"suggestion": Panel(working(offer.working, quote.currency), each, tuple(cautions))}


def suggested(quote: quotes.Quote, draft: Draft) -> Suggested:
    """Work the price out, with what was changed about it."""
    rates = costing.rates_of(g.store)
    known = bool(rates.materials and rates.machines)
    changes = suggestion_form.read(draft.values if known else {}, quote, rates)
    found = quotes.suggest(g.store, quote, rates, parts=changes.parts, overrides=changes.overrides)
    return Suggested(changes.parts, found, changes.wrong)


def use(quote: quotes.Quote, draft: Draft) -> bool:
    """Let the suggested lines stand for the parts; say whether there were any."""
    estimate = suggested(quote, draft).estimate
    if estimate is None:
        return False
    alone = len(estimate.items) == 1
    draft.put([_line(quote, at, item, alone) for at, item in enumerate(estimate.items)])
    return True


def fill(quote: quotes.Quote, draft: Draft) -> Draft:
    """Begin an answer with the suggested lines, where there are any to rely on."""
    estimate = suggested(quote, draft).estimate
    if estimate and estimate.firm and use(quote, draft):
        draft.stood = []
    return draft


def packed(quote: quotes.Quote, draft: Draft) -> tuple[dict[str, Any] | None, list[Wrong]]:
    """Give back the working of an answer that is made from the suggestion in view, to be kept
    with it, and what of the changes cannot be read.
    """
    found = suggested(quote, draft)
    made = found.estimate and standing(draft, found.estimate).made_from
    in_view = draft.values.get("rates", "") in ("", str(costing.card_of(g.store)[1]))
    return (found.estimate.packed() if found.estimate and made and in_view else None), found.wrong


def standing(draft: Draft, estimate: costing.Estimate) -> Standing:
    """Compare the lines with the suggestion."""
    lines = [row for row in draft.rows() if row["part"]]
    wanted = {str(at): item.quantity for at, item in enumerate(estimate.items)}
    if {row["part"] for row in lines} != wanted.keys():
        return Standing(False, None)
    pieces, more = Counter[str](), -estimate.charged
    for row in lines:
        if (charged := _charged(row, estimate.currency)) is None:
            return Standing(False, None)
        pieces[row["part"]] += charged[0]
        more += charged[0] * charged[1]
    return Standing(pieces == wanted, more)


def panel(quote: quotes.Quote, draft: Draft) -> Panel:
    """Give back what the panel of an answer that is written shows."""
    rates, found = costing.rates_of(g.store), suggested(quote, draft)
    known = bool(rates.materials and rates.machines)
    estimate = found.estimate
    stands = standing(draft, estimate) if estimate else None
    reasons = _reasons(found)
    return Panel(
        working=working(estimate.packed(), quote.currency) if estimate else None,
        each=_each(quote, map(vars, estimate.items)) if estimate else "",
        cautions=estimate.cautions if estimate else (),
        reasons=reasons,
        parts=_fields(quote, estimate) if known else [],
        kinds=[(str(kind), title(kind)) for kind in costing.SETTABLE],
        materials=[(one.name, one.name) for one in rates.materials],
        machines=[(one.id, one.name) for one in rates.machines],
        wrong={each["field"]: each["message"] for each in found.wrong},
        opened=known and (suggestion_form.changed(draft.values) or any(r.field for r in reasons)),
        amounts_opened=suggestion_form.amounts_set(draft.values),
        standing=stands,
        rates=costing.card_of(g.store)[1],
        amounts=_amounts(estimate) if estimate else {},
        charge=_charge(estimate) if estimate else "",
        differs=_differs(stands.more, quote.currency) if stands else "",
    )


def row_price(row: quotes.Row) -> str:
    """Say what a request may cost, for its row in the box: €68.90 suggested."""
    found = quotes.suggest(g.store, row.quote, rates_counted())
    if isinstance(found, costing.CannotSuggest) or not found.firm:
        return str(_("needs a look"))
    return str(_("%(amount)s suggested", amount=money(found.charged, found.currency)))


def went_for(one: quotes.Similar) -> str:
    """Say what a similar quote was priced at: 6 pieces at €14.20, paid."""
    pieces = ngettext("%(num)s piece", "%(num)s pieces", one.quantity)
    each = money(one.unit_price, one.currency)
    return str(_("%(pieces)s at %(each)s, %(how)s", pieces=pieces, each=each, how=one.status))


def _line(quote: quotes.Quote, at: int, item: costing.Item, alone: bool) -> dict[str, str]:
    name = stem(item.name) if item.id else ""
    named = quote.product_title or name if alone else name
    price = major(item.unit_price, quote.currency)
    words = part_words(quote, named, item.material)
    row = {"description": words, "quantity": str(item.quantity), "unit_price": price}
    return {**row, "part": str(at)}


def _charged(row: dict[str, str], currency: str) -> tuple[int, int] | None:
    try:
        quantity, price = read_whole(row["quantity"]), read_amount(row["unit_price"], currency)
    except Unread:
        return None
    return None if quantity is None or price is None else (quantity, price)


def _reasons(found: Suggested) -> list[Reason]:
    if found.wrong:
        return [Reason(_("A field under Change can’t be read."), found.wrong[0]["field"])]
    if isinstance(found.found, costing.Estimate):
        return []
    places = {part.id: at for at, part in enumerate(found.parts)}
    return [
        Reason(one.message, f"part.{places.get(one.part or '', 0)}.{_helps(one.code)}")
        if one.code in TYPED
        else Reason(one.message, "")
        for one in found.found.reasons
    ]


def _helps(code: str) -> str:
    fields = {
        "no_material": "material",
        "no_machine": "machine",
        "too_large_for_machine": "machine",
        "bad_speed": "minutes",
        "too_long": "minutes",
        "bad_quantity": "quantity",
        "too_much": "quantity",
    }
    return fields.get(code, "grams")


def _fields(quote: quotes.Quote, estimate: costing.Estimate | None) -> list[PartFields]:
    found = []
    for at, part in enumerate(quotes.parts_of(quote)):
        asked = _("%(material)s, as asked", material=part.material) if part.material else ""
        worked = {"quantity": str(part.quantity), "material": asked or _("By your rates")}
        worked["machine"] = _("By your rates")
        if estimate:
            item = estimate.items[at]
            weight, time = grams(item.milligrams), duration(item.seconds)
            worked |= {"grams": weight.removesuffix(" g"), "minutes": time}
        found.append(PartFields(at, part.name, worked))
    return found


def _amounts(estimate: costing.Estimate) -> dict[str, str]:
    return {
        f"cost.{line.kind}": major(line.worked_out, estimate.currency) for line in estimate.lines
    }


def _each(quote: quotes.Quote, items: Iterable[Mapping[str, Any]]) -> str:
    """Say what a piece of the model takes that the stage shows."""
    staged = next((part["id"] for part in quote.parts if part["size"]), None)
    for item in items:
        if staged in (None, item["id"]):
            return f"{grams(item['milligrams'])}, {duration(item['seconds'])}"
    return ""


def _charge(estimate: costing.Estimate) -> str:
    total = money(estimate.charged, estimate.currency)
    if len(estimate.items) == 1:
        item = estimate.items[0]
        return f"{item.quantity:,} × {money(item.unit_price, estimate.currency)} = {total}"
    lines = ngettext("%(num)s line", "%(num)s lines", len(estimate.items))
    return f"{lines}, {total}"


def _differs(more: int | None, currency: str) -> str:
    if not more:
        return ""
    amount = money(abs(more), currency)
    if more > 0:
        return str(_("You charge %(amount)s more.", amount=amount))
    return str(_("You charge %(amount)s less.", amount=amount))
