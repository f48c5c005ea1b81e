"""Paying: the form becomes an order, and the browser leaves for the payment page."""

from collections.abc import Mapping
from typing import Any

from flask import Response, g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from synqro import orders, payments
from synqro.core.crypto import fingerprint
from synqro.core.errors import DomainError, Invalid
from synqro.web import idempotent
from synqro.web.forms import Form
from synqro.web.inputs import StrictIn, parse
from synqro.web.limits import address, limiter
from synqro.web.problems import status_of
from synqro.web.storefront.bodies import OrderIn, ReturnUrl
from synqro.web.storefront.placing import place, placed_before
from synqro.web.widget import alerts, contents, details, pages, pressing
from synqro.web.widget.blueprint import bp
from synqro.web.widget.words import gettext as _

ADDRESS = ("line1", "line2", "postal_code", "city", "region", "country")
# Where letters find their way without a postcode.
NO_POSTCODES = frozenset(
    "AE AG AO AW BF BI BJ BO BS BW BZ CD CF CG CI CK CM CW DJ DM ER FJ GA GD GH GM GN GQ GY HK KI"
    " KM KN KP LY ML MO MR MW NR NU PA QA RW SB SC SL SR ST SY TD TG TK TO TV UG VU YE ZW".split()
)


class BackIn(StrictIn):
    return_url: ReturnUrl | None = None


def per_shop() -> str:
    """Give back who is asking: this shop's customer, by address."""
    return f"{fingerprint(g.get('key') or '')[:16]}:{address()}"


def paying(view: Any) -> Any:
    """Limit a view that leads to a payment as the storefront limits its orders."""
    return limiter.limit("30 per minute", key_func=per_shop)(view)


@bp.post("/<key>/details")
@paying
def pay() -> ResponseReturnValue:
    """Place the order and go to its payment page; on a refusal show the form again."""
    again = pressing.claim(idempotent.fingerprint(request.get_data()))
    if again is not None:
        return again
    typed = {name: request.form[name] for name in request.form}
    basket = contents.look_up(g.basket)
    try:
        placed, url = _order(typed, basket)
    except DomainError as refused:
        pressing.give_back()
        return _refused(refused, typed)
    except Exception:
        pressing.give_back()
        raise
    return idempotent.remember(_leave(placed, url))


def _body(typed: Mapping[str, str], basket: contents.Basket) -> OrderIn:
    """Read the form as the order that the storefront's JSON would say. Raises Invalid."""
    option = typed.get("shipping_option_id", "")
    back = _back(typed.get("return_url", ""))
    given = {
        "items": [
            {"product_id": i.product_id, "variant_id": i.variant_id, "quantity": i.quantity}
            for i in basket.items
        ],
        "customer": _customer(typed),
        "shipping_option_id": option,
        "note": typed.get("note", ""),
        "expected_total": typed.get(f"expected_total.{option}" if option else "expected_total", ""),
        "return_url": back or "",
        "cancel_url": back or "",
    }
    wrong = _missing(typed)
    try:
        body = parse(OrderIn, given)
    except Invalid as refused:
        found: Any = refused.facts["fields"]
        wrong = [*found, *(w for w in wrong if w["field"] not in {f["field"] for f in found})]
        raise Invalid(str(refused), fields=wrong) from refused
    if wrong:
        raise Invalid(_("Some fields need a look."), fields=wrong)
    return body


def _customer(typed: Mapping[str, str]) -> dict[str, Any]:
    customer: dict[str, Any] = {
        name: typed.get(f"customer.{name}", "") for name in ("name", "email", "phone")
    }
    parts = {name: typed.get(f"customer.address.{name}", "") for name in ADDRESS}
    written = any(value.strip() for name, value in parts.items() if name != "country")
    if details.asks_address() and (written or g.store.address_required):
        customer["address"] = parts
    return customer


def _missing(typed: Mapping[str, str]) -> list[dict[str, str]]:
    """List what a letter needs beyond what the storefront's JSON insists on."""
    if "address" not in _customer(typed):
        return []
    needed = ["line1", "city"]
    if typed.get("customer.address.country", "") not in NO_POSTCODES:
        needed.append("postal_code")
    return [
        {"field": field, "code": "required", "message": _("This is needed.")}
        for field in (f"customer.address.{name}" for name in needed)
        if not typed.get(field, "").strip()
    ]


def _back(url: str) -> str | None:
    """Give back the host page's address where we may send the buyer back to it."""
    try:
        return parse(BackIn, {"return_url": url}).return_url
    except Invalid:
        return None


def _order(typed: Mapping[str, str], basket: contents.Basket) -> tuple[orders.Placed, str]:
    """Place the order, or find the one an earlier press has left, and say where it is paid."""
    earlier = placed_before()
    if earlier is None:
        body = _body(typed, basket)
        if not basket.lines:
            raise Invalid(_("Your basket is empty."))
        placed = place(body)
        return placed, orders.checkout_page(g.store, placed.order)
    try:
        return earlier, orders.pay(g.store, earlier.token).checkout_url or ""
    except (orders.NotPayable, orders.PaymentProcessing):
        return earlier, url_for("widget.order", token=earlier.token)


def _leave(placed: orders.Placed, url: str) -> Response:
    if request.accept_mimetypes.best != "application/json":
        answer = redirect(url, 303)
        answer.headers["Cache-Control"] = "no-store"
        return answer  # type: ignore[return-value]
    answer = jsonify(checkout_url=url, order={"id": placed.order.id, "token": placed.token})
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _refused(refused: DomainError, typed: Mapping[str, str]) -> Response:
    if isinstance(refused, orders.StoreClosed):
        return pages.closed(409)
    if isinstance(refused, payments.PaymentsNotSetUp):
        return pages.unpaid(409, act=details.back_to_basket())
    basket = contents.look_up(g.basket)
    form = Form.again(typed, refused)
    wrong = {ALIASES.get(name, name): say for name, say in form.wrong.items()}
    alert = alerts.about(refused, wrong, basket)
    g.basket = basket.pieces
    return details.ask(basket, Form(typed, wrong), alert, status_of(type(refused)))


ALIASES = {"customer.address": "customer.address.line1"}
