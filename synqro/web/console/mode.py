"""POST /console/mode and /console/store: which shop the console shows, live or its test twin."""

from typing import Literal
from urllib.parse import urlsplit

from flask import g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from synqro.stores import Mode, StoreNotFound
from synqro.web import sessions
from synqro.web.console.blueprint import bp
from synqro.web.inputs import StrictIn, parse


class ModeForm(StrictIn):
    mode: Literal[Mode.LIVE, Mode.TEST]


class StoreForm(StrictIn):
    store: str


@bp.post("/mode")
def mode() -> ResponseReturnValue:
    """Switch to the test twin and back, staying in the section."""
    given = request.get_json(silent=True) if request.is_json else request.form.to_dict()
    session["mode"] = parse(ModeForm, given).mode.value
    return redirect(_section(), code=303)


@bp.post("/store")
def choose_store() -> ResponseReturnValue:
    """Switch to another shop of this person. Raises StoreNotFound."""
    wanted = parse(StoreForm, request.form.to_dict()).store
    if wanted not in {store.id for store in g.stores}:
        raise StoreNotFound("No such shop.")
    session["store"] = wanted
    return redirect(url_for("console.home"), code=303)


def _section() -> str:
    # An order or a product of the other mode is not there: its list is.
    path = urlsplit(request.headers.get("Referer", "")).path
    section = "/".join(path.split("/")[:3])
    return sessions.own_path(section) or url_for("console.home")
