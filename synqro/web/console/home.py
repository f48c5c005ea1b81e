"""/console/: the way to the first sale; afterwards, what needs the merchant today."""

from collections.abc import Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from flask import g, render_template
from flask_babel import gettext as _

from synqro import catalogue, orders, payments
from synqro.core.clock import today
from synqro.core.money import Money
from synqro.web.console.blueprint import bp

LATEST = 25


class Step(NamedTuple):
    """One step to the first sale, and the button that takes it."""

    title: str
    words: str
    done: bool
    endpoint: str
    button: str


class Today(NamedTuple):
    """What came in since midnight in the store's zone; `more` where there was more than we read."""

    orders: int
    sales: Money
    more: bool


@bp.get("/")
def home() -> str:
    """Show a new shop its next step, a running one its day."""
    latest = orders.queue(g.store.id, limit=LATEST)
    if not latest.data:
        return render_template("console/home/new.html", steps=steps())
    return render_template(
        "console/home/running.html",
        latest=latest.data[:5],
        counts=orders.counts(g.store.id),
        today=_today(latest.data, latest.has_more),
        ready=payments.ready(g.store),
    )


def steps() -> list[Step]:
    """Give back the way to the first sale, done and undone."""
    ready = payments.ready(g.store)
    stocked = bool(catalogue.shelf(g.store.id, limit=1).data)
    shipping = bool(g.store.shipping_options)
    return [
        Step(
            _("Connect payments"),
            _("So that customers can pay, on your own Stripe account"),
            ready,
            "console.integrations",
            _("Connect"),
        ),
        Step(
            _("Add your first product"),
            _("A photo, a name and a price are enough"),
            stocked,
            "console.new_product",
            _("Add a product"),
        ),
        Step(
            _("Set up shipping"),
            _("Ways and prices. Nothing to post? Leave it out"),
            shipping,
            "console.storefront",
            _("Set up"),
        ),
        Step(
            _("Put the shop on your page"),
            _("One line to paste"),
            False,
            "console.storefront",
            _("Get the code"),
        ),
        Step(
            _("Take the first order"),
            _("It shows up here, paid, with what to do next"),
            False,
            "",
            "",
        ),
    ]


def _today(latest: Sequence[orders.Order], more: bool) -> Today:
    zone, day = ZoneInfo(g.store.timezone), today(g.store.timezone)
    paid = [o for o in latest if o.paid_at and o.paid_at.astimezone(zone).date() == day]
    total = sum(order.total for order in paid)
    return Today(len(paid), Money(total, g.store.currency), more and len(paid) == len(latest))
