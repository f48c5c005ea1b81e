"""The customer's order, by private link: where it stands and what happens next."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from synqro import catalogue, orders, payments
from synqro.core.clock import now
from synqro.core.errors import DomainError
from synqro.orders import Order, Status
from synqro.web.problems import status_of
from synqro.web.widget import baskets, confirming, formats, pages, standing
from synqro.web.widget.blueprint import bp
from synqro.web.widget.pay import paying
from synqro.web.widget.words import gettext as _


@dataclass(frozen=True)
class Act:
    href: str
    words: str
    pay: str = ""


@bp.get("/<key>/orders/<token>")
def order(token: str) -> Response:
    """Show an order as it stands. A payment is only called one once we have seen it."""
    found = orders.by_token(g.store.id, token)
    result = request.args.get("result", "")
    state = standing.state(found, result)
    if state == "confirming" and confirming.tries() == confirming.ASKING_TRY:
        found = orders.look_again(found)
        state = standing.state(found, result)
    given = orders.sums(found).refunded
    tag = f"{found.version}-{state}-{given}"
    if request.if_none_match.contains_weak(tag):
        return Response(status=304)
    answer = _page(found, token, state)
    answer.set_etag(tag)
    return answer


@bp.post("/<key>/orders/<token>/pay")
@paying
def pay_order(token: str) -> ResponseReturnValue:
    """Go to the payment page of an order that is still open."""
    try:
        found = orders.pay(g.store, token)
    except (orders.OrderNotFound, payments.PaymentsNotSetUp):
        raise
    except (orders.NotPayable, orders.OrderExpired, orders.PaymentProcessing):
        return redirect(url_for("widget.order", token=token), 303)
    except DomainError as refused:
        status = status_of(type(refused))
        say = _("Nothing was charged. Try again in a moment.")
        act = {"href": url_for("widget.order", token=token), "words": _("Back to the order")}
        return pages.state(_("The payment page didn't open"), say, act=act, status=status)
    return redirect(found.checkout_url or url_for("widget.order", token=token), 303)


@bp.post("/<key>/orders/<token>/cancel")
@paying
def cancel_order(token: str) -> ResponseReturnValue:
    """Give up an unpaid order, and go back to the basket that it was made of."""
    try:
        found = orders.cancel_by_customer(g.store, token)
    except (orders.NotCancellable, orders.PaymentProcessing):
        return redirect(url_for("widget.order", token=token), 303)
    except payments.PaymentProviderError as refused:
        say = _("Nothing has changed. Try again in a moment.")
        act = {"href": url_for("widget.order", token=token), "words": _("Back to the order")}
        title = _("The order wasn't cancelled")
        return pages.state(title, say, act=act, status=status_of(type(refused)))
    if found.quote_id:
        return redirect(url_for("widget.order", token=token), 303)
    g.basket = _basket(found)
    return redirect(url_for("widget.basket", cancelled=1), 303)


def _page(found: Order, token: str, state: str) -> Response:
    unpaid = state == Status.CANCELLED and found.paid_at is None
    g.basket = _basket(found) if unpaid or state in standing.OPEN else ()
    say = standing.say(found, state)
    due = orders.amount_due(found)
    return pages.page(
        "order",
        order=found,
        state=state,
        say=say,
        steps=standing.steps(found),
        leaves=_leaves(found),
        refund=standing.refund(found) if found.paid_at else "",
        given=orders.sums(found).refunded,
        cancel=_cancel(found, token, state),
        pictures=catalogue.first_images(
            g.store.id, [line.product_id for line in found.lines if line.product_id]
        ),
        due=due,
        paid=orders.paid(found) if found.deposit is not None else 0,
        total_label=_("Paid") if found.paid_at and not due else _("Total"),
        address=_address(found),
        refresh=_refresh(token, state),
        act=_act(found, token, state),
    )


def _basket(found: Order) -> baskets.Pieces:
    return tuple(
        baskets.Piece(line.variant_id, line.quantity, line.unit_price)
        for line in found.lines
        if line.variant_id
    )


def _act(found: Order, token: str, state: str) -> Act:
    to_pay = state in standing.PAYABLE or (found.deposit is not None and state in standing.DONE)
    if to_pay and orders.can_pay(found):
        pay = url_for("widget.pay_order", token=token, basket=None)
        if found.quote_id:
            return Act("", "", pay)
        return Act(url_for("widget.basket"), _("Change the basket"), pay)
    if g.basket:
        return Act(url_for("widget.basket"), _("Back to the basket"))
    return Act(url_for("widget.shop"), _("Back to the shop"))


def _cancel(found: Order, token: str, state: str) -> str:
    """Give back where an order that nobody has paid is given up."""
    open_ = state in standing.PAYABLE and orders.can_cancel(found)
    return url_for("widget.cancel_order", token=token, basket=None) if open_ else ""


def _refresh(token: str, state: str) -> str:
    """Give back where a browser without scripts looks again, ten times."""
    tries = confirming.tries()
    if state != "confirming" or tries >= confirming.MOST_TRIES:
        return ""
    return url_for("widget.order", token=token, basket=None, result="success", tries=tries + 1)


def _leaves(found: Order) -> str:
    if found.lead_time_days is None or found.status not in (Status.PAID, Status.IN_PROGRESS):
        return ""
    day = formats.leaves(found.lead_time_days, found.paid_at)
    today = formats.leaves(0)
    if day < today or now() - (found.paid_at or now()) > timedelta(days=365):
        return ""
    return _("Leaves by %(day)s.", day=formats.day(day))


def _address(found: Order) -> str:
    address = found.customer.address
    return address.label(g.store.locale) if address else ""
