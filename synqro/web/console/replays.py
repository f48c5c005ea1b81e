"""…/replays: an event sent again, or all of a time; the receiver sees the same webhook-id."""

from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any

from flask import g, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from synqro import events
from synqro.core.clock import now
from synqro.core.errors import Conflict, Gone, Invalid, field_error
from synqro.web.console.answers import refused_status
from synqro.web.console.asking import asked, done
from synqro.web.console.blueprint import bp
from synqro.web.console.deliveries import open_delivery
from synqro.web.console.local_times import NoTime, as_local, read_local, read_until
from synqro.web.console.presses import once
from synqro.web.forms import Form

USUAL = timedelta(days=1)


@bp.post("/developers/deliveries/<delivery_id>/replays")
def replay_delivery(delivery_id: str) -> ResponseReturnValue:
    """Send an event again to the same endpoint, and open the new delivery."""
    delivery = events.delivery(g.store.id, delivery_id)
    try:
        facts = once(lambda: {"id": events.replay(g.store.id, delivery_id).id})
    except (Conflict, Gone) as refused:
        return open_delivery(delivery, refused=refused)
    return done(url_for("console.show_delivery", delivery_id=facts["id"]), _("Event sent again"))


@bp.get("/developers/replays")
def ask_replays() -> ResponseReturnValue:
    """Ask which time is sent again, and to which endpoint."""
    to = request.args.get("to") or None
    if to:
        events.endpoint(g.store.id, to)
    since = request.args.get("since") or as_local(now() - USUAL)
    return _ask(Form({"to": to, "since": since, "until": request.args.get("until")}))


@bp.post("/developers/replays")
def replay_all() -> ResponseReturnValue:
    """Owe every event of a time to an endpoint anew."""
    typed = {name: request.form.get(name, "") for name in ("to", "since", "until")}
    try:
        endpoint = events.endpoint(g.store.id, typed["to"])
        since, until = _read(typed)
        facts = once(
            lambda: {
                "number": events.replay_range(g.store.id, endpoint.id, since=since, until=until)
            }
        )
    except (Invalid, Conflict) as refused:
        return _ask(Form.again(typed, refused), refused_status(refused))
    return done(url_for("console.list_deliveries", to=endpoint.id), queued(facts["number"]))


def queued(number: int) -> str:
    """Say how many events are on their way again."""
    if not number:
        return str(_("Nothing to send again"))
    return str(ngettext("%(num)s event queued", "%(num)s events queued", number))


def read_since(text: str) -> datetime:
    """Read the time from which something is done. Raises Invalid, naming `since`."""
    try:
        found = read_local(text)
    except NoTime as error:
        raise field_error("since", "invalid_time", str(error)) from error
    if found is None:
        raise field_error("since", "required", _("Enter a date and a time."))
    if found > now():
        raise field_error("since", "in_future", _("Enter a time that has passed."))
    return found


def _read(typed: dict[str, str]) -> tuple[datetime, datetime | None]:
    since = read_since(typed["since"])
    try:
        until = read_until(typed["until"])
    except NoTime as error:
        raise field_error("until", "invalid_time", str(error)) from error
    if until and until <= since:
        raise field_error("until", "too_early", _("Enter a time after the first."))
    return since, until


def _ask(form: Form, status: int = 200) -> ResponseReturnValue:
    facts: dict[str, Any] = {"endpoints": events.endpoints(g.store.id), "key": token_urlsafe()}
    return asked("replays", status, form=form, **facts)
