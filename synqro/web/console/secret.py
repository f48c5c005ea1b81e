"""/console/developers/endpoints/…/secret: a new signing secret, the old one beside it."""

from datetime import timedelta
from typing import Literal

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import Field

from synqro import events
from synqro.web.console.blueprint import bp
from synqro.web.console.shown_once import shown_once
from synqro.web.inputs import LooseIn, parse

HOUR = 3600  # seconds
DAY = 24 * HOUR


class RotateForm(LooseIn):
    """`keep`: for how many seconds the old secret still signs beside the new one."""

    keep: Literal["0", "3600", "86400", "259200", "604800"] = Field("86400")


@bp.post("/developers/endpoints/<endpoint_id>/secret")
def rotate_secret(endpoint_id: str) -> ResponseReturnValue:
    """Make a new secret and show it; a second press of the button shows the same page."""
    form = parse(RotateForm, request.form.to_dict())
    overlap = timedelta(seconds=int(form.keep))
    return shown_once(
        lambda: events.rotate_secret(g.store.id, endpoint_id, overlap=overlap),
        "console/developers/rotated.html",
    )


@bp.post("/developers/endpoints/<endpoint_id>/secret/end")
def end_old_secret(endpoint_id: str) -> ResponseReturnValue:
    events.end_old_secrets(g.store.id, endpoint_id)
    flash(_("Old secret ended"))
    return redirect(url_for("console.show_endpoint", endpoint_id=endpoint_id), code=303)


def overlaps() -> list[tuple[str, str]]:
    """Give back the choices of `keep` and their words."""
    return [
        ("0", _("Not at all, it ends now")),
        (str(HOUR), _("1 hour")),
        (str(DAY), _("24 hours")),
        (str(3 * DAY), _("3 days")),
        (str(7 * DAY), _("7 days")),
    ]
