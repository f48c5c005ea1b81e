"""/console/developers: what programs see of the shop; the catalogue of events."""

from datetime import datetime
from typing import NamedTuple

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from synqro import events
from synqro.core.clock import now
from synqro.web.console.blueprint import bp
from synqro.web.console.wording import local, moment

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
def event_catalogue() -> str:
    return render_template("console/developers/events.html", types=events.TYPES)


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
