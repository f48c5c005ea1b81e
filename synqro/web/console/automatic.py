"""/console/quotes/automatic: when a price goes out by itself, tried on the last requests."""

from dataclasses import replace
from typing import Any

from flask import flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from synqro import costing, payments
from synqro.core.errors import Changed, Invalid
from synqro.web.console.answers import refused_status, wants_fragment
from synqro.web.console.automatic_form import Typed
from synqro.web.console.automatic_view import Preview, preview
from synqro.web.console.blueprint import bp
from synqro.web.console.navigation import clock_time
from synqro.web.console.offer import seen
from synqro.web.forms import Form
from synqro.web.mistakes import summary


@bp.get("/quotes/automatic")
def edit_automatic() -> ResponseReturnValue:
    """Show the rules beside what the last requests would have got by them."""
    rates, version = costing.card_of(g.store)
    if rates is None:
        return render_template("console/quotes/automatic_empty.html")
    return _page(rates, Typed.of(rates, version))


@bp.post("/quotes/automatic")
def save_automatic() -> ResponseReturnValue:
    """Save the rules, or show what is wrong with them."""
    rates, typed = costing.card_of(g.store)[0], Typed.sent(request.form)
    if rates is None:
        return redirect(url_for("console.edit_automatic"), code=303)
    rules = typed.rules(rates.currency)
    try:
        _refuse(typed, rates, rules)
        costing.save_automatic(g.store, rules, seen=seen(typed.values), person_id=g.person.id)
    except Changed as refused:
        return _overtaken(typed, refused)
    except Invalid as refused:
        form = Form.again(typed.shown(), refused)
        return _page(rates, typed, form=form, status=refused_status(refused))
    on, off = _("Rules saved: automatic quotes are on"), _("Rules saved: automatic quotes are off")
    flash(on if rules.enabled else off)
    return redirect(url_for("console.edit_automatic"), code=303)


@bp.post("/quotes/automatic/preview")
def preview_automatic() -> ResponseReturnValue:
    """Try what is typed on the last requests; nothing is stored."""
    rates, typed = costing.card_of(g.store)[0], Typed.sent(request.form)
    if rates is None:
        return redirect(url_for("console.edit_automatic"), code=303)
    if not wants_fragment():
        return _page(rates, typed)
    return render_template("console/quotes/_automatic_preview.html", tried=_tried(rates, typed))


def _refuse(typed: Typed, rates: costing.Rates, rules: costing.Automatic) -> None:
    """Raise Invalid for every wrong field, named as on the page."""
    named = {wrong["field"] for wrong in typed.wrong}
    found = costing.wrong_with_automatic(replace(rates, automatic=rules))
    also = [{**wrong, "field": wrong["field"].rpartition(".")[2]} for wrong in found]
    wrong = typed.wrong + [each for each in also if each["field"] not in named]
    if wrong:
        raise Invalid(summary(len(wrong)), fields=wrong)


def _tried(rates: costing.Rates, typed: Typed) -> Preview | None:
    """Try the rules; None while they cannot be read."""
    rules = typed.rules(rates.currency)
    tried = replace(rates, automatic=rules)
    if typed.wrong or costing.wrong_with_automatic(tried):
        return None
    return preview(costing.roomy(g.store, tried))


def _overtaken(typed: Typed, refused: Changed) -> ResponseReturnValue:
    """Say that another has saved; what was typed stays, and can be saved after all."""
    rates, version = costing.card_of(g.store)
    typed.values["seen"] = str(version)
    at = costing.saved_at(g.store)
    say = _(
        "Someone else changed the rates at %(time)s. Your text is kept below.",
        time=clock_time(at) if at else "",
    )
    form = Form(typed.shown(), {}, say)
    found = rates or costing.Rates(g.store.currency)
    return _page(found, typed, form=form, status=refused_status(refused))


def _page(
    rates: costing.Rates, typed: Typed, *, form: Form | None = None, status: int = 200
) -> ResponseReturnValue:
    shown: dict[str, Any] = {
        "form": form or Form(typed.shown()),
        "ticked": typed.materials,
        "materials": [material.name for material in rates.materials],
        "on": rates.automatic.enabled,
        "ready": payments.ready(g.store),
        "tried": _tried(rates, typed),
        "example": {"currency": rates.currency},
    }
    page = render_template("console/quotes/automatic.html", **shown)
    return make_response(page, status)
