"""Contact, address, delivery, and one button with the exact amount."""

from collections.abc import Mapping
from secrets import token_urlsafe

from flask import Response, g, redirect, url_for
from flask.typing import ResponseReturnValue

from synqro import payments
from synqro.web.forms import Form
from synqro.web.widget import contents, formats, pages, ways
from synqro.web.widget.alerts import Alert
from synqro.web.widget.blueprint import bp
from synqro.web.widget.words import gettext as _


@bp.get("/<key>/details")
def details() -> ResponseReturnValue:
    """Ask for what an order needs, where it can be paid and nothing stands in the way."""
    if not g.store.ordering_enabled:
        return pages.closed()
    if not payments.ready(g.store):
        return pages.unpaid(act=back_to_basket())
    basket = contents.look_up(g.basket)
    if not basket.lines or basket.blocked:
        return redirect(url_for("widget.basket"), 303)
    g.basket = basket.pieces
    return ask(basket, Form({}))


def ask(
    basket: contents.Basket, form: Form, alert: Alert | None = None, status: int = 200
) -> Response:
    """Give back the form as it stands, with what is wrong at its place."""
    typed: Mapping[str, str] = form.values
    answer = pages.page(
        "details",
        status,
        basket=basket,
        form=form,
        alert=alert,
        ways=ways.ways(basket, typed),
        asks_address=asks_address(),
        address_required=g.store.address_required,
        countries=ways.countries() if asks_address() else [],
        country=ways.country(typed),
        tax_label=g.store.tax_label or _("tax"),
        leaves=_leaves(basket),
        idempotency_key=token_urlsafe(18),
    )
    if typed:  # else Back brings this very page, and pressing Pay again repeats the first order
        answer.headers["Cache-Control"] = "no-store"
    return answer


def asks_address() -> bool:
    """Say whether anything is sent anywhere."""
    return bool(g.store.address_required or g.store.shipping_options)


def back_to_basket() -> dict[str, str]:
    return {"href": url_for("widget.basket"), "words": _("Back to the basket")}


def _leaves(basket: contents.Basket) -> str:
    days = basket.lead_time_days
    if days is None:
        return ""
    return _("Leaves by %(day)s if you pay today.", day=formats.day(formats.leaves(days)))
