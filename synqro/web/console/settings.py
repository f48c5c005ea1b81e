"""/console/settings: the person, their shops, and all that has no tab of its own on a phone."""

from flask import flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import Field

from synqro import stores
from synqro.core.errors import Invalid
from synqro.web import sessions
from synqro.web.console.blueprint import bp
from synqro.web.forms import Form
from synqro.web.inputs import StrictIn, parse
from synqro.web.limits import address, limiter


class PasswordForm(StrictIn):
    old: str = Field(max_length=256)
    new: str = Field(max_length=256)


class StoreForm(StrictIn):
    store: str = Field(max_length=64)


@bp.get("/settings")
def show_settings() -> str:
    """Show the person and their shops."""
    return render_template("console/settings/show.html", form=Form({}))


@bp.post("/settings/store")
def choose_store() -> ResponseReturnValue:
    """Switch to another shop of this person. Raises StoreNotFound."""
    wanted = parse(StoreForm, request.form.to_dict()).store
    if wanted not in {store.id for store in g.stores}:
        raise stores.StoreNotFound("No such shop.")
    session["store"] = wanted
    return redirect(url_for("console.home"), code=303)


@bp.post("/settings/password")
@limiter.limit("10 per 15 minutes", key_func=address)
def change_password() -> ResponseReturnValue:
    """Set a new password, stay signed in here and end every other session."""
    try:
        given = parse(PasswordForm, request.form.to_dict())
        sessions.renew(stores.change_password(g.person.id, given.old, given.new))
    except Invalid as refused:
        form = Form.again({}, refused)
        return render_template("console/settings/show.html", form=form), 422
    flash(_("Password changed. Other devices are signed out"))
    return redirect(url_for("console.show_settings"), code=303)
