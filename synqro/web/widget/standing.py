"""Where an order stands, in words for its customer."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import g

from synqro import orders
from synqro.core.clock import now
from synqro.orders import Order, RefundStatus, Status, TimelineKind
from synqro.web.widget import formats
from synqro.web.widget.words import gettext as _
from synqro.web.widget.words import ngettext

DONE = (Status.PAID, Status.IN_PROGRESS, Status.SHIPPED)
PAYABLE = ("awaiting", "left")
GIVEN = (RefundStatus.PENDING, RefundStatus.SUCCEEDED)
OPEN = (*PAYABLE, "expired", "failed")


@dataclass(frozen=True)
class Say:
    title: str
    words: str
    kind: str = ""
    glyph: str = "check"
    later: str = ""


@dataclass(frozen=True)
class Step:
    name: str
    kind: str
    glyph: str


def state(order: Order, result: str) -> str:
    """Give back one word for where the order stands; `result` is what the way back says."""
    if order.status is Status.EXPIRED:
        kinds = {happening.kind for happening in orders.timeline(order)}
        return "failed" if TimelineKind.PAYMENT_FAILED in kinds else "expired"
    waits = order.status is Status.AWAITING_PAYMENT or orders.amount_due(order) > 0
    if waits and order.settling:
        return "settling"
    # A quote's order may wait again: for its balance, or for a page that did not take the money.
    on_its_way = order.session_id is not None if order.quote_id else waits
    if result == "success" and waits and on_its_way:
        return "confirming"
    if order.status is not Status.AWAITING_PAYMENT:
        return str(order.status)
    if not orders.can_pay(order):
        return "expired"
    return "left" if result == "cancel" else "awaiting"


def say(order: Order, state: str) -> Say:
    """Give back what the page says first."""
    if state in ("confirming", "settling"):
        return _under_way(order, state)
    if order.status in DONE:
        return _done(order)
    if state in PAYABLE:
        return _to_pay(order, state)
    return _over(order, state)


def _to_pay(order: Order, state: str) -> Say:
    if state == "awaiting":
        return Say(_("One step left: payment"), _minutes(order), "warn", "credit-card")
    left = _("You left the payment page. Everything is still here.")
    return Say(_("Nothing was charged"), f"{left} {_minutes(order)}", "warn", "credit-card")


def _under_way(order: Order, state: str) -> Say:
    email = order.customer_email
    if state == "settling":
        say = _("The payment can take a few days. We'll email you at %(email)s.", email=email)
        return Say(_("Your bank is working on it"), say, "brand", "hourglass")
    return Say(
        _("Confirming your payment…"),
        _("This takes a few seconds. You can close the page; your order keeps going."),
        "brand",
        "hourglass",
        _("This takes longer than usual. We'll email you at %(email)s.", email=email),
    )


def _over(order: Order, state: str) -> Say:
    number = order.number
    if order.quote_id:
        nothing = _("Nothing was charged for order %(number)s.", number=number)
    else:
        nothing = _("Nothing was charged for order %(number)s. Your basket is kept.", number=number)
    if state == "failed":
        return Say(_("The payment didn't go through"), nothing, "bad", "circle-alert")
    if state == "expired":
        return Say(_("This checkout has expired"), nothing, "warn", "clock")
    if state == Status.REFUNDED:
        say = _("Order %(number)s is closed.", number=number)
        return Say(_("This order was refunded"), say, "warn", "undo-2")
    if order.paid_at is None:
        return Say(_("This order is cancelled"), nothing, "warn", "circle-x")
    say = _("Order %(number)s will not be made.", number=number)
    return Say(_("This order was cancelled"), say, "warn", "circle-x")


def refund(order: Order) -> str:
    """Say how much of the money went back and when, of an order that was paid; else nothing."""
    given = orders.sums(order).refunded
    waiting = [r for r in orders.refunds(order) if r.status is RefundStatus.REQUESTED]
    if given <= 0 and not waiting:
        return ""
    if given <= 0:
        amount = formats.money(sum(refund.amount for refund in waiting))
        return _("A refund of %(amount)s is on its way.", amount=amount)
    last = max(r.created_at for r in orders.refunds(order) if r.status in GIVEN)
    return _(
        "%(amount)s was refunded on %(day)s. It takes your bank 5 to 10 days.",
        amount=formats.money(given),
        day=formats.day(last.astimezone(ZoneInfo(g.store.timezone)).date()),
    )


def steps(order: Order) -> list[Step]:
    """Give back the layers of a paid order, from paid to shipped."""
    if order.status not in DONE:
        return []
    part = order.deposit is not None and orders.amount_due(order) > 0
    names = (_("Deposit paid") if part else _("Paid"), _("In progress"), _("Shipped"))
    at = DONE.index(order.status)
    last = len(DONE) - 1
    return [
        Step(
            name,
            "done" if i < at or at == last else "now" if i == at else "",
            "check" if i < at or at == last else "circle-dot" if i == at else "clock",
        )
        for i, name in enumerate(names)
    ]


def _done(order: Order) -> Say:
    number = order.number
    if order.status is Status.SHIPPED:
        return Say(_("It's on its way"), _("Order %(number)s.", number=number), glyph="truck")
    if order.status is Status.IN_PROGRESS:
        say = _("Order %(number)s is being made ready.", number=number)
        return Say(_("In the workshop"), say, "brand", "package")
    if due := orders.amount_due(order):
        say = _(
            "Order %(number)s. The balance of %(amount)s can be paid here at any time.",
            number=number,
            amount=formats.money(due),
        )
        return Say(_("Thank you, the deposit is paid"), say)
    say = _(
        "Order %(number)s. A receipt is on its way to %(email)s.",
        number=number,
        email=order.customer_email,
    )
    return Say(_("Thank you, it's ordered"), say)


def _minutes(order: Order) -> str:
    if order.quote_id:
        return str(_("Your order is made once it is paid. You can pay whenever it suits you."))
    left = max(1, int((order.session_expires_at - now()).total_seconds() // 60))
    return ngettext(
        "Your things are held for %(num)d more minute.",
        "Your things are held for %(num)d more minutes.",
        left,
    )
