"""/console/orders/…/printed: what an order really took, grams and hours of its printed parts."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from flask import flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from synqro import costing, orders
from synqro.core.errors import Conflict, Invalid
from synqro.core.typed import Unread
from synqro.web.console.answers import refused_status, wants_fragment
from synqro.web.console.blueprint import bp
from synqro.web.console.printed_form import read_time, read_weight, typed_time, typed_weight
from synqro.web.console.printed_rows import Row, off_in_all, rows_of
from synqro.web.forms import Form
from synqro.web.mistakes import summary

FIELDS = {"milligrams": "grams", "seconds": "time"}


class NothingPrinted(Conflict):
    code = "nothing_printed"


class Panel(NamedTuple):
    """`rows` are empty where no rates are set up."""

    rows: list[Row]
    form: Form


@bp.post("/orders/<order_id>/printed")
def note_printed(order_id: str) -> ResponseReturnValue:
    """Note grams and hours of an order's parts; emptied fields take back what was noted."""
    order = orders.find(g.store.id, order_id)
    rates = costing.rates_of(g.store)
    rows = rows_of(order, rates)
    if not rows:
        raise NothingPrinted(_("There is nothing to enter for this order."))
    try:
        jobs = _noted(order, rows)
    except Invalid as refused:
        page = _shown(order, Panel(rows, Form.again(request.form, refused)))
        return make_response(page, refused_status(refused))
    off = off_in_all(rates, jobs)
    words = _("Saved: %(off)s", off=off) if off else _("Saved")
    if wants_fragment():
        page = _shown(order, _panel(order, rates))
        return page + render_template("components/_toast.html", words=words)
    flash(words)
    return redirect(url_for("console.show_order", order_id=order.id) + "#printed", code=303)


def shown(order: orders.Order) -> dict[str, Any]:
    """Give back what templates/console/orders/_printed.html shows."""
    if "live" in request.args:  # the page that keeps itself fresh leaves what is typed alone
        return {}
    return {"printed": _panel(order, costing.rates_of(g.store))}


def _panel(order: orders.Order, rates: costing.Rates) -> Panel | None:
    """Give back the panel of an order, None where nothing of it was measured."""
    rows = rows_of(order, rates)
    if not rows:
        return None
    if not (rates.materials and rates.machines):
        return Panel([], Form({}))
    values = {}
    for row in rows:
        values[f"{row.field}.machine"] = row.job.machine_id
        values[f"{row.field}.grams"] = typed_weight(row.job.milligrams)
        values[f"{row.field}.time"] = typed_time(row.job.seconds)
    return Panel(rows, Form(values))


def _noted(order: orders.Order, rows: list[Row]) -> list[costing.Printed]:
    """Keep what the form says. Raises Invalid, naming every wrong field."""
    wrong: list[dict[str, str]] = []
    # A field that did not come along says nothing of its part.
    mine = [row for row in rows if row.machines and f"{row.field}.grams" in request.form]
    jobs = [_read(row, request.form, wrong) for row in mine]
    if not wrong:
        try:
            costing.record(g.store, order.id, jobs, person_id=g.person.id)
        except Invalid as refused:
            found: Any = refused.facts["fields"]
            wrong = [{**one, "field": _at_its_field(one["field"], mine)} for one in found]
    if wrong:
        raise Invalid(summary(len(wrong)), fields=wrong)
    return jobs


def _at_its_field(named: str, rows: list[Row]) -> str:
    place, _dot, what = named.partition(".")
    return f"{rows[int(place)].field}.{FIELDS[what]}"


def _read(row: Row, typed: Mapping[str, str], wrong: list[dict[str, str]]) -> costing.Printed:
    def number(what: str, read: Callable[[str], int]) -> int:
        field = f"{row.field}.{FIELDS[what]}"
        try:
            return read(typed.get(field, ""))
        except Unread as error:
            wrong.append({"field": field, "code": error.code, "message": str(error)})
            return 0

    machine = typed.get(f"{row.field}.machine", row.job.machine_id)
    if machine not in dict(row.machines):
        say = _("Choose one of your machines.")
        wrong.append({"field": f"{row.field}.machine", "code": "not_a_choice", "message": say})
    return replace(
        row.job,
        machine_id=machine,
        milligrams=number("milligrams", read_weight),
        seconds=number("seconds", read_time),
    )


def _shown(order: orders.Order, panel: Panel | None) -> str:
    """Show the panel for htmx, else alone on a page."""
    name = "_printed" if wants_fragment() else "printed"
    return render_template(f"console/orders/{name}.html", order=order, printed=panel)
