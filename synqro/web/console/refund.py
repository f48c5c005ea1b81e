"""/console/orders/…/refund: money back to a customer, in part or in whole."""

import re
from secrets import token_urlsafe
from typing import Any, NamedTuple

from flask import flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import Field

from synqro import orders, payments
from synqro.core.errors import Conflict, DomainError, Invalid
from synqro.core.typed import Unread, read_amount, read_whole
from synqro.web.console.answers import refused_status, wants_fragment
from synqro.web.console.blueprint import bp
from synqro.web.console.wording import money
from synqro.web.forms import Form
from synqro.web.inputs import Prose, StrictIn, parse
from synqro.web.mistakes import summary

NEVER_SEEN = -1
KEY = re.compile(r"[\w-]{1,64}", re.ASCII)


class RefundForm(StrictIn):
    note: Prose | None = Field(None, max_length=500)


class Piece(NamedTuple):
    """A line that may go back on the shelf, and how many of it at most."""

    field: str
    variant_id: str
    title: str
    options: str
    most: int


@bp.get("/orders/<order_id>/refund")
def ask_refund(order_id: str) -> ResponseReturnValue:
    """Show the form: in a dialog where htmx asks, else on a page of its own."""
    order = orders.find(g.store.id, order_id)
    return _form(order, Form(_suggested(order)))


@bp.post("/orders/<order_id>/refund")
def refund_order(order_id: str) -> ResponseReturnValue:
    """Give money back, once for each form that was shown."""
    order = orders.find(g.store.id, order_id)
    try:
        wish = _read(order)
        orders.refund(g.store.id, order_id, **wish, person_id=g.person.id)
    except (Conflict, Invalid, payments.PaymentProviderError) as refused:
        return _again(order_id, refused)
    waits = any(
        refund.status is orders.RefundStatus.REQUESTED and refund.request_key == wish["key"]
        for refund in orders.refunds(order)
    )
    words = _("%(amount)s refunded", amount=money(wish["amount"], order.currency))
    return back_to_order(order_id, None if waits else words)


def back_to_order(order_id: str, words: str | None) -> ResponseReturnValue:
    """Leave a dialog or a page for the order; `words` say what was done."""
    if words:
        flash(words)
    page = url_for("console.show_order", order_id=order_id)
    if not wants_fragment():
        return redirect(page, code=303)
    answer = make_response("", 204)
    answer.headers["HX-Redirect"] = page
    return answer


def asked(template: str, status: int, **facts: Any) -> ResponseReturnValue:
    """Show what is asked before money moves: a dialog's content, or the whole page."""
    dialog = wants_fragment()
    name = f"console/orders/{'_' if dialog else ''}{template}.html"
    # htmx shows no answer of 500 and above.
    shown = 409 if dialog and status >= 500 else status
    return make_response(render_template(name, dialog=dialog, **facts), shown)


def request_key() -> str | None:
    """Give back what tells a form that is sent twice from a second one."""
    key = request.form.get("key", "")
    return key if KEY.fullmatch(key) else None


def pieces(order: orders.Order) -> list[Piece]:
    """Give back what of an order can still go back on the shelf."""
    left = orders.restockable(order)
    lines = {line.variant_id: line for line in order.lines if line.variant_id}
    return [
        Piece(f"restock-{name}", name, line.title, ", ".join(line.options.values()), left[name])
        for name, line in lines.items()
        if left.get(name)
    ]


def _suggested(order: orders.Order) -> dict[str, str]:
    left = orders.refundable(order)
    shelf = {piece.field: str(piece.most if _unsent(order) else 0) for piece in pieces(order)}
    return {"amount": str(order.money(left).major), **shelf}


def _unsent(order: orders.Order) -> bool:
    return order.status is not orders.Status.SHIPPED


def _form(order: orders.Order, form: Form, status: int = 200) -> ResponseReturnValue:
    left = orders.refundable(order)
    return asked(
        "refund",
        status,
        order=order,
        form=form,
        left=left,
        whole=str(order.money(left).major),
        pieces=pieces(order),
        unsent=_unsent(order),
        key=token_urlsafe(24),
    )


def _again(order_id: str, refused: DomainError) -> ResponseReturnValue:
    """Show the form as it was typed, with what is wrong and what is left by now."""
    order = orders.find(g.store.id, order_id)
    return _form(order, Form.again(request.form, refused), refused_status(refused))


def _read(order: orders.Order) -> dict[str, Any]:
    """Read the form. Raises Invalid, naming every wrong field."""
    wrong: list[dict[str, str]] = []
    amount = _amount(order, wrong)
    restock = {piece.variant_id: _back(piece, wrong) for piece in pieces(order)}
    note = None
    try:
        note = parse(RefundForm, {"note": request.form.get("note", "")}).note
    except Invalid as refused:
        found: Any = refused.facts["fields"]
        wrong += found
    if wrong:
        raise Invalid(summary(len(wrong)), fields=wrong)
    return {
        "amount": amount,
        "restock": {name: number for name, number in restock.items() if number},
        "note": note,
        "key": request_key(),
        "seen": _seen(request.form.get("seen", "")),
    }


def _amount(order: orders.Order, wrong: list[dict[str, str]]) -> int:
    try:
        amount = read_amount(request.form.get("amount", ""), order.currency)
    except Unread as error:
        wrong.append({"field": "amount", "code": error.code, "message": str(error)})
        return 0
    if amount is None:
        say = _("Enter how much goes back.")
        wrong.append({"field": "amount", "code": "required", "message": say})
    elif amount <= 0:
        say = _("Enter more than 0.")
        wrong.append({"field": "amount", "code": "too_small", "message": say})
    return amount or 0


def _back(piece: Piece, wrong: list[dict[str, str]]) -> int:
    try:
        number = read_whole(request.form.get(piece.field, "")) or 0
    except Unread as error:
        wrong.append({"field": piece.field, "code": error.code, "message": str(error)})
        return 0
    if not 0 <= number <= piece.most:
        say = _("Enter 0 to %(most)s.", most=piece.most)
        wrong.append({"field": piece.field, "code": "out_of_range", "message": say})
    return number


def _seen(text: str) -> int:
    """Give back what was left when the form was shown; what cannot be read never fits."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else NEVER_SEEN
