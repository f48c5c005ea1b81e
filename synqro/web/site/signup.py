"""/signup: a person, their store, its test twin."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from synqro import stores
from synqro.core.errors import Invalid
from synqro.core.wiring import settings
from synqro.web import sessions
from synqro.web.forms import Form
from synqro.web.inputs import CountryCode, Email, StrictIn, parse
from synqro.web.limits import account, address, limiter
from synqro.web.site import places
from synqro.web.site.blueprint import bp


class SignUpForm(StrictIn):
    name: str = Field(max_length=100)
    email: Email
    password: str = Field(max_length=256)
    store_name: str = Field(max_length=80)
    currency: str | None = None
    country: CountryCode | None = None
    timezone: str | None = None

    @field_validator("timezone")
    @classmethod
    def _known(cls, value: str | None) -> str | None:
        if value and value not in places.ZONES:
            raise PydanticCustomError("invalid_timezone", "Choose a time zone from the list.")
        return value


@bp.route("/signup", methods=["GET", "POST"])
@limiter.limit("10 per 15 minutes", key_func=account, methods=["POST"])
@limiter.limit("60 per hour", key_func=address, methods=["POST"])
def signup() -> ResponseReturnValue:
    """Open a shop and go to its console; of a known email the page says nothing."""
    likely = places.guess(request.accept_languages)
    if request.method == "GET":
        if current_user.is_authenticated:
            return redirect(url_for("console.home"))
        return _page(Form(likely._asdict()))
    try:
        given = parse(SignUpForm, request.form.to_dict())
        sessions.sign_in(_sign_up(given, likely))
    except Invalid as refused:
        return _page(Form.again(request.form, refused)), 422
    except stores.EmailTaken:
        words = _("We have sent you a mail with the next step. It arrives within a minute or two.")
        return render_template("site/said.html", title=_("Check your mail"), words=words)
    return redirect(url_for("console.home"), code=303)


def _sign_up(given: SignUpForm, likely: stores.Place) -> stores.Person:
    country = given.country or likely.country
    place = stores.Place(
        currency=given.currency or likely.currency,
        country=country,
        timezone=given.timezone or likely.timezone,
        locale=places.locale_of(country),
    )
    return stores.sign_up(
        name=given.name,
        email=given.email,
        password=given.password,
        store_name=given.store_name,
        place=place,
        demo=settings().demo,
    )


def _page(form: Form) -> str:
    return render_template(
        "site/signup.html",
        form=form,
        currencies=places.currencies(),
        countries=places.countries(),
        zones=places.zones(),
    )
