"""/console/keys: which keys there are, and how a person works with them."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from synqro import stores
from synqro.web.console.answers import wants_fragment
from synqro.web.console.blueprint import bp


@bp.get("/keys")
def show_keys() -> str:
    """Show all keys: in a dialog where htmx asks, else on a page of their own."""
    return render_template(f"console/keys/{'_keys' if wants_fragment() else 'keys'}.html")


@bp.post("/keys")
def save_keys() -> ResponseReturnValue:
    """Keep whether single keys work, and whether the next quote opens after sending."""
    chosen = {name: request.form.get(name) == "1" for name in ("single_keys", "next_after_sending")}
    stores.save_preferences(g.person.id, **chosen)
    if wants_fragment():
        return render_template("components/_toast.html", words=_("Keys saved"))
    flash(_("Keys saved"))
    return redirect(url_for("console.show_settings"), code=303)
