"""/console/developers/deliveries: what was sent to each endpoint, and what it answered."""

from typing import Any

from flask import Response, g, render_template, request
from flask.typing import ResponseReturnValue

from synqro import events
from synqro.web.console.blueprint import bp
from synqro.web.console.bodies import shown
from synqro.web.console.live import unless_seen

PAGE = 25
LIST, QUEUE = "console/developers/deliveries.html", "console/developers/_deliveries.html"
DETAIL = "console/developers/_delivery.html"


@bp.get("/developers/deliveries")
def list_deliveries() -> ResponseReturnValue:
    """Show the log, newest first; its rows alone for the poll, 304 while nothing changed."""
    if "live" in request.args:
        return unless_seen(render_template(QUEUE, **_listed(request.args.get("open"))))
    return render_template(LIST, **_listed(None), delivery=None)


@bp.get("/developers/deliveries/<delivery_id>")
def show_delivery(delivery_id: str) -> ResponseReturnValue:
    """Show a delivery beside the list it was opened from; on a phone alone."""
    delivery = events.delivery(g.store.id, delivery_id)
    if "live" in request.args:
        return unless_seen(render_template(DETAIL, delivery=delivery))
    return render_template(LIST, **_listed(delivery_id), delivery=delivery)


@bp.get("/developers/deliveries/<delivery_id>/body")
def delivery_body(delivery_id: str) -> Response:
    """Give out the very bytes that were signed and sent."""
    event = events.delivery(g.store.id, delivery_id).event
    answer = Response(event.body, content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{event.id}.json"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _listed(opened: str | None) -> dict[str, Any]:
    endpoints = events.endpoints(g.store.id)
    known = {endpoint.id: endpoint for endpoint in endpoints}
    chosen = request.args.get("to") or None
    failed = bool(request.args.get("failed"))
    cursor = request.args.get("cursor") or None
    if chosen and chosen not in known:
        raise events.EndpointNotFound("No such endpoint.")
    page = events.deliveries(g.store.id, chosen, failed=failed, cursor=cursor, limit=PAGE)
    filters = {"to": chosen, "failed": 1 if failed else None, "cursor": cursor}
    return {
        "page": page,
        "durations": events.durations(page.data),
        "endpoints": known,
        "filters": filters,
        "opened": opened,
    }


@bp.context_processor
def _in_templates() -> dict[str, object]:
    return {"shown": shown}
