"""How the console's pages write prices, times and addresses."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from flask import g
from flask_babel import gettext as _

from synqro import catalogue, orders
from synqro.core.clock import today
from synqro.core.money import Money
from synqro.core.wiring import settings
from synqro.web.console.blueprint import bp

OPEN = (orders.Status.PAID, orders.Status.IN_PROGRESS)


def money(amount: int, currency: str) -> str:
    """Write an amount as the store's people read it, with the minus of typography."""
    return _money(amount, currency, g.store.locale)


def price_of(product: catalogue.Product) -> str:
    """Write a product's price, or from which one on it is sold."""
    return _from([variant.price for variant in product.variants], product.currency)


def charged_now(product: catalogue.Product) -> str:
    """Write what the shop charges for a product where that is not its price, else nothing."""
    offered = product.on_shelf
    if all(variant.current_price == variant.price for variant in offered):
        return ""
    price = _from([variant.current_price for variant in offered], product.currency)
    words: str = _("now %(price)s", price=price)
    return words


def _from(prices: list[int], currency: str) -> str:
    if not prices:
        return ""
    least = money(min(prices), currency)
    words: str = _("from %(price)s", price=least)
    return words if min(prices) < max(prices) else least


def capped(number: int) -> str:
    """Write a count that stops at a hundred."""
    return "99+" if number > 99 else str(number)


def grouped(number: int) -> str:
    """Write a count: 999,999."""
    return f"{number:,}"


def shop_url(product: catalogue.Product) -> str:
    """Give back where customers see a product."""
    key = g.store.publishable_key
    return f"{settings().public_url}/s/{key}/products/{product.id}"


def day(when: date) -> str:
    """Write a date of about now: Thu 26 Nov."""
    return _day(when, when.year == today(g.store.timezone).year)


class ShipBy(NamedTuple):
    """When an order leaves, in words; `tone` is bad for late, warn for today."""

    words: str
    tone: str = ""


def ship_by(order: orders.Order) -> ShipBy:
    """Say when an order should leave, has left, or why it does not."""
    if order.shipped_at:
        return ShipBy(_("Shipped %(day)s", day=day(local(order.shipped_at).date())))
    if not order.ship_by or order.status not in OPEN:
        return ShipBy("")
    due = date.fromisoformat(order.ship_by)
    if order.lead_time_days is None:
        return ShipBy(_("Paid %(day)s", day=day(due)))
    left = (due - today(g.store.timezone)).days
    if left < 0:
        words = _("Yesterday") if left == -1 else day(due)
        return ShipBy(_("%(day)s, late", day=words), "bad")
    near = {0: ShipBy(_("Today"), "warn"), 1: ShipBy(_("Tomorrow"))}
    return near.get(left) or ShipBy(day(due))


def address_of(order: orders.Order) -> str:
    """Write an order's address as on a label, the country by its name."""
    address = order.customer.address
    if address is None:
        return ""
    named = Locale.parse(_locale()).territories.get(address.country or "", address.country)
    return replace(address, country=named).text


def local(when: datetime) -> datetime:
    return when.astimezone(ZoneInfo(g.store.timezone))


def moment(when: datetime) -> str:
    """Write a time as the shop's clock showed it: Thu 26 Nov, 10:42."""
    there = local(when)
    return f"{day(there.date())}, {format_time(there, 'HH:mm', locale=_locale())}"


def plain_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@lru_cache(4096)
def _money(amount: int, currency: str, locale: str) -> str:
    return Money(amount, currency).format(locale).replace("-", "−")


@lru_cache(4096)
def _day(when: date, this_year: bool) -> str:
    return str(format_date(when, "EEE d MMM" if this_year else "EEE d MMM y", locale=_locale()))


def _locale() -> str:
    # British order of day and month: all pages are in English so far.
    return "en_GB"


@bp.context_processor
def _in_templates() -> dict[str, Callable[..., Any]]:
    return {
        "address_of": address_of,
        "capped": capped,
        "charged_now": charged_now,
        "grouped": grouped,
        "image_path": catalogue.image_path,
        "money": money,
        "price_of": price_of,
        "shop_url": shop_url,
        "day": day,
        "moment": moment,
        "plain_json": plain_json,
        "ship_by": ship_by,
    }
