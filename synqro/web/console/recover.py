"""/console/developers/endpoints/…/recover: what an endpoint missed while it failed, sent now."""

from secrets import token_urlsafe

from flask import g, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from synqro import events
from synqro.core.clock import now
from synqro.core.errors import Conflict, Invalid
from synqro.web.console.answers import refused_status
from synqro.web.console.asking import asked, done
from synqro.web.console.blueprint import bp
from synqro.web.console.local_times import as_local
from synqro.web.console.presses import once
from synqro.web.console.replays import USUAL, queued, read_since
from synqro.web.forms import Form


@bp.get("/developers/endpoints/<endpoint_id>/recover")
def ask_recover(endpoint_id: str) -> ResponseReturnValue:
    """Ask since when what failed is tried again: since it has failed, if it does."""
    endpoint = events.endpoint(g.store.id, endpoint_id)
    since = as_local(endpoint.failing_since or now() - USUAL)
    return _ask(endpoint, Form({"since": since}))


@bp.post("/developers/endpoints/<endpoint_id>/recover")
def recover_endpoint(endpoint_id: str) -> ResponseReturnValue:
    """Try what failed since a time again, and what waits at once."""
    endpoint = events.endpoint(g.store.id, endpoint_id)
    typed = request.form.get("since", "")
    try:
        since = read_since(typed)
        facts = once(lambda: {"number": events.recover(g.store.id, endpoint_id, since=since)})
    except (Invalid, Conflict) as refused:
        return _ask(endpoint, Form.again({"since": typed}, refused), refused_status(refused))
    return done(_page(endpoint_id), queued(facts["number"]))


@bp.post("/developers/endpoints/<endpoint_id>/recover/missed")
def turn_on_endpoint(endpoint_id: str) -> ResponseReturnValue:
    """Turn an endpoint on, and send what it missed while it failed or was off."""
    facts = once(lambda: {"number": events.turn_on_and_recover(g.store.id, endpoint_id)})
    number = facts["number"]
    words = ngettext(
        "Endpoint turned on, %(num)s event queued",
        "Endpoint turned on, %(num)s events queued",
        number,
    )
    return done(_page(endpoint_id), words if number else _("Endpoint turned on"))


def _ask(endpoint: events.Endpoint, form: Form, status: int = 200) -> ResponseReturnValue:
    return asked("recover", status, form=form, endpoint=endpoint, key=token_urlsafe())


def _page(endpoint_id: str) -> str:
    return url_for("console.show_endpoint", endpoint_id=endpoint_id)
