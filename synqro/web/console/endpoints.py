"""/console/developers/endpoints: where events go; the secret of each is shown once."""

from secrets import token_urlsafe
from typing import Any

from flask import Response, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from synqro import events
from synqro.core.errors import Conflict, DomainError, Invalid
from synqro.web.console import endpoint_form
from synqro.web.console.answers import fragment, refused_status
from synqro.web.console.blueprint import bp
from synqro.web.console.live import unless_seen
from synqro.web.console.secret import overlaps
from synqro.web.console.shown_once import shown_once
from synqro.web.console.verifying import snippets
from synqro.web.forms import Form

LIST, TABLE = "console/developers/endpoints.html", "console/developers/_endpoints.html"
NEW, SHOW = "console/developers/new.html", "console/developers/endpoint.html"
LATEST, STANDING = "console/developers/_latest.html", "console/developers/_standing.html"
NEWEST, MOST_WAITING = 8, 99


@bp.get("/developers/endpoints")
def list_endpoints() -> ResponseReturnValue:
    """Show how each endpoint stands; the table alone for the poll."""
    found = events.endpoints(g.store.id)
    facts = {"endpoints": found, "last": events.last_tried(g.store.id)}
    if "live" in request.args:
        return unless_seen(render_template(TABLE, **facts))
    return render_template(LIST, **facts)


@bp.get("/developers/endpoints/new")
def new_endpoint() -> str:
    return _new(Form(endpoint_form.blank()))


@bp.post("/developers/endpoints/new")
def add_endpoint() -> ResponseReturnValue:
    """Add an endpoint and show its secret; a second press of the button shows the same page."""
    values = endpoint_form.typed(request.form)
    try:
        return shown_once(lambda: _add(values), "console/developers/added.html")
    except (Invalid, Conflict) as refused:
        return make_response(_new(Form.again(values, refused)), refused_status(refused))


@bp.get("/developers/endpoints/<endpoint_id>")
def show_endpoint(endpoint_id: str) -> ResponseReturnValue:
    """Show an endpoint; for the polls how it stands, or its newest deliveries, alone."""
    endpoint = events.endpoint(g.store.id, endpoint_id)
    if request.args.get("live") == "standing":
        return unless_seen(render_template(STANDING, **_standing(endpoint)))
    if "live" in request.args:
        return unless_seen(render_template(LATEST, **_newest(endpoint)))
    return _page(endpoint)


@bp.post("/developers/endpoints/<endpoint_id>")
def save_endpoint(endpoint_id: str) -> ResponseReturnValue:
    endpoint = events.endpoint(g.store.id, endpoint_id)
    values = endpoint_form.typed(request.form)
    try:
        events.edit_endpoint(g.store.id, endpoint_id, **endpoint_form.read(values))
    except Invalid as refused:
        return _page(endpoint, refused_status(refused), form=Form.again(values, refused))
    return _done(endpoint_id, _("Endpoint saved"))


@bp.post("/developers/endpoints/<endpoint_id>/pause")
def pause_endpoint(endpoint_id: str) -> ResponseReturnValue:
    events.pause(g.store.id, endpoint_id)
    return _done(endpoint_id, _("Endpoint paused"))


@bp.post("/developers/endpoints/<endpoint_id>/resume")
def resume_endpoint(endpoint_id: str) -> ResponseReturnValue:
    events.resume(g.store.id, endpoint_id)
    return _done(endpoint_id, _("Endpoint turned on"))


@bp.post("/developers/endpoints/<endpoint_id>/test")
def test_endpoint(endpoint_id: str) -> ResponseReturnValue:
    """Owe a test event to this endpoint alone; its delivery is listed at once."""
    endpoint = events.endpoint(g.store.id, endpoint_id)
    try:
        events.send_test(g.store.id, endpoint_id, mode=g.store.mode)
    except Conflict as refused:
        return _page(endpoint, refused_status(refused), refused=refused)
    return fragment(
        LATEST,
        page=url_for("console.show_endpoint", endpoint_id=endpoint_id),
        toast=_("Test event sent"),
        **_newest(endpoint),
    )


@bp.post("/developers/endpoints/<endpoint_id>/delete")
def delete_endpoint(endpoint_id: str) -> ResponseReturnValue:
    events.delete_endpoint(g.store.id, endpoint_id)
    flash(_("Endpoint deleted"))
    return redirect(url_for("console.list_endpoints"), code=303)


def _add(values: dict[str, Any]) -> events.NewEndpoint:
    return events.add_endpoint(g.store.id, **endpoint_form.read(values))


def _new(form: Form) -> str:
    return render_template(NEW, form=form, key=token_urlsafe(), types=endpoint_form.TYPES)


def _newest(endpoint: events.Endpoint) -> dict[str, Any]:
    sent = events.deliveries(g.store.id, endpoint.id, limit=NEWEST)
    return {"endpoint": endpoint, "sent": sent, "durations": events.durations(sent.data)}


def _standing(endpoint: events.Endpoint) -> dict[str, Any]:
    pending = events.DeliveryStatus.PENDING
    waiting = events.deliveries(g.store.id, endpoint.id, status=pending, limit=MOST_WAITING)
    return {
        "endpoint": endpoint,
        "waiting": f"{MOST_WAITING}+" if waiting.has_more else str(len(waiting.data)),
        "last": events.last_tried(g.store.id).get(endpoint.id),
    }


def _page(
    endpoint: events.Endpoint,
    status: int = 200,
    *,
    form: Form | None = None,
    refused: DomainError | None = None,
) -> Response:
    found = {
        **_newest(endpoint),
        **_standing(endpoint),
        "refused": refused,
        "types": endpoint_form.TYPES,
        "form": form or Form(endpoint_form.stored(endpoint)),
        "overlaps": overlaps(),
        "snippets": snippets(),
        "key": token_urlsafe(),
    }
    return make_response(render_template(SHOW, **found), status)


def _done(endpoint_id: str, words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(url_for("console.show_endpoint", endpoint_id=endpoint_id), code=303)
