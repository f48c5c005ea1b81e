"""The merchant's pages: signed in, and written to from our own pages only."""

from typing import Any, cast

from flask import Blueprint, Flask, Response, abort, g, request, session
from flask.blueprints import BlueprintSetupState
from flask_login import current_user, login_required

from synqro import stores
from synqro.web import sessions

bp = Blueprint("console", __name__, url_prefix="/console")
MOST_BYTES = 1024 * 1024


@bp.record_once
def _set_up(state: BlueprintSetupState) -> None:
    sessions.init_app(cast(Flask, state.app))
    state.app.add_template_filter(stores.text_on)
    state.app.add_template_filter(stores.contrast)
    # Built once: a list has two icons a row.
    state.app.jinja_env.globals["sprite"] = f"{state.app.static_url_path}/console/icons.svg"


@bp.url_value_preprocessor
def limit_body(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Refuse a form that no person types, before anything reads it; uploads raise the limit."""
    request.max_content_length = MOST_BYTES


@bp.before_request
def refuse_foreign_writes() -> None:
    """Stop cross-site forgery without tokens: browsers say where a request comes from."""
    if request.method not in {"GET", "HEAD"} and sessions.foreign():
        abort(403, "This came from another page. Open the console itself and try again.")


@bp.before_request
@login_required  # type: ignore[untyped-decorator]
def load_store() -> None:
    """Put the chosen store, in the chosen mode, into `g.store`; all live ones into `g.stores`."""
    mine: list[stores.Store] = current_user.stores
    g.person = current_user.person
    g.by = stores.By(person_id=g.person.id)
    g.stores = [store for store in mine if store.mode == stores.Mode.LIVE]
    if not g.stores:
        abort(403, "This account has no shop.")
    chosen = next((s for s in g.stores if s.id == session.get("store")), g.stores[0])
    twin = next(store for store in mine if store.id == chosen.twin_id)
    g.store = twin if session.get("mode") == stores.Mode.TEST else chosen


@bp.after_request
def keep_private(answer: Response) -> Response:
    """Keep what only this person may see out of every cache, the browser's too."""
    answer.headers.setdefault("Cache-Control", "no-store")
    return answer
