"""/console/orders: the fulfilment queue, an order with all that belongs to it, the next step."""

from datetime import datetime, timedelta
from typing import Any

from flask import flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import Field

from synqro import catalogue, orders, quotes
from synqro.core.clock import end_of_day, today
from synqro.core.errors import Conflict, DomainError, Invalid
from synqro.core.wiring import settings
from synqro.web.console import printed
from synqro.web.console.answers import refused_status, wants_fragment
from synqro.web.console.blueprint import bp
from synqro.web.console.ledger import books, contests, problem
from synqro.web.console.live import unless_seen
from synqro.web.console.navigation import queue
from synqro.web.console.settlements_orders import brought
from synqro.web.forms import Form
from synqro.web.inputs import Prose, StrictIn, parse

PAGE = 50


class ShipForm(StrictIn):
    carrier: str | None = Field(None, max_length=80)
    tracking_number: str | None = Field(None, max_length=80)


class NoteForm(StrictIn):
    text: Prose = Field(max_length=2_000)


@bp.get("/orders")
def list_orders() -> ResponseReturnValue:
    """Show the queue; its rows alone for the poll, and nothing (304) while nothing changed."""
    found = _queue()
    if "live" in request.args:
        return unless_seen(render_template("console/orders/_queue.html", **found))
    return render_template("console/orders/list.html", **found)


@bp.get("/orders/<order_id>")
def show_order(order_id: str) -> ResponseReturnValue:
    order = orders.find(g.store.id, order_id)
    if "live" in request.args:
        return unless_seen(render_template("console/orders/_order.html", **_order(order)))
    return _page(order)


@bp.post("/orders/<order_id>/start")
def start_order(order_id: str) -> ResponseReturnValue:
    try:
        order = orders.start(g.store.id, order_id, person_id=g.person.id)
    except Conflict as refused:
        return _refused(order_id, refused)
    return _done(order, _("Order %(number)s started", number=order.number))


@bp.post("/orders/<order_id>/ship")
def ship_order(order_id: str) -> ResponseReturnValue:
    """Mark as shipped, with carrier and tracking number or without both."""
    try:
        form = parse(ShipForm, _typed("carrier", "tracking_number"))
        order = orders.ship(g.store.id, order_id, _tracking(form), person_id=g.person.id)
    except (Conflict, Invalid) as refused:
        return _refused(order_id, refused)
    return _done(order, _("Order %(number)s shipped", number=order.number))


@bp.post("/orders/<order_id>/settle")
def settle_problem(order_id: str) -> ResponseReturnValue:
    """Take the flag off an order whose payment somebody has looked at."""
    order = orders.settle_problem(g.store.id, order_id, person_id=g.person.id)
    return _done(order, _("Marked as looked at"))


@bp.post("/orders/<order_id>/notes")
def add_note(order_id: str) -> ResponseReturnValue:
    try:
        form = parse(NoteForm, _typed("text"))
        orders.add_note(g.store.id, order_id, form.text, person_id=g.person.id)
    except Invalid as refused:
        order = orders.find(g.store.id, order_id)
        return _page(order, refused_status(refused), note=Form.again(request.form, refused))
    flash(_("Note added"))
    return redirect(url_for("console.show_order", order_id=order_id) + "#timeline", code=303)


def _typed(*names: str) -> dict[str, str]:
    return {name: request.form[name] for name in names if name in request.form}


def _tracking(form: ShipForm) -> orders.Tracking | None:
    if form.carrier and form.tracking_number:
        return orders.Tracking(form.carrier, form.tracking_number)
    if not form.carrier and not form.tracking_number:
        return None
    field = "tracking_number" if form.carrier else "carrier"
    say = _("Enter both, or leave both empty.")
    raise Invalid(say, fields=[{"field": field, "code": "required", "message": say}])


def _queue(**more: Any) -> dict[str, Any]:
    asked = request.args.get("status", "")
    q = request.args.get("q", "")[:200]
    shown = orders.Shown(asked) if asked in list(orders.Shown) else orders.Shown.TO_DO
    if q:
        shown = orders.Shown.ALL
    found = orders.worklist(
        g.store.id,
        shown=shown,
        q=q,
        paid_since=_midnight(),
        cursor=request.args.get("cursor") or None,
        limit=PAGE,
    )
    return {
        "page": found,
        "shown": shown,
        "q": q,
        "waiting": queue(),
        "thumbs": _thumbs(found.data),
        "balances": orders.balances(found.data),
        "today": today(g.store.timezone),
        **more,
    }


def _midnight() -> datetime:
    """Give back when the store's day began."""
    zone = g.store.timezone
    return end_of_day(today(zone) - timedelta(days=1), zone)


def _thumbs(found: Any) -> dict[str, catalogue.Image]:
    ids = {line.product_id for order in found for line in order.lines if line.product_id}
    return catalogue.first_images(g.store.id, ids) if ids else {}


def _order(order: orders.Order, **more: Any) -> dict[str, Any]:
    token = orders.link_token(order)
    contested = contests(order)
    return {
        "order": order,
        "thumbs": _thumbs([order]),
        "timeline": orders.timeline(order),
        "books": books(order),
        "brought": brought(order),
        "can_cancel": orders.can_cancel(order),
        "contests": contested,
        "problem": problem(order, contested),
        "due": orders.balance_due(order),
        "balances": orders.balances([order]),
        **_quote(order),
        **printed.shown(order),
        "link": f"{settings().public_url}/s/{g.store.publishable_key}/orders/{token}",
        "today": today(g.store.timezone),
        "note": Form({}),
        **more,
    }


def _quote(order: orders.Order) -> dict[str, Any]:
    """Give back the quote that an order was made from, and what its customer sent."""
    try:
        quote = quotes.find(g.store.id, order.quote_id) if order.quote_id else None
    except quotes.QuoteNotFound:
        quote = None
    return {"quote": quote, "files": quotes.files(g.store, quote) if quote else []}


def _page(order: orders.Order, status: int = 200, **more: Any) -> ResponseReturnValue:
    return make_response(
        render_template("console/orders/show.html", **_order(order, **more)), status
    )


def _done(order: orders.Order, words: str) -> ResponseReturnValue:
    """Give back the row or the page that the button stood in."""
    in_list = request.form.get("from") == "list"
    if wants_fragment() and in_list:
        row = _row(order)
        return row + render_template("components/_toast.html", words=words)
    flash(words)
    if in_list:
        return redirect(url_for("console.list_orders"), code=303)
    return redirect(url_for("console.show_order", order_id=order.id), code=303)


def _refused(order_id: str, refused: DomainError) -> ResponseReturnValue:
    """Show the refusal where the button stood, with what was typed; the state as it is by now."""
    order = orders.find(g.store.id, order_id)
    form = Form.again(request.form, refused)
    if wants_fragment() and request.form.get("from") == "list":
        return make_response(_row(order, ship=form), refused_status(refused))
    return _page(order, refused_status(refused), ship=form)


def _row(order: orders.Order, **more: Any) -> str:
    found = {
        "order": order,
        "thumbs": _thumbs([order]),
        "balances": orders.balances([order]),
        "today": today(g.store.timezone),
    }
    return render_template("console/orders/_row.html", **found, **more)
