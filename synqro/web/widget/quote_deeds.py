"""What a customer does on the page of a quote. Each is a form; opening a link does nothing.

Accepting and paying name a version and lead to the one open payment page, however often they
are pressed; the other forms are answered once, by the key that each carries.
"""

from collections.abc import Mapping
from functools import wraps
from hashlib import sha256
from typing import Any

from flask import Response, g, jsonify, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from synqro import orders, payments, quotes
from synqro.core.errors import Changed, DomainError, Invalid
from synqro.core.wiring import settings
from synqro.web import idempotent
from synqro.web.forms import Form
from synqro.web.inputs import Phone, Prose, StrictIn, parse
from synqro.web.problems import status_of
from synqro.web.storefront.bodies import AddressIn
from synqro.web.widget import pages, pressing, quote, quote_seen
from synqro.web.widget.alerts import Alert, wrong_fields
from synqro.web.widget.blueprint import bp
from synqro.web.widget.pay import ADDRESS, NO_POSTCODES, paying
from synqro.web.widget.quote_seen import number
from synqro.web.widget.words import gettext as _

SCRIPT = "application/json"


class CustomerIn(StrictIn):
    phone: Phone | None = None
    address: AddressIn | None = None


class AcceptIn(StrictIn):
    version: int
    customer: CustomerIn = Field(default_factory=CustomerIn)


class ReasonIn(StrictIn):
    reason: Prose | None = None


class MessageIn(StrictIn):
    text: Prose = ""


def once(view: Any) -> Any:
    """Answer the same form with the same answer, unless it was refused."""

    @wraps(view)
    def answer(token: str) -> Response:
        quotes.by_token(g.store.id, token)  # no claim is kept for links that lead nowhere
        again = pressing.claim(sha256(request.get_data()).hexdigest())
        if again is not None:
            return again
        try:
            response: Response = make_response(view(token))
        except BaseException:
            pressing.give_back()
            raise
        if response.status_code >= 400:
            pressing.give_back()
        return idempotent.remember(response)

    return answer


@bp.post("/<key>/quotes/<token>/accept")
@paying
def accept_quote(token: str) -> ResponseReturnValue:
    """Accept the version in view and go to its payment page, in one press."""
    typed = {name: request.form[name] for name in request.form}
    try:
        body = _read(typed, quote_seen.look(token))
        customer = body.customer
        address = orders.Address(**customer.address.model_dump()) if customer.address else None
        accepted = quotes.accept(
            g.store, token, version=body.version, phone=customer.phone, address=address
        )
    except DomainError as refused:
        return _refused(token, typed, refused)
    return _to_payment(token, accepted.order)


@bp.post("/<key>/quotes/<token>/pay")
@paying
def pay_quote(token: str) -> ResponseReturnValue:
    """Go to the page where the balance is paid."""
    seen = quote_seen.look(token)
    if seen.order is None or not seen.can.pay:
        return redirect(_page(token), 303)
    return _to_payment(token, seen.order, pay=quote_seen.BALANCE)


@bp.post("/<key>/quotes/<token>/decline")
@paying
@once
def decline_quote(token: str) -> ResponseReturnValue:
    """Turn the price down, with a reason or without."""
    typed = {"reason": request.form.get("reason", "")}
    try:
        quotes.decline_by_customer(g.store, token, parse(ReasonIn, typed).reason)
    except DomainError as refused:
        return _refused(token, typed, refused)
    return redirect(_page(token), 303)


@bp.post("/<key>/quotes/<token>/cancel")
@paying
@once
def cancel_quote(token: str) -> ResponseReturnValue:
    """Take the request back."""
    typed = {"reason": request.form.get("reason", "")}
    try:
        quotes.cancel_by_customer(g.store, token, parse(ReasonIn, typed).reason)
    except DomainError as refused:
        return _refused(token, typed, refused)
    return redirect(_page(token), 303)


@bp.post("/<key>/quotes/<token>/message")
@paying
@once
def write_message(token: str) -> ResponseReturnValue:
    """Say something to the workshop."""
    typed = {"text": request.form.get("text", "")}
    try:
        quotes.write(g.store, token, parse(MessageIn, typed).text)
    except DomainError as refused:
        return _refused(token, typed, refused)
    return redirect(_page(token) + "#messages", 303)


@bp.errorhandler(quotes.QuoteNotFound)
def no_such_quote(_error: quotes.QuoteNotFound) -> Response:
    """Say what may be wrong with a private link."""
    title, words = _("This link leads to no quote"), _("It may have been cut short.")
    act = {"href": url_for("widget.shop"), "words": _("Look at the shop")}
    words += " " + _("Open it from your email once more, or copy all of it.")
    return pages.state(title, words, glyph="box", act=act, status=404)


def _read(typed: Mapping[str, str], seen: quote_seen.Seen) -> AcceptIn:
    """Read the form of an acceptance. Raises Invalid with every wrong field."""
    given: dict[str, Any] = {"version": number(typed.get("version", ""))}
    if seen.state in quote.ACCEPTABLE and given["version"] != seen.quote.offered:
        # Before anything else is found wrong, or the new price would stand there unannounced.
        raise quotes.VersionStale(_("A newer price was sent."), version=seen.quote.offered)
    customer: dict[str, Any] = {"phone": typed.get("customer.phone", "")}
    parts = {name: typed.get(f"customer.address.{name}", "") for name in ADDRESS}
    asks = seen.asks_address and seen.state == "quoted"
    if asks:
        customer["address"] = parts
    wrong = _missing(parts) if asks else []
    try:
        body = parse(AcceptIn, given | {"customer": customer})
    except Invalid as refused:
        found: Any = refused.facts["fields"]
        wrong = [*found, *(w for w in wrong if w["field"] not in {f["field"] for f in found})]
        raise Invalid(str(refused), fields=wrong) from refused
    if wrong:
        raise Invalid(_("Some fields need a look."), fields=wrong)
    return body


def _missing(parts: Mapping[str, str]) -> list[dict[str, str]]:
    needed = ["line1", "city"]
    if parts["country"] not in NO_POSTCODES:
        needed.append("postal_code")
    return [
        {
            "field": f"customer.address.{name}",
            "code": "required",
            "message": _("This is needed."),
        }
        for name in needed
        if not parts[name].strip()
    ]


def _to_payment(token: str, order: orders.Order, pay: str | None = None) -> ResponseReturnValue:
    """Open the payment page, or find the open one, and lead there. A network call."""
    back = settings().public_url + url_for("widget.quote", token=token, basket=None, pay=pay)
    try:
        url = orders.payable_page(g.store, order, back=back).checkout_url or back
    except (orders.NotPayable, orders.PaymentProcessing):
        return redirect(_page(token), 303)
    except DomainError as refused:
        return _refused(token, {}, refused)
    answer = (
        jsonify(checkout_url=url)
        if request.accept_mimetypes.best == SCRIPT
        else make_response(redirect(url, 303))
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _refused(token: str, typed: Mapping[str, str], refused: DomainError) -> Response:
    """Show the quote as it stands now, why it went no further, and what was typed."""
    if isinstance(refused, quotes.QuoteNotFound):
        raise refused
    seen = quote_seen.look(token)
    form = Form.again(typed, refused)
    alert = _alert(seen, form, refused)
    return quote.show(seen, token, form=form, alert=alert, status=status_of(type(refused)))


def _alert(seen: quote_seen.Seen, form: Form, refused: DomainError) -> Alert:
    nothing = _("Nothing was charged.")
    if isinstance(refused, quotes.VersionStale):
        return quote.new_price(seen, number(form.value("version")))
    if isinstance(refused, orders.PaymentProcessing):
        return Alert(_("Your payment is on its way"), str(refused), "warn")
    if isinstance(refused, quotes.QuoteExpired):
        return Alert(_("This price has expired"), nothing, "warn")
    if isinstance(refused, quotes.QuoteNotOpen | Changed):
        say = _("Here is where it stands. Nothing of what you pressed was done.")
        return Alert(_("This has changed in the meantime"), say, "warn")
    if isinstance(refused, Invalid) and form.wrong:
        return wrong_fields(dict(form.wrong))
    if isinstance(refused, payments.PaymentProviderError):
        say = _("Nothing was charged. Try again in a moment.")
        return Alert(_("The payment page didn't open"), say)
    return Alert(_("This didn't work"), f"{refused} {nothing}")


def _page(token: str) -> str:
    return url_for("widget.quote", token=token)
