"""The sections of the console, for the sidebar and the bar at the bottom."""

from datetime import datetime
from typing import NamedTuple, cast
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask import g, has_request_context, request
from flask_babel import gettext as _

from synqro import costing, orders, quotes
from synqro.core.clock import today
from synqro.core.wiring import settings
from synqro.web.console.blueprint import bp

# Pages beside the products' own, reached from there.
BESIDE = dict.fromkeys(("stock", "stock_moves", "stock_imports", "listings"), "products")


class Entry(NamedTuple):
    """A section; `key` follows g on the keyboard, `badge` counts what waits; `inside` stands for
    sections that have no entry of their own beside it.
    """

    title: str
    icon: str
    path: str
    key: str = ""
    badge: str = ""
    inside: bool = False

    @property
    def here(self) -> bool:
        return self.inside or _section(request.path) == _section(self.path)


class Group(NamedTuple):
    title: str
    entries: list[Entry]


def navigation() -> list[Group]:
    """Give back the sidebar's groups, with what waits in each section."""
    home, quotations, orders_, products = _sections()
    storefront = Entry(_("Storefront"), "store", "/console/storefront", "s")
    integrations = Entry(_("Integrations"), "plug", "/console/integrations", "i")
    prices = Entry(_("Repricer"), "tags", "/console/repricer", "r")
    payouts = Entry(_("Settlements"), "landmark", "/console/settlements", "t")
    automations = Entry(_("Agents"), "workflow", "/console/agents", "a")
    developers = Entry(_("Developers"), "code-xml", "/console/developers", "d")
    return [
        Group(
            "",
            [
                home,
                quotations._replace(title=_("Quotations"), badge=quotes_waiting()),
                orders_._replace(badge=waiting()),
                products,
            ],
        ),
        Group(_("Sell"), [storefront, integrations]),
        Group(_("Run"), [prices, automations, payouts, developers]),
    ]


def tabs() -> list[Entry]:
    """Give back the five of the bar at the bottom; the last leads to all the rest."""
    found = [*_sections(), Entry(_("More"), "menu", "/console/settings")]
    here = any(entry.here for entry in found)
    return found if here else [*found[:-1], found[-1]._replace(inside=True)]


def waiting() -> str:
    """Give back how many orders are to do or in progress, "99+" at most, "" for none."""
    found = queue().to_do + queue().in_progress
    return "99+" if found > 99 else str(found or "")


def quotes_waiting() -> str:
    """Give back how many quotes are to do, in the same way."""
    found = quote_counts()["todo"]
    return "99+" if found > 99 else str(found or "")


def quote_counts() -> dict[str, int]:
    """Give back what waits in the box of quotes."""
    return _all_waiting().box


def queue() -> orders.Waiting:
    """Give back what waits in the fulfilment queue."""
    return _all_waiting().queue


def rates() -> costing.Rates:
    """Give back the store's rates, which come with the counts."""
    if "rates" not in g:
        g.rates = costing.rates_in(g.store, _all_waiting().rates)
    return cast(costing.Rates, g.rates)


def _all_waiting() -> quotes.Waits:
    """Ask for all of it once a request."""
    if "waiting" not in g:
        g.waiting = quotes.all_waiting(g.store.id, today(g.store.timezone))
    return cast(quotes.Waits, g.waiting)


def _sections() -> list[Entry]:
    return [
        Entry(_("Home"), "house", "/console/", "h"),
        Entry(_("Quotes"), "file-box", "/console/quotes", "q"),
        Entry(_("Orders"), "package", "/console/orders", "o"),
        Entry(_("Products"), "shapes", "/console/products", "p"),
    ]


def _section(path: str) -> str:
    first = path.split("/")[2] if path.count("/") > 1 else ""
    return BESIDE.get(first, first)


def money_is_pretend() -> bool:
    """Say whether this whole installation runs on Stripe's test keys."""
    key = settings().stripe_secret_key
    return bool(key) and not settings().stripe_live


@bp.app_context_processor
def _in_templates() -> dict[str, object]:
    if not has_request_context() or request.blueprint != bp.name:
        return {}
    return {"navigation": navigation, "tabs": tabs, "money_is_pretend": money_is_pretend}


@bp.app_template_filter("day")
def day(moment: datetime) -> str:
    """Give back a moment as a day in the store's zone: Friday 4 December 2026."""
    local = moment.astimezone(ZoneInfo(g.store.timezone))
    return str(format_date(local, "EEEE d MMMM y", locale="en"))


def clock_time(moment: datetime) -> str:
    """Give back the time of day in the store's zone: 10:42."""
    return f"{moment.astimezone(ZoneInfo(g.store.timezone)):%H:%M}"
