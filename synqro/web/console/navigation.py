"""The sections of the console, for the sidebar and the bar at the bottom."""

from typing import NamedTuple

from flask import g, has_request_context, request
from flask_babel import gettext as _

from synqro import orders
from synqro.core.wiring import settings
from synqro.web.console.blueprint import bp


class Entry(NamedTuple):
    """A section; `key` follows g on the keyboard, `badge` counts what waits."""

    title: str
    icon: str
    endpoint: str
    key: str = ""
    badge: str = ""

    @property
    def here(self) -> bool:
        found = request.url_rule.rule if request.url_rule else ""
        return section_of(found) == section_of(PATHS[self.endpoint])


class Group(NamedTuple):
    title: str
    entries: list[Entry]


PATHS = {
    "console.home": "/console/",
    "console.list_orders": "/console/orders",
    "console.list_products": "/console/products",
    "console.storefront": "/console/storefront",
    "console.integrations": "/console/integrations",
    "console.account": "/console/account",
}


def section_of(path: str) -> str:
    """Give back the first name after /console in a path, "" for home."""
    return path.split("/")[2] if path.count("/") > 1 else ""


def navigation() -> list[Group]:
    """Give back the sidebar's groups, with what waits in each section."""
    return [
        Group(
            "",
            [
                Entry(_("Home"), "house", "console.home", "h"),
                Entry(_("Orders"), "package", "console.list_orders", "o", waiting()),
                Entry(_("Products"), "shapes", "console.list_products", "p"),
            ],
        ),
        Group(
            _("Sell"),
            [
                Entry(_("Storefront"), "store", "console.storefront", "s"),
                Entry(_("Integrations"), "plug", "console.integrations", "i"),
            ],
        ),
    ]


def tabs() -> list[Entry]:
    """Give back the five of the bar at the bottom; the last leads to all the rest."""
    return [
        Entry(_("Home"), "house", "console.home"),
        Entry(_("Orders"), "package", "console.list_orders"),
        Entry(_("Products"), "shapes", "console.list_products"),
        Entry(_("Storefront"), "store", "console.storefront"),
        Entry(_("More"), "menu", "console.account"),
    ]


def waiting() -> str:
    """Give back how many orders are to do or in progress, "99+" at most, "" for none."""
    counts = orders.counts(g.store.id)
    found = counts["paid"] + counts["in_progress"]
    return "99+" if found > 99 else str(found or "")


def money_is_pretend() -> bool:
    """Say whether this whole installation runs on Stripe's test keys."""
    key = settings().stripe_secret_key
    return bool(key) and not settings().stripe_live


@bp.app_context_processor
def _in_templates() -> dict[str, object]:
    if not has_request_context() or request.blueprint != bp.name:
        return {}
    return {"navigation": navigation, "tabs": tabs, "money_is_pretend": money_is_pretend}
