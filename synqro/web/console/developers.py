"""/console/developers: what programs see of the shop; the catalogue of events."""

import json
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from flask import g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from synqro import events
from synqro.core.clock import now
from synqro.core.errors import Conflict, DomainError
from synqro.web import payloads
from synqro.web.console.answers import refused_status
from synqro.web.console.asking import done
from synqro.web.console.blueprint import bp
from synqro.web.console.bodies import pretty
from synqro.web.console.live import unless_seen
from synqro.web.console.wording import local, moment

CATALOGUE, KINDS = "console/developers/events.html", "console/developers/_kinds.html"
SECOND = 1000  # milliseconds


class Answer(NamedTuple):
    """How an endpoint answered, for a chip: the words, its icon, its tone."""

    words: str
    icon: str
    tone: str = ""


@bp.get("/developers")
def developers() -> ResponseReturnValue:
    return redirect(url_for("console.list_secret_keys"))


@bp.get("/developers/events")
def event_catalogue() -> ResponseReturnValue:
    """Explain every event, and who listens to it; the list alone for the poll."""
    if "live" in request.args:
        return unless_seen(render_template(KINDS, **_catalogue()))
    return _page()


@bp.post("/developers/events/test")
def send_test_event() -> ResponseReturnValue:
    """Owe a test event to the endpoint that was chosen, and open its delivery."""
    chosen = request.form.get("to", "")
    try:
        sent = events.send_test(g.store.id, chosen, mode=g.store.mode)
    except Conflict as refused:
        return _page(refused)
    return done(url_for("console.show_delivery", delivery_id=sent.id), _("Test event sent"))


def _page(refused: DomainError | None = None) -> ResponseReturnValue:
    page = render_template(CATALOGUE, **_catalogue(), refused=refused)
    return make_response(page, refused_status(refused) if refused else 200)


def _catalogue() -> dict[str, Any]:
    endpoints = events.endpoints(g.store.id)
    listening = {
        type: [end for end in endpoints if end.enabled and {"*", type} & {*end.events}]
        for type in events.TYPES
        if type != events.TEST
    }
    return {
        "types": events.TYPES,
        "endpoints": endpoints,
        "listening": listening,
        "latest": events.latest(g.store.id),
        "example": _example,
    }


@cache
def _example(type: str) -> Markup:
    return pretty(json.dumps(payloads.example(type), ensure_ascii=False))


def answer_of(tried: events.Attempt | events.Delivery | None) -> Answer:
    """Say what an endpoint answered to a try, or that there was none yet."""
    if tried is None:
        return Answer(_("Waiting"), "clock")
    status = tried.response_status
    if status is None:
        return Answer(_("No answer"), "circle-x", "bad")
    if 200 <= status < 300 and not tried.error:
        return Answer(str(status), "circle-check", "ok")
    return Answer(str(status), "circle-x", "bad")


def took(milliseconds: int) -> str:
    """Write how long something took: 84 ms, 1.2 s, 10 s."""
    if milliseconds < SECOND:
        return str(_("%(number)s ms", number=milliseconds))
    seconds = f"{milliseconds / SECOND:.1f}".removesuffix(".0")
    return str(_("%(number)s s", number=seconds))


def second(when: datetime) -> str:
    """Write a time as the shop's clock showed it, to the second if it was today."""
    there = local(when)
    return f"{there:%H:%M:%S}" if there.date() == local(now()).date() else moment(when)


@bp.context_processor
def _in_templates() -> dict[str, object]:
    return {"answer_of": answer_of, "took": took, "second": second}
