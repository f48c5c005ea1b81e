"""/console/: the way to the first sale; afterwards, what needs the merchant today."""

from datetime import timedelta
from typing import NamedTuple

from flask import g, render_template
from flask_babel import lazy_gettext as _

from synqro import catalogue, orders, payments
from synqro.core.clock import end_of_day, today
from synqro.core.money import Money
from synqro.web.console.blueprint import bp
from synqro.web.console.navigation import quote_counts

LATEST = 5


class Step(NamedTuple):
    """One step to the first sale, and the button that takes it."""

    title: str
    words: str
    endpoint: str
    button: str
    confirm: str = ""
    """The endpoint of a button that says it is done, where only the merchant can know."""
    done: bool = False


class Today(NamedTuple):
    """What came in since midnight in the store's zone."""

    orders: int
    sales: Money


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
        "console.note_embedded",
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
    waiting = quote_counts()["todo"]
    if not latest.data:
        return render_template("console/home/new.html", steps=steps(), waiting_quotes=waiting)
    return render_template(
        "console/home/running.html",
        latest=latest.data,
        counts=orders.counts(g.store.id),
        today=_today(),
        ready=payments.ready(g.store),
        waiting_quotes=waiting,
    )


def steps() -> list[Step]:
    """Give back the way to the first sale, done and undone."""
    done = (
        payments.ready(g.store),
        bool(catalogue.shelf(g.store.id, limit=1).data),
        bool(g.store.shipping_options),
        g.store.embedded_at is not None,
        False,
    )
    return [step._replace(done=is_done) for step, is_done in zip(STEPS, done, strict=True)]


def _today() -> Today:
    yesterday = today(g.store.timezone) - timedelta(days=1)
    found = orders.sales(g.store.id, since=end_of_day(yesterday, g.store.timezone))
    return Today(found.orders, Money(found.total, g.store.currency))
