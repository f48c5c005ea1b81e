"""/console/: the way to the first sale; afterwards, what needs the merchant today."""

from collections.abc import Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from flask import g, render_template
from flask_babel import lazy_gettext as _

from synqro import catalogue, orders, payments
from synqro.core.clock import today
from synqro.core.money import Money
from synqro.web.console.blueprint import bp

LATEST = 25


class Step(NamedTuple):
    """One step to the first sale, and the button that takes it."""

    title: str
    words: str
    endpoint: str
    button: str
    done: bool = False


class Today(NamedTuple):
    """What came in since midnight in the store's zone; `more` where there was more than we read."""

    orders: int
    sales: Money
    more: bool


STEPS = (
    Step(
        _("Connect payments"),
        _("So that customers can pay, on your own Stripe account"),
        "console.integrations",
        _("Connect"),
    ),
    Step(
        _("Add your first product"),
        _("A photo, a name and a price are enough"),
        "console.new_product",
        _("Add a product"),
    ),
    Step(
        _("Set up shipping"),
        _("Ways and prices. Nothing to post? Leave it out"),
        "console.storefront",
        _("Set up"),
    ),
    Step(
        _("Put the shop on your page"),
        _("One line to paste"),
        "console.storefront",
        _("Get the code"),
    ),
    Step(
        _("Take the first order"),
        _("It shows up here, paid, with what to do next"),
        "",
        "",
    ),
)


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
    done = (
        payments.ready(g.store),
        bool(catalogue.shelf(g.store.id, limit=1).data),
        bool(g.store.shipping_options),
        False,
        False,
    )
    return [step._replace(done=is_done) for step, is_done in zip(STEPS, done, strict=True)]


def _today(latest: Sequence[orders.Order], more: bool) -> Today:
    zone, day = ZoneInfo(g.store.timezone), today(g.store.timezone)
    paid = [o for o in latest if o.paid_at and o.paid_at.astimezone(zone).date() == day]
    total = sum(order.total for order in paid)
    return Today(len(paid), Money(total, g.store.currency), more and len(paid) == len(latest))
