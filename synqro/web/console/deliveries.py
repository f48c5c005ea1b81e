"""/console/developers/deliveries: what was sent to each endpoint, and what it answered."""

from secrets import token_urlsafe
from typing import Any

from flask import Response, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from synqro import events
from synqro.core.errors import DomainError
from synqro.web.console.answers import refused_status, wants_fragment
from synqro.web.console.blueprint import bp
from synqro.web.console.bodies import shown
from synqro.web.console.deliveries_filters import read_filters
from synqro.web.console.live import unless_seen

PAGE = 25
LIST, QUEUE = "console/developers/deliveries.html", "console/developers/_deliveries.html"
DETAIL = "console/developers/_delivery.html"


@bp.get("/developers/deliveries")
def list_deliveries() -> ResponseReturnValue:
    """Show the log, newest first; its rows alone for the poll, 304 while nothing changed."""
    if "live" in request.args:
        return unless_seen(render_template(QUEUE, **_listed(request.args.get("open"))))
    found = _listed(None)
    answer = make_response(render_template(LIST, **found, delivery=None))
    if wants_fragment():
        # A form names every field; the address holds those that are filled in.
        answer.headers["HX-Push-Url"] = url_for("console.list_deliveries", **found["filters"])
    return answer


@bp.get("/developers/deliveries/<delivery_id>")
def show_delivery(delivery_id: str) -> ResponseReturnValue:
    """Show a delivery beside the list it was opened from; on a phone alone."""
    delivery = events.delivery(g.store.id, delivery_id)
    if "live" in request.args:
        return unless_seen(render_template(DETAIL, **_opened(delivery)))
    return open_delivery(delivery)


@bp.get("/developers/deliveries/<delivery_id>/body")
def delivery_body(delivery_id: str) -> Response:
    """Give out the very bytes that were signed and sent."""
    event = events.delivery(g.store.id, delivery_id).event
    answer = Response(event.body, content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{event.id}.json"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def open_delivery(
    delivery: events.Delivery, *, refused: DomainError | None = None
) -> ResponseReturnValue:
    """Show a delivery beside its list; `refused` says why something was not done with it."""
    found = {**_listed(delivery.id), **_opened(delivery), "refused": refused}
    found["key"] = token_urlsafe()
    return make_response(
        render_template(LIST, **found), refused_status(refused) if refused else 200
    )


def _opened(delivery: events.Delivery) -> dict[str, Any]:
    told = events.deliveries_of(g.store.id, delivery.event_id)
    again = [other for other in told if other.replay_of == delivery.id]
    return {"delivery": delivery, "replays": again}


def _listed(opened: str | None) -> dict[str, Any]:
    endpoints = events.endpoints(g.store.id)
    known = {endpoint.id: endpoint for endpoint in endpoints}
    filters = read_filters(request.args)
    if filters.to and filters.to not in known:
        raise events.EndpointNotFound("No such endpoint.")
    page = filters.page(PAGE)
    return {
        "page": page,
        "durations": events.durations(page.data),
        "endpoints": known,
        "filters": filters.query,
        "narrow": filters.narrow,
        "wrong": filters.wrong,
        "types": events.TYPES,
        "opened": opened,
    }


@bp.context_processor
def _in_templates() -> dict[str, object]:
    return {"shown": shown}
