"""/console/quotes/accuracy: how far the rates are off, and speeds that fit better."""

from typing import Any, NamedTuple

from flask import flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup
from pydantic import Field

from synqro import costing
from synqro.core.errors import Conflict, DomainError, Invalid
from synqro.web.console.accuracy_chart import Chart, chart, signed
from synqro.web.console.answers import refused_status
from synqro.web.console.blueprint import bp
from synqro.web.console.suggestion_words import duration, grams
from synqro.web.inputs import StrictIn, parse


class FiguresForm(StrictIn):
    machine_id: str = Field(max_length=100)
    material: str = Field(max_length=100)
    volume: int = Field(ge=0, le=10**9)
    area: int = Field(0, ge=0, le=10**9)
    waste_bp: int = Field(ge=0, le=10**9)
    seen: int = Field(ge=0, le=10**9)
    undo: bool = False


class Group(NamedTuple):
    """A machine with a material: its last jobs, and what follows from them."""

    accuracy: costing.Accuracy
    time: Chart
    weight: Chart
    correction: costing.Correction | None


@bp.get("/quotes/accuracy")
def show_accuracy() -> str:
    return _page()


@bp.post("/quotes/accuracy")
def use_speeds() -> ResponseReturnValue:
    """Take figures over into the rates as they were shown; the toast puts the old ones back."""
    try:
        form = parse(FiguresForm, request.form.to_dict())
        facts = form.model_dump(exclude={"seen", "undo"})
        new = costing.Figures(**facts)
        done = costing.apply(g.store, new, seen=form.seen, person_id=g.person.id)
    except (Conflict, Invalid) as refused:
        return make_response(_page(refused=_why(refused)), refused_status(refused))
    if form.undo:
        flash(_("Your old figures are back"))
    else:
        _flash_undo(_("Your rates for %(material)s have changed", material=new.material), done)
    return redirect(url_for("console.show_accuracy"), code=303)


def _why(refused: DomainError) -> str:
    """Say what is wrong with figures that nobody typed: their fields are not on the page."""
    found: Any = refused.facts.get("fields") or []
    return " ".join(dict.fromkeys(one["message"] for one in found)) or str(refused)


def _flash_undo(words: str, done: costing.Applied) -> None:
    fields = {**vars(done.before), "seen": done.version, "undo": "1"}
    undo = {"words": words, "path": url_for("console.use_speeds"), "fields": fields}
    flash(Markup(render_template("console/products/_undo.html", undo=undo)))  # noqa: S704


def _page(**more: Any) -> str:
    rates, version = costing.rates_of(g.store), costing.card_of(g.store)[1]
    jobs = costing.last_jobs(g.store)
    told = {
        (one.before.machine_id, one.before.material): one for one in costing.corrected(rates, jobs)
    }
    groups = [
        _group(one, told.get((one.machine.id, one.material.name)))
        for one in costing.accuracy(rates, jobs)
    ]
    return render_template(
        "console/quotes/accuracy.html",
        groups=groups,
        lost=len(jobs) - sum(len(group.accuracy.jobs) for group in groups),
        seen=version,
        signed=signed,
        grams=grams,
        duration=duration,
        speed=speed,
        surface=surface,
        share=share,
        **more,
    )


def _group(found: costing.Accuracy, correction: costing.Correction | None) -> Group:
    jobs = found.jobs[::-1]
    return Group(
        found,
        chart([both.time_bp for both in jobs]),
        chart([both.weight_bp for both in jobs]),
        correction,
    )


def speed(volume: int) -> str:
    """Write mm³ an hour in cm³, as the page of rates has them: 12.7."""
    return _short(volume / 1000)


def surface(area: int) -> str:
    """Write mm² an hour in cm², "" for none."""
    return _short(area / 100) if area else ""


def share(bp: int) -> str:
    """Write basis points as a percent: 5%, 15.5%."""
    return f"{_short(bp / 100)}%"


def _short(number: float) -> str:
    return f"{number:,.3f}".rstrip("0").rstrip(".")
