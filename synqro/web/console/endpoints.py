"""/console/developers/endpoints: where events go; the secret of each is shown once."""

import json
from datetime import timedelta
from secrets import token_urlsafe
from typing import Any

from flask import Response, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from synqro import events
from synqro.core import idempotency
from synqro.core.clock import now
from synqro.core.errors import Conflict, DomainError, Invalid
from synqro.web.console import endpoint_form
from synqro.web.console.answers import fragment, refused_status
from synqro.web.console.blueprint import bp
from synqro.web.console.live import unless_seen
from synqro.web.forms import Form
from synqro.web.idempotent import LONGEST, fingerprint

LIST, NEW = "console/developers/endpoints.html", "console/developers/new.html"
SHOW, LATEST = "console/developers/endpoint.html", "console/developers/_latest.html"
SECOND_PRESS = timedelta(minutes=1)
NEWEST = 8


@bp.get("/developers/endpoints")
def list_endpoints() -> str:
    found = events.endpoints(g.store.id)
    return render_template(LIST, endpoints=found, last=events.last_tried(g.store.id))


@bp.get("/developers/endpoints/new")
def new_endpoint() -> str:
    return _new(Form(endpoint_form.blank()))


@bp.post("/developers/endpoints/new")
def add_endpoint() -> ResponseReturnValue:
    """Add an endpoint and show its secret; a second press of the button shows the same page."""
    values = endpoint_form.typed(request.form)
    held = idempotency.claim(_claim(), fingerprint(request.get_data()))
    if isinstance(held, str):
        return _added_before(json.loads(held))
    try:
        made = events.add_endpoint(g.store.id, **endpoint_form.read(values))
    except (Invalid, Conflict) as refused:
        idempotency.free(held)
        return make_response(_new(Form.again(values, refused)), refused_status(refused))
    facts = {"id": made.endpoint.id, "secret": made.secret, "at": now().timestamp()}
    idempotency.keep(held, 201, json.dumps(facts))
    return _added(made.endpoint, made.secret)


@bp.get("/developers/endpoints/<endpoint_id>")
def show_endpoint(endpoint_id: str) -> ResponseReturnValue:
    """Show an endpoint; its newest deliveries alone for the poll."""
    endpoint = events.endpoint(g.store.id, endpoint_id)
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


def _claim() -> idempotency.Claim:
    key = request.form.get("key", "")
    # Whoever sends none, or nonsense, means a new endpoint each time.
    fit = 0 < len(key) <= LONGEST and key.isascii() and key.isprintable()
    return idempotency.Claim(g.store.id, "POST", request.path, key if fit else token_urlsafe())


def _added(endpoint: events.Endpoint, secret: str) -> Response:
    page = render_template("console/developers/added.html", endpoint=endpoint, secret=secret)
    answer = make_response(page, 201)
    # A reload then asks for the endpoint, and finds no secret there.
    answer.headers["HX-Replace-Url"] = url_for("console.show_endpoint", endpoint_id=endpoint.id)
    return answer


def _added_before(facts: dict[str, Any]) -> ResponseReturnValue:
    """Answer the second press of one click; who comes back later sees no secret any more."""
    if now().timestamp() - facts["at"] > SECOND_PRESS.total_seconds():
        return redirect(url_for("console.show_endpoint", endpoint_id=facts["id"]), code=303)
    return _added(events.endpoint(g.store.id, facts["id"]), facts["secret"])


def _new(form: Form) -> str:
    return render_template(NEW, form=form, key=token_urlsafe(), types=endpoint_form.TYPES)


def _newest(endpoint: events.Endpoint) -> dict[str, Any]:
    sent = events.deliveries(g.store.id, endpoint.id, limit=NEWEST)
    return {"endpoint": endpoint, "sent": sent, "durations": events.durations(sent.data)}


def _page(
    endpoint: events.Endpoint,
    status: int = 200,
    *,
    form: Form | None = None,
    refused: DomainError | None = None,
) -> Response:
    found = {**_newest(endpoint), "refused": refused, "types": endpoint_form.TYPES}
    found["form"] = form or Form(endpoint_form.stored(endpoint))
    return make_response(render_template(SHOW, **found), status)


def _done(endpoint_id: str, words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(url_for("console.show_endpoint", endpoint_id=endpoint_id), code=303)
