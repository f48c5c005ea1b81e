"""/console/developers/requests: what programs asked of /v1, and what they were told."""

import json
from typing import Any

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from synqro import stores
from synqro.core.wiring import settings
from synqro.web.console.blueprint import bp
from synqro.web.console.live import unless_seen

PAGE = 25
LIST, QUEUE = "console/developers/requests.html", "console/developers/_requests.html"
METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE")
REQUEST_ID = "req_"


@bp.get("/developers/requests")
def list_requests() -> ResponseReturnValue:
    """Show the log, newest first; its rows alone for the poll, 304 while nothing changed."""
    if "live" in request.args:
        return unless_seen(render_template(QUEUE, **_listed(request.args.get("open"))))
    return render_template(LIST, **_listed(None), call=None)


@bp.get("/developers/requests/<request_id>")
def show_request(request_id: str) -> ResponseReturnValue:
    """Show a call beside the list it was opened from; on a phone alone."""
    call = stores.request(g.store.id, request_id)
    return render_template(LIST, **_listed(request_id), call=call, said=_said(call))


def _listed(opened: str | None) -> dict[str, Any]:
    filters: dict[str, str | None] = {
        "refused": "1" if request.args.get("refused") else None,
        "method": request.args.get("method") or None,
        "path": request.args.get("path", "").strip() or None,
        "key": request.args.get("key") or None,
    }
    cursor = request.args.get("cursor") or None
    page = stores.requests(
        g.store.id,
        refused=bool(filters["refused"]),
        method=filters["method"],
        key_id=filters["key"],
        cursor=cursor,
        limit=PAGE,
        **_looked_for(filters["path"]),
    )
    return {
        "page": page,
        "keys": {key.id: key for key in stores.known_keys(g.store.id)},
        "filters": filters | {"cursor": cursor},
        "narrow": any(filters.values()),
        "methods": METHODS,
        "opened": opened,
        "api": f"{settings().public_url}/v1",
    }


def _looked_for(text: str | None) -> dict[str, str]:
    """Read what was typed: how a path begins, with or without /v1, or the id of a request."""
    if not text:
        return {}
    if text.startswith(REQUEST_ID):
        return {"request_id": text}
    path = f"/{text.lstrip('/')}"
    return {"path": path if path.startswith("/v1") else f"/v1{path}"}


def _said(call: stores.ApiRequest) -> str | None:
    """Give back the sentence of a refusal, if it is all there."""
    try:
        return str(json.loads(call.answer or "")["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return None
