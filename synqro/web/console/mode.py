"""POST /console/mode: the live shop or its test twin."""

from typing import Literal
from urllib.parse import urlsplit

from flask import redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from synqro.stores import Mode
from synqro.web import sessions
from synqro.web.console.blueprint import bp
from synqro.web.inputs import StrictIn, parse


class ModeForm(StrictIn):
    mode: Literal[Mode.LIVE, Mode.TEST]


@bp.post("/mode")
def mode() -> ResponseReturnValue:
    """Switch to the test twin and back, staying in the section."""
    given = request.get_json(silent=True) if request.is_json else request.form.to_dict()
    session["mode"] = parse(ModeForm, given).mode.value
    return redirect(_section(), code=303)


def _section() -> str:
    # An order or a product of the other mode is not there: its list is.
    path = urlsplit(request.headers.get("Referer", "")).path
    section = "/".join(path.split("/")[:3])
    return sessions.own_path(section) or url_for("console.home")
