"""/console/quotes/rates: what a store's work costs, from which prices are suggested."""

from dataclasses import replace
from typing import Any

from flask import abort, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from synqro import costing, quotes, stores
from synqro.core.currencies import digits
from synqro.core.errors import Changed, DomainError, Invalid, NotFound
from synqro.web.console.answers import refused_status, wants_fragment
from synqro.web.console.blueprint import bp
from synqro.web.console.navigation import clock_time
from synqro.web.console.offer import seen
from synqro.web.console.rates_form import MOST, Draft, machine_row, major, written
from synqro.web.console.rates_reading import Meant, meant
from synqro.web.console.rates_wording import called, examples, labels, theirs
from synqro.web.forms import Form
from synqro.web.mistakes import summary

STARTS = {"fdm": costing.Process.FDM, "resin": costing.Process.RESIN, "both": None}


@bp.get("/quotes/rates")
def edit_rates() -> ResponseReturnValue:
    """Show the rates; a store without any chooses first what to begin with, saved only by Save."""
    kept, version = costing.card_of(g.store)
    start = request.args.get("start", "")
    if kept is None and start not in STARTS:
        return render_template("console/quotes/rates_start.html", back=_back(request.args))
    draft = _started(start) if kept is None else Draft.of(kept, g.store.quote_materials)
    return _page(_stamped(draft, version, _back(request.args)))


@bp.post("/quotes/rates")
def save_rates() -> ResponseReturnValue:
    """Save the rates and what customers choose from, or show what is wrong with them."""
    draft = Draft.typed(request.form)
    found = _meant(draft)
    try:
        if found.wrong:
            raise Invalid(summary(len(found.wrong)), fields=found.wrong)
        costing.save(
            g.store,
            found.rates,
            seen=seen(draft.plain),
            person_id=g.person.id,
            offered=found.offered,
            seen_offered=draft.plain.get("seen_offered", ""),
        )
    except Changed as refused:
        return _overtaken(draft, refused)
    except Invalid as refused:
        return _page(draft, form=Form.again(draft.values, refused), status=refused_status(refused))
    flash(_("Rates saved"))
    back = _back(draft.plain)
    there = url_for("console.show_quote", quote_id=back) if back else url_for("console.edit_rates")
    return redirect(there, code=303)


@bp.post("/quotes/rates/rows")
def edit_rates_rows() -> ResponseReturnValue:
    """Add a row, take one out or put it back; nothing is stored."""
    draft = Draft.typed(request.form)
    focus = _rearrange(draft, request.form.get("do", ""))
    if not wants_fragment():
        return _page(draft, focus=focus)
    return render_template("console/quotes/_rates.html", **_shown(draft, focus=focus), swapped=True)


@bp.post("/quotes/rates/example")
def price_rates_example() -> ResponseReturnValue:
    """Price the examples by what is typed; nothing is stored."""
    draft = Draft.typed(request.form)
    if not wants_fragment():
        return _page(draft)
    return render_template("console/quotes/_rates_example.html", examples=_examples(draft))


def _started(start: str) -> Draft:
    """Give back the form of rates to begin with, the store's materials before the usual ones."""
    offered = g.store.quote_materials
    rates = costing.starting(STARTS[start], g.store.currency, [one["name"] for one in offered])
    if g.store.build_volume_mm:
        machines = tuple(replace(one, build_volume_mm=None) for one in rates.machines)
        rates = replace(rates, machines=machines)
    there = {one["name"] for one in offered}
    usual = [{"name": m.name, "colors": []} for m in rates.materials if m.name not in there]
    return Draft.of(rates, [*offered, *usual])


def _stamped(draft: Draft, version: int, back: str | None) -> Draft:
    """Write into the form what its reader has in view."""
    draft.plain |= {
        "seen": str(version),
        "seen_offered": stores.mark(g.store, "quote_materials"),
        "back": back or "",
    }
    return draft


def _meant(draft: Draft) -> Meant:
    return meant(draft, g.store, costing.card_of(g.store)[0])


def _back(found: Any) -> str | None:
    """Give back the id of the quote that its reader came from, where it is one of the store's."""
    wanted = str(found.get("back", ""))[:100]
    try:
        return quotes.find(g.store.id, wanted).id if wanted else None
    except NotFound:
        return None


def _rearrange(draft: Draft, wish: str) -> str | None:
    """Do to the rows what a button says; give back the name of the field to go on with."""
    what, _dash, rest = wish.partition("-")
    name, _dash, more = rest.partition("-")
    if what == "undo":
        there = draft.undo()
        return _first(*there) if there else None
    if name not in MOST:
        abort(400, _("This button belongs to another page."))
    if what == "add":
        draft.add(name, _fresh_machine(draft, more) if name == "machines" else None)
        return _first(name, len(draft.rows[name]) - 1)
    if what == "remove" and more.isascii() and more.isdigit() and len(more) < 4:
        draft.remove(name, int(more))
        return _first(name, min(int(more), len(draft.rows[name]) - 1))
    return None


def _first(name: str, at: int) -> str:
    """Name the first field of a row; the list's heading where there is none."""
    first = {"breaks": "quantity", "rush": "days"}.get(name, "name")
    return f"{name}.{at}.{first}" if at >= 0 else f"{name}-title"


def _fresh_machine(draft: Draft, process: str) -> dict[str, str]:
    kind = costing.Process.RESIN if process == "resin" else costing.Process.FDM
    names = [row["name"].strip() for row in draft.rows["materials"]]
    machine = costing.starting(kind, g.store.currency, names).machines[0]
    row = machine_row(machine, [name.casefold() for name in names], g.store.currency)
    return {**row, "id": "", "name": ""}


def _overtaken(draft: Draft, refused: DomainError) -> ResponseReturnValue:
    """Show what another saved above what was typed, which can be saved after all."""
    g.store = stores.by_id(g.store.id)
    kept, version = costing.card_of(g.store)
    saved = Draft.of(kept or costing.Rates(g.store.currency), g.store.quote_materials)
    at = costing.saved_at(g.store) or g.store.updated_at
    say = _(
        "Someone else changed these rates at %(time)s. Your text is kept below.",
        time=clock_time(max(at, g.store.updated_at)),
    )
    _stamped(draft, version, _back(draft.plain))
    found = {"overtaken": say, "theirs": theirs(draft, saved)}
    return _page(draft, status=refused_status(refused), **found)


def _examples(draft: Draft) -> Any:
    return examples(_meant(draft), g.store, labels(draft))


def _standard() -> dict[str, str]:
    """Give back what Stripe publishes for the shop's country, as the form writes it."""
    fees, currency = costing.standard_fees(g.store.country, g.store.currency), g.store.currency
    return {"fee_bp": written(fees.bp, 2), "fee_fixed": major(fees.fixed, currency)}


def _page(
    draft: Draft, *, form: Form | None = None, status: int = 200, **more: Any
) -> ResponseReturnValue:
    shown = _shown(draft, form=form, **more)
    return make_response(render_template("console/quotes/rates.html", **shown), status)


def _shown(draft: Draft, *, form: Form | None = None, **more: Any) -> dict[str, Any]:
    kept = costing.card_of(g.store)[0]
    listed = {one["name"].casefold() for one in g.store.quote_materials}
    return {
        "draft": draft,
        "form": form or Form(draft.values),
        "labels": labels(draft),
        "called": called,
        "most": MOST,
        "examples": _examples(draft),
        "back": _back(draft.plain),
        "cents": digits(g.store.currency) > 0,
        "standard": _standard(),
        "saved": kept is not None,
        "taken_off": [m.name for m in kept.materials if m.name.casefold() not in listed]
        if kept
        else [],
        **more,
    }
