"""The way to the first sale: what is set up, told by what is there, not by what was pressed."""

from typing import NamedTuple

from flask import g, url_for
from flask_babel import gettext as _

from synqro import stores
from synqro.core.wiring import settings
from synqro.web.console.home_facts import Facts
from synqro.web.console.navigation import rates
from synqro.web.console.storefront_forms import COLOURS
from synqro.web.console.wording import money


class Step(NamedTuple):
    """One step, and the button that takes it. `confirm` is where a button leads that says it is
    done, for what may have happened where we cannot see it; `outside` is True where the step
    is taken in the shop itself, in another tab.
    """

    title: str
    words: str
    done: bool
    button: str
    path: str
    confirm: str = ""
    outside: bool = False


def steps(facts: Facts) -> list[Step]:
    """Give back the way to the first sale, done and undone, in its order. No query."""
    first = [_look(), _product(facts), _payments(facts), _shipping(facts)]
    if not g.store.quotes_enabled:
        return [*first, _embedded()]
    return [*first, _rates(), _embedded(), _quote(facts)]


def _look() -> Step:
    store = g.store
    colour = next((name for _k, hex, name in COLOURS if hex == store.brand_color), None)
    said = _("%(shop)s, in %(colour)s", shop=store.name, colour=colour or store.brand_color)
    done = stores.look_chosen(store)
    words = said if done else _("%(shop)s. Choose the colour of your buttons", shop=store.name)
    path = url_for("console.storefront") + "#look"
    return Step(_("Shop name and colours"), words, done, _("Choose"), path)


def _product(facts: Facts) -> Step:
    words = facts.product or _("A photo, a name and a price are enough")
    path = url_for("console.new_product")
    done = facts.product is not None
    title = _("First product") if done else _("Add your first product")
    return Step(title, words, done, _("Add a product"), path)


def _payments(facts: Facts) -> Step:
    path = url_for("console.integrations")
    if facts.can_charge is False:
        words = _("Stripe still asks for something before customers can pay")
        return Step(_("Connect Stripe"), words, False, _("Go on"), path)
    done = bool(facts.can_charge)
    words = (
        _("Customers can pay") if done else _("So customers can pay. 5 minutes on Stripe’s site.")
    )
    return Step(_("Connect Stripe"), words, done, _("Connect"), path)


def _shipping(facts: Facts) -> Step:
    """Done where there are ways; and where something was sold without, for it needs none."""
    ways = [str(way["name"]) for way in g.store.shipping_options]
    needless = not g.store.address_required and facts.last_paid is not None
    words = " · ".join(ways) or (
        _("Nothing to post") if needless else _("Ways and prices. Nothing to post? Leave it out")
    )
    path = url_for("console.storefront") + "#shipping"
    return Step(_("Where you send"), words, bool(ways) or needless, _("Set up"), path)


def _rates() -> Step:
    found, currency = rates(), g.store.currency
    kilos = [_("%(p)s per kg", p=money(m.price_per_kg, currency)) for m in found.materials[:1]]
    hours = [_("%(p)s per h", p=money(m.rate, currency)) for m in found.machines[:1]]
    words = ", ".join(kilos + hours) or _("Quotes then come with a suggested price")
    path = url_for("console.edit_rates")
    return Step(_("Your printing rates"), words, bool(kilos or hours), _("Set rates"), path)


def _embedded() -> Step:
    done = g.store.embedded_at is not None
    words = _("It stands there") if done else _("One line to paste. 2 minutes.")
    path = url_for("console.storefront") + "#embed"
    confirm = url_for("console.note_embedded")
    return Step(_("Put the shop on your page"), words, done, _("Get the code"), path, confirm)


def _quote(facts: Facts) -> Step:
    title, words = _("Send yourself a test quote"), _("See what customers see")
    path = f"{settings().public_url}/s/{g.store.publishable_key}/custom"
    return Step(title, words, facts.ever_asked is not None, _("Try it"), path, outside=True)
