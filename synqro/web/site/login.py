"""/login and /logout."""

import time

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from pydantic import Field
from werkzeug.exceptions import HTTPException

from synqro import stores
from synqro.core.errors import DomainError
from synqro.web import sessions
from synqro.web.forms import Form
from synqro.web.inputs import Email, StrictIn, parse
from synqro.web.limits import limiter, tries
from synqro.web.problems import status_of
from synqro.web.site.blueprint import bp


class LoginForm(StrictIn):
    email: Email
    password: str = Field(max_length=256)


@bp.route("/login", methods=["GET", "POST"])
@tries
def login() -> ResponseReturnValue:
    """Sign in, and go where one was going."""
    onwards = sessions.own_path(request.values.get("next")) or url_for("console.home")
    if request.method == "GET":
        if current_user.is_authenticated:
            return redirect(onwards)
        return render_template("site/login.html", form=Form({}), onwards=onwards)
    try:
        typed = {name: value for name, value in request.form.items() if name != "next"}
        given = parse(LoginForm, typed)
        sessions.sign_in(stores.authenticate(given.email, given.password))
    except DomainError as refused:
        return _again(_mismatch(refused), onwards), status_of(type(refused))
    return redirect(onwards, code=303)


@bp.route("/logout", methods=["GET", "POST"])
def logout() -> ResponseReturnValue:
    """Sign out; opening the address only asks."""
    if request.method == "GET":
        return render_template("site/logout.html")
    session.clear()
    return redirect(url_for("site.login"), code=303)


@bp.errorhandler(429)
def too_many_tries(error: HTTPException) -> ResponseReturnValue:
    """Say when the next try counts, with what was typed still in its place."""
    limit = limiter.current_limit
    minutes = max(1, -(-int(limit.reset_at - time.time()) // 60)) if limit else 15
    say = ngettext(
        "Too many tries. Try again in %(num)d minute, or set a new password.",
        "Too many tries. Try again in %(num)d minutes, or set a new password.",
        minutes,
    )
    if request.endpoint != "site.login":
        return render_template("site/said.html", title=_("Too many tries"), words=say), 429
    onwards = sessions.own_path(request.form.get("next")) or url_for("console.home")
    return _again(Form(request.form, {"password": say}), onwards), 429


def _mismatch(refused: DomainError) -> Form:
    if not isinstance(refused, stores.WrongPassword):
        return Form.again(request.form, refused)
    limit = limiter.current_limit
    if not limit:
        return Form(request.form, {"password": str(refused)})
    left = ngettext("%(num)d try left.", "%(num)d tries left.", max(0, limit.remaining - 1))
    return Form(request.form, {"password": f"{refused} {left}"})


def _again(form: Form, onwards: str) -> str:
    return render_template("site/login.html", form=form, onwards=onwards)
