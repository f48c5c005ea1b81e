"""/reset: a new password by mail."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import Field

from synqro import stores
from synqro.core.errors import Invalid
from synqro.web import sessions
from synqro.web.forms import Form
from synqro.web.inputs import Email, StrictIn, parse
from synqro.web.limits import account, address, limiter
from synqro.web.site.blueprint import bp


class AskForm(StrictIn):
    email: Email


class NewPasswordForm(StrictIn):
    token: str = Field(max_length=200)
    password: str = Field(max_length=256)


@bp.route("/reset", methods=["GET", "POST"])
@limiter.limit("10 per 15 minutes", key_func=account, methods=["POST"])
@limiter.limit("10 per 15 minutes", key_func=address, methods=["POST"])
def reset() -> ResponseReturnValue:
    """Ask for a link, or follow one: the answer is the same for every email."""
    if request.method == "GET":
        token = request.args.get("token")
        return _new_password(token) if token else _ask(Form(request.args))
    try:
        stores.ask_reset(parse(AskForm, request.form.to_dict()).email)
    except Invalid as refused:
        return _ask(Form.again(request.form, refused)), 422
    words = _(
        "If there is an account with this email, a link is on its way to it. "
        "It works once and for an hour."
    )
    return render_template("site/said.html", title=_("Check your mail"), words=words)


@bp.post("/reset/password")
@limiter.limit("30 per 15 minutes", key_func=address)
def reset_password() -> ResponseReturnValue:
    """Set the new password, end every other session and sign in."""
    try:
        given = parse(NewPasswordForm, request.form.to_dict())
        sessions.sign_in(stores.reset_password(given.token, given.password))
    except Invalid as refused:
        form = Form.again(request.form, refused)
        return render_template("site/new_password.html", form=form), 422
    except stores.ResetExpired as refused:
        return _expired(str(refused))
    return redirect(url_for("console.home"), code=303)


def _new_password(token: str) -> ResponseReturnValue:
    try:
        stores.reset_of(token)
    except stores.ResetExpired as refused:
        return _expired(str(refused))
    return render_template("site/new_password.html", form=Form({"token": token}))


def _expired(words: str) -> ResponseReturnValue:
    return _ask(Form({}, {}, words)), 410


def _ask(form: Form) -> str:
    return render_template("site/reset.html", form=form)
