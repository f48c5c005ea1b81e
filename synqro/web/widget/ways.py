"""The ways an order can be delivered, each with the total it leads to."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import g

from synqro import orders
from synqro.web.fields import COUNTRIES
from synqro.web.widget import formats
from synqro.web.widget.contents import Basket
from synqro.web.widget.words import ngettext

FEW = 4


@dataclass(frozen=True)
class Way:
    """A shipping option; the only way of a shop without any has no id. Prices in minor units."""

    id: str
    name: str
    price: int
    countries: list[str]
    totals: orders.Totals
    chosen: bool

    @property
    def expected(self) -> str:
        """The total that the buyer sees, in major units."""
        return format(self.totals.money(self.totals.total).major, "f")

    @property
    def where(self) -> str:
        if not self.countries or len(self.countries) > FEW:
            many = len(self.countries)
            return ngettext("%(num)d country", "%(num)d countries", many) if many else ""
        return ", ".join(formats.country(code) for code in self.countries)


def ways(basket: Basket, typed: Mapping[str, str]) -> list[Way]:
    """Give back every way of delivery, the chosen one marked: as typed, else the first."""
    options = g.store.shipping_options
    if not options:
        return [Way("", "", 0, [], orders.quote_total(g.store, basket.items), True)]
    ids = [option["id"] for option in options]
    wanted = typed.get("shipping_option_id", "")
    wanted = wanted if wanted in ids else _first_to(country(typed))
    return [
        Way(
            option["id"],
            option["name"],
            option["price"],
            option.get("countries") or [],
            orders.quote_total(g.store, basket.items, option["id"]),
            option["id"] == wanted,
        )
        for option in options
    ]


def countries() -> list[tuple[str, str]]:
    """Give back where the shop delivers to, as (code, name) in the order of the names."""
    listed = [option.get("countries") or [] for option in g.store.shipping_options]
    codes = {code for some in listed for code in some} if listed and all(listed) else COUNTRIES
    return sorted(((code, formats.country(code)) for code in codes), key=lambda pair: pair[1])


def country(typed: Mapping[str, str]) -> str:
    """Give back the country to show first: as typed, else the shop's own, else any."""
    codes = [code for code, _ in countries()]
    for wanted in (typed.get("customer.address.country", ""), g.store.country):
        if wanted in codes:
            return wanted
    return codes[0] if codes else ""


def _first_to(code: str) -> str:
    options = g.store.shipping_options
    reaching = [o for o in options if not o.get("countries") or code in o["countries"]]
    return str((reaching or options)[0]["id"])
