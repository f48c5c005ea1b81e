"""Refusals as pages that a customer can read, with a way on."""

from flask import Response, current_app, g, request, url_for
from markupsafe import Markup
from sqlalchemy.exc import DataError, OperationalError
from structlog import get_logger
from werkzeug.exceptions import HTTPException

from synqro.core.errors import DomainError, NotFound
from synqro.stores import InvalidKey
from synqro.web.forms import Form
from synqro.web.problems import PLAIN, status_of
from synqro.web.widget import (
    alerts,
    assets,
    attached,
    contents,
    custom,
    details,
    pages,
    posted,
)
from synqro.web.widget.blueprint import bp
from synqro.web.widget.words import gettext as _

log = get_logger()


@bp.errorhandler(InvalidKey)
def unknown_key(_error: InvalidKey) -> tuple[str, int]:
    """Say that this address belongs to no shop, on a page that needs none."""
    title = _("There is no shop at this address")
    words = _("The link may be old or cut short. Ask the shop for a new one.")
    return _alone(title, words), 404


@bp.errorhandler(DomainError)
def refused(error: DomainError) -> Response:
    status = status_of(type(error))
    if isinstance(error, NotFound):
        return _gone()
    return pages.state(_("This didn't work"), str(error), act=_to_shop(), status=status)


@bp.errorhandler(OperationalError)
@bp.errorhandler(DataError)
def database_error(error: OperationalError | DataError) -> Response | tuple[str, int]:
    """Say that it is us, where the database is away or was given what it cannot hold."""
    log.error("the database did not answer", error=str(error.orig))
    status = 503 if isinstance(error, OperationalError) else 400
    say = PLAIN[status][1]
    answer = _broken(status) if g.get("store") else (_alone(_("This didn't work"), say), status)
    return answer


@bp.errorhandler(429)
def too_often(error: HTTPException) -> Response | tuple[str, int] | HTTPException:
    """Keep what was typed where somebody presses a button too often."""
    if g.get("store") is not None and request.endpoint == "widget.ask":
        sent = posted.read(keep=False)
        files = attached.from_form(sent.carried, sent.typed)
        return custom.show(Form(sent.typed), files, alerts.too_many(), 429)
    if request.endpoint != "widget.pay" or g.get("store") is None:
        return http_error(error)
    typed = {name: request.form[name] for name in request.form}
    basket = contents.look_up(g.basket)
    return details.ask(basket, Form(typed), alerts.too_many(), 429)


@bp.errorhandler(HTTPException)
def http_error(error: HTTPException) -> Response | tuple[str, int] | HTTPException:
    status = error.code or 500
    if status < 400 or error.response:
        return error
    say = PLAIN.get(status, ("", error.name))[1]
    if g.get("store") is None:
        return _alone(_("This didn't work"), say), status
    if status == 404:
        return _gone()
    if status >= 500:
        return _broken(status)
    answer = pages.state(_("This didn't work"), say, act=_to_shop(), status=status)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            answer.headers[name] = value
    return answer


def _gone() -> Response:
    title = _("This isn't here any more")
    words = _("It was sold out or taken off the shelf, or the link was cut short.")
    return pages.state(title, words, glyph="box", act=_to_shop(), status=404)


def _broken(status: int) -> Response:
    again = {"href": request.full_path if request.method == "GET" else url_for("widget.shop")}
    return pages.state(
        _("The shop didn't load"),
        _("Something broke on our side. Your basket is kept in this page's address."),
        kind="bad",
        glyph="cloud-off",
        act=again | {"words": _("Try again")},
        status=status,
        reference=g.get("request_id", ""),
    )


def _to_shop() -> dict[str, str]:
    return {"href": url_for("widget.shop"), "words": _("Look at the shop")}


def _alone(title: str, words: str) -> str:
    sheet = Markup(assets.stylesheet())  # noqa: S704
    reference = g.get("request_id", "")
    page = current_app.jinja_env.get_template("widget/unknown.html")
    return page.render(title=title, words=words, stylesheet=sheet, reference=reference)
