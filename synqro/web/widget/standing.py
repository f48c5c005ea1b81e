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
    facts = {"number": order.number, "email": order.customer_email}
    if order.status in DONE:
        return _done(order, facts)
    return {
        "confirming": Say(
            _("Confirming your payment…"),
            _("This takes a few seconds. You can close the page; your order keeps going."),
            "brand",
            "hourglass",
            _(
                "This takes longer than usual. We'll email you at %(email)s.",
                **facts,
            ),
        ),
        "settling": Say(
            _("Your bank is working on it"),
            _("The payment can take a few days. We'll email you at %(email)s.", **facts),
            "brand",
            "hourglass",
        ),
        "awaiting": Say(_("One step left: payment"), _minutes(order), "warn", "credit-card"),
        "cancelled": Say(
            _("Nothing was charged"),
            _("You left the payment page. Everything is still here.") + " " + _minutes(order),
            "warn",
            "credit-card",
        ),
        "expired": Say(
            _("This checkout has expired"),
            _("Nothing was charged for order %(number)s. Your basket is kept.", **facts),
            "warn",
            "clock",
        ),
        "failed": Say(
            _("The payment didn't go through"),
            _("Nothing was charged for order %(number)s. Your basket is kept.", **facts),
            "bad",
            "circle-alert",
        ),
    }.get(state) or Say(
        _("This order was cancelled"),
        _("Order %(number)s. Ask the shop if that is a surprise.", **facts),
        "warn",
        "circle-alert",
    )


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


def _done(order: Order, facts: dict[str, object]) -> Say:
    if order.status is Status.SHIPPED:
        return Say(_("It's on its way"), _("Order %(number)s.", **facts), glyph="truck")
    if order.status is Status.IN_PROGRESS:
        say = _("Order %(number)s is being made ready.", **facts)
        return Say(_("In the workshop"), say, "brand", "package")
    say = _("Order %(number)s. A receipt is on its way to %(email)s.", **facts)
    return Say(_("Thank you, it's ordered"), say)


def _minutes(order: Order) -> str:
    left = max(1, int((order.session_expires_at - now()).total_seconds() // 60))
    return ngettext(
        "Your things are held for %(num)d more minute.",
        "Your things are held for %(num)d more minutes.",
        left,
    )
