"""The page that shows a new signing secret: once, and to a second press of the same button."""

from collections.abc import Callable
from datetime import timedelta

from flask import g, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from synqro import events
from synqro.core.clock import now
from synqro.web.console.presses import once

SECOND_PRESS = timedelta(minutes=1)


def shown_once(make: Callable[[], events.NewEndpoint], template: str) -> ResponseReturnValue:
    """Make a secret and show it with `template`; who comes back later sees none any more."""
    facts = once(lambda: _facts(make()))
    where = url_for("console.show_endpoint", endpoint_id=facts["id"])
    if now().timestamp() - facts["at"] > SECOND_PRESS.total_seconds():
        return redirect(where, code=303)
    endpoint = events.endpoint(g.store.id, facts["id"])
    page = render_template(template, endpoint=endpoint, secret=facts["secret"])
    answer = make_response(page, 201)
    # A reload then asks for the endpoint, and finds no secret there.
    answer.headers["HX-Replace-Url"] = where
    return answer


def _facts(made: events.NewEndpoint) -> dict[str, object]:
    return {"id": made.endpoint.id, "secret": made.secret, "at": now().timestamp()}
