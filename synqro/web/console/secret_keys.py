"""/console/developers/secret_keys: what lets programs into /v1; each key is shown once."""

from secrets import token_urlsafe
from typing import Any

from flask import Response, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from synqro import stores
from synqro.core.clock import now
from synqro.core.errors import Conflict, Invalid
from synqro.core.wiring import settings
from synqro.web.console import secret_key_form
from synqro.web.console.answers import refused_status, wants_fragment
from synqro.web.console.blueprint import bp
from synqro.web.console.presses import once
from synqro.web.console.quote_view import ago
from synqro.web.console.shown_once import SECOND_PRESS
from synqro.web.forms import Form

LIST, NEW = "console/developers/secret_keys.html", "console/developers/new_key.html"
ASK, ASK_ALONE = "console/developers/_revoke.html", "console/developers/revoke.html"


@bp.get("/developers/secret_keys")
def list_secret_keys() -> str:
    return _list()


@bp.get("/developers/secret_keys/new")
def new_secret_key() -> str:
    return _new(Form(secret_key_form.blank()))


@bp.post("/developers/secret_keys/new")
def add_secret_key() -> ResponseReturnValue:
    """Make a key and show it; a second press of the button shows the same page."""
    values = secret_key_form.typed(request.form)
    try:
        facts = once(lambda: _add(values))
    except Conflict as refused:
        return _refused(values, refused)
    except Invalid as refused:
        return _refused(values, secret_key_form.as_typed(refused))
    if now().timestamp() - facts["at"] > SECOND_PRESS.total_seconds():
        return redirect(url_for("console.list_secret_keys"), code=303)
    answer = make_response(_list(facts["secret"], facts["call"]), 201)
    # A reload then asks for the list, and finds no secret there.
    answer.headers["HX-Replace-Url"] = url_for("console.list_secret_keys")
    return answer


@bp.get("/developers/secret_keys/<key_id>/revoke")
def ask_revoke(key_id: str) -> ResponseReturnValue:
    """Ask before a key ends: in a dialog, or on a page of its own where there is no script."""
    key = stores.key(g.store.id, key_id)
    dialog = wants_fragment()
    return render_template(ASK if dialog else ASK_ALONE, key=key, dialog=dialog)


@bp.post("/developers/secret_keys/<key_id>/revoke")
def revoke_secret_key(key_id: str) -> ResponseReturnValue:
    stores.revoke_key(g.store.id, key_id)
    flash(_("Key revoked"))
    return redirect(url_for("console.list_secret_keys"), code=303)


def _add(values: dict[str, Any]) -> dict[str, Any]:
    made, secret = stores.create_key(g.store.id, **secret_key_form.read(values))
    call = secret_key_form.first_call(made.scopes)
    return {"secret": secret, "call": call, "at": now().timestamp()}


def _list(made: str | None = None, call: str | None = None) -> str:
    found = stores.keys(g.store.id)
    return render_template(
        LIST,
        keys=found,
        exposed=[key for key in found if key.exposed_at and not stores.expired(key)],
        made=made,
        tried=call,
        api=f"{settings().public_url}/v1",
    )


def _new(form: Form) -> str:
    return render_template(NEW, form=form, key=token_urlsafe(), grid=secret_key_form.grid())


def _refused(values: dict[str, Any], refused: Conflict | Invalid) -> Response:
    return make_response(_new(Form.again(values, refused)), refused_status(refused))


@bp.context_processor
def _in_templates() -> dict[str, object]:
    return {
        "ago": ago,
        "expired": stores.expired,
        "last_day": secret_key_form.last_day,
        "may": secret_key_form.may,
    }
