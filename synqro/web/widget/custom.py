"""Custom prints: a file, a link or a few words become a request for a price."""

from secrets import token_urlsafe

from flask import Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from synqro import quotes, uploads
from synqro.core.clock import today
from synqro.web.forms import Form
from synqro.web.widget import attached, formats, materials, pages, price, requesting
from synqro.web.widget.alerts import Alert
from synqro.web.widget.blueprint import bp
from synqro.web.widget.words import gettext as _


@bp.get("/<key>/custom")
def custom() -> ResponseReturnValue:
    """Ask what is to be made; `again` is the private link's token of a quote to ask again."""
    if not g.store.quotes_enabled:
        return closed()
    old = requesting.asked_before(request.args.get("again", ""))
    form = Form({**requesting.words_of(old), "again": request.args["again"]} if old else {})
    files = attached.from_address(request.args.getlist("upload"))
    if old is not None and not files:
        files = attached.of_quote(old)
    return show(form, files)


@bp.get("/<key>/asked/<token>")
def asked(token: str) -> ResponseReturnValue:
    """Say that the request has arrived and what happens next, with the private link."""
    quote = quotes.by_token(g.store.id, token)
    if quote.status is not quotes.Status.PENDING:
        return redirect(url_for("widget.quote", token=token), 303)
    return pages.page(
        "asked",
        quote=quote,
        number=quotes.display_number(quote),
        part=_part(quote),
        link=url_for("widget.quote", token=token),
        private=url_for("widget.quote", token=token, basket=None, auto=None, preview=None),
    )


def _part(quote: quotes.Quote) -> str:
    """Give back what the part is called: its first file's name without the ending."""
    names = [known.upload.filename for known in quotes.files(g.store, quote)]
    return (names[0].rpartition(".")[0] or names[0]) if names else ""


def show(
    form: Form, files: list[attached.File], alert: Alert | None = None, status: int = 200
) -> Response:
    """Give back the form as it stands, with what is wrong at its place."""
    answer = pages.page(
        "custom",
        status,
        form=form,
        files=files,
        alert=alert,
        choices=materials.choices(form.values),
        price=price.look_up(form.values, files),
        accept=attached.ACCEPT,
        file_types=uploads.FILE_TYPES,
        most_files=attached.MOST,
        most_bytes=uploads.most_bytes(g.store),
        megabytes=formats.megabytes,
        today=today(g.store.timezone),
        idempotency_key=token_urlsafe(18),
    )
    if form.values or request.args.keys() - {"auto"}:  # tokens in the address, words in the form
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["Referrer-Policy"] = "no-referrer"
        answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def closed(status: int = 200) -> Response:
    """Give back the page of a shop that takes no custom jobs."""
    act = {"href": url_for("widget.shop"), "words": _("Look at the shop")}
    title = _("No custom prints for now")
    words = _("%(name)s isn't taking requests at the moment.", name=g.store.name)
    return pages.state(title, words, glyph="box", act=act, status=status)
