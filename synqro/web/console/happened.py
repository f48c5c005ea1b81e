"""/console/developers/events/happened: what happened, for thirty days, and who was told."""

import json
from typing import Any

from flask import g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from synqro import events
from synqro.core.clock import now
from synqro.web.console.answers import wants_fragment
from synqro.web.console.blueprint import bp
from synqro.web.console.live import unless_seen

PAGE = 25
LIST, QUEUE = "console/developers/happened.html", "console/developers/_happened.html"
DETAIL = "console/developers/_event.html"


@bp.get("/developers/events/happened")
def list_happened() -> ResponseReturnValue:
    """Show what happened, newest first; its rows alone for the poll."""
    if "live" in request.args:
        return unless_seen(render_template(QUEUE, **_listed(request.args.get("open"))))
    found = _listed(None)
    answer = make_response(render_template(LIST, **found, event=None))
    if wants_fragment():
        # A form names every field; the address holds those that are filled in.
        answer.headers["HX-Push-Url"] = url_for("console.list_happened", **found["filters"])
    return answer


@bp.get("/developers/events/happened/<event_id>")
def show_event(event_id: str) -> ResponseReturnValue:
    """Show what an event carries and to whom it went, beside the list."""
    event = events.event(g.store.id, event_id)
    facts = {"event": event, "told": events.deliveries_of(g.store.id, event_id)}
    if "live" in request.args:
        return unless_seen(render_template(DETAIL, **facts))
    return render_template(LIST, **_listed(event_id), **facts)


def _listed(opened: str | None) -> dict[str, Any]:
    type, cursor = request.args.get("type", ""), request.args.get("cursor") or None
    chosen = type if type in events.TYPES else None
    return {
        "page": events.happened(g.store.id, chosen, cursor=cursor, limit=PAGE),
        "filters": {"type": chosen, "cursor": cursor},
        "types": events.TYPES,
        "opened": opened,
    }


def _about(event: events.Event) -> str:
    """Name what an event is about: the number of an order or a quote, else the thing's id."""
    data = json.loads(event.body)["data"]
    named = (data.get(name) for name in ("number", "id", "product_id"))
    return next((str(name) for name in named if name), "")


def _still_listed(event: events.Event) -> bool:
    return event.created_at > now() - events.LISTED


@bp.context_processor
def _in_templates() -> dict[str, object]:
    return {"about": _about, "still_listed": _still_listed}
