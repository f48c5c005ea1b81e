"""Where an order stands, in words for its customer."""

from dataclasses import dataclass

from synqro import orders
from synqro.core.clock import now
from synqro.orders import Order, Status, TimelineKind
from synqro.web.widget.words import gettext as _
from synqro.web.widget.words import ngettext

DONE = (Status.PAID, Status.IN_PROGRESS, Status.SHIPPED)
PAYABLE = ("awaiting", "cancelled")
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
    if order.status is not Status.AWAITING_PAYMENT:
        return str(order.status)
    if order.settling:
        return "settling"
    if result == "success":
        return "confirming"
    if not orders.can_pay(order):
        return "expired"
    return "cancelled" if result == "cancel" else "awaiting"


def say(order: Order, state: str) -> Say:
    """Give back what the page says first."""
    if order.status in DONE:
        return _done(order)
    if state in PAYABLE:
        return _to_pay(order, state)
    if state in ("confirming", "settling"):
        return _under_way(order, state)
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
    nothing = _("Nothing was charged for order %(number)s. Your basket is kept.", number=number)
    if state == "failed":
        return Say(_("The payment didn't go through"), nothing, "bad", "circle-alert")
    if state == "expired":
        return Say(_("This checkout has expired"), nothing, "warn", "clock")
    if state == Status.REFUNDED:
        say = _("Order %(number)s. The money is on its way back to you.", number=number)
        return Say(_("This order was refunded"), say, "warn", "circle-alert")
    say = _("Order %(number)s. Ask the shop if that is a surprise.", number=number)
    return Say(_("This order was cancelled"), say, "warn", "circle-alert")


def steps(order: Order) -> list[Step]:
    """Give back the layers of a paid order, from paid to shipped."""
    if order.status not in DONE:
        return []
    names = (_("Paid"), _("In progress"), _("Shipped"))
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
    say = _(
        "Order %(number)s. A receipt is on its way to %(email)s.",
        number=number,
        email=order.customer_email,
    )
    return Say(_("Thank you, it's ordered"), say)


def _minutes(order: Order) -> str:
    left = max(1, int((order.session_expires_at - now()).total_seconds() // 60))
    return ngettext(
        "Your things are held for %(num)d more minute.",
        "Your things are held for %(num)d more minutes.",
        left,
    )
