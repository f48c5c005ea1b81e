"""Asking: the form becomes a quote, once however often its button is pressed."""

from contextlib import closing

from flask import Response, g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from synqro import quotes, uploads
from synqro.core.errors import DomainError
from synqro.web import idempotent
from synqro.web.forms import Form
from synqro.web.problems import status_of
from synqro.web.visitors import visitor
from synqro.web.widget import attached, custom, posted, pressing, requesting, troubles
from synqro.web.widget.blueprint import bp
from synqro.web.widget.pay import paying
from synqro.web.widget.words import gettext as _

SCRIPT = "application/json"


@bp.post("/<key>/custom")
@paying
def ask() -> ResponseReturnValue:
    """Make a quote of the form and say so; on a refusal show the form again."""
    if not g.store.quotes_enabled:
        return custom.closed(409)
    with closing(posted.read()) as sent:
        return _answer(sent)


def _answer(sent: posted.Posted) -> ResponseReturnValue:
    files = attached.from_form(sent.carried, sent.typed)
    if "remove" in sent.typed:
        files = attached.take_back(files, sent.typed["remove"])
        return custom.show(Form(sent.typed), files)
    if "show" in sent.typed:
        return _shown(sent, files)
    again = pressing.claim(sent.fingerprint)
    if again is not None:
        return again
    try:
        return idempotent.remember(_ask(sent, files))
    except BaseException:
        pressing.give_back()
        raise


def _shown(sent: posted.Posted, files: list[attached.File]) -> Response:
    """Give back the form with its price, for a browser without scripts."""
    files, said = _receive(sent.files, files)
    alert = troubles.about(troubles.FilesRefused(" ".join(said)), {}, files) if said else None
    return custom.show(Form(sent.typed), files, alert)


def _ask(sent: posted.Posted, files: list[attached.File]) -> Response:
    files, said = _receive(sent.files, files)
    try:
        if said:
            raise troubles.FilesRefused(" ".join(said))
        made = requesting.request(sent.typed, files)
    except quotes.QuotesClosed:
        pressing.give_back()
        return custom.closed(409)
    except DomainError as refused:
        pressing.give_back()
        return _refused(refused, sent.typed, files)
    return _leave(made)


def _receive(
    sent: list[posted.Sent], files: list[attached.File]
) -> tuple[list[attached.File], list[str]]:
    """Store the files that came along; give back all files, and why some were refused."""
    said = []
    for one in sent:
        if len(files) >= attached.MOST:
            said.append(_("%(name)s is one too many: ten files at most.", name=one.name))
            continue
        try:
            files = [*files, _stored(one)]
        except DomainError as refused:
            said.append(str(refused))
    return files, said


def _stored(one: posted.Sent) -> attached.File:
    if one.file is None:
        raise troubles.FilesRefused(attached.too_large(one.name, one.size))
    with one.file:
        made = uploads.receive(
            g.store, one.file, filename=one.name, visitor=visitor(), length=one.size
        )
    return attached.File(made.upload.id, made.token, "", made.upload.filename, "", made.upload)


def _refused(refused: DomainError, typed: dict[str, str], files: list[attached.File]) -> Response:
    form = Form.again(typed, refused)
    files = attached.marked(files, form.wrong)
    alert = troubles.about(refused, form.wrong, files)
    return custom.show(form, files, alert, status_of(type(refused)))


def _leave(made: quotes.Asked) -> Response:
    waits = made.quote.status is quotes.Status.PENDING
    url = url_for("widget.asked" if waits else "widget.quote", token=made.token)
    if request.accept_mimetypes.best != SCRIPT:
        answer = redirect(url, 303)
    else:
        answer = jsonify(url=url, quote={"id": made.quote.id})
    answer.headers["Cache-Control"] = "no-store"
    return answer  # type: ignore[return-value]
