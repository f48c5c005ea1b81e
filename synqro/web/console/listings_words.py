"""What the pages of listings say: where, how it stands, and why a price is what it is."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from synqro import marketplaces, stores
from synqro.listings import STOREFRONT, Listing, Price, PriceCause, Status
from synqro.web.console.blueprint import bp
from synqro.web.console.doers import names_of, who
from synqro.web.console.wording import money

STATUSES = {
    Status.ACTIVE: lazy("On sale"),
    Status.PAUSED: lazy("Paused"),
    Status.ENDED: lazy("Taken down"),
    Status.DRAFT: lazy("Draft"),
    Status.PENDING: lazy("Waiting for the marketplace"),
    Status.FAILED: lazy("Refused by the marketplace"),
}
CAUSES = {
    PriceCause.LISTED: lazy("Listed"),
    PriceCause.SET: lazy("Set here"),
    PriceCause.PRODUCT: lazy("Set on the product"),
    PriceCause.REPRICED: lazy("Repriced"),
    PriceCause.UNDONE: lazy("Undone"),
}


class Line(NamedTuple):
    """A change of a price, and the words for why and who."""

    price: Price
    why: str
    who: str


def priced_lines(prices: Sequence[Price]) -> list[Line]:
    """Give back changes with why they were made, and the names of who made them."""
    names = names_of(map(_by, prices))
    return [Line(price, _why(price), who(_by(price), names) or "Synqro") for price in prices]


def places() -> dict[str, str]:
    """Give back the marketplaces that a listing can be on, by name, in words."""
    return {name: place(name) for name in marketplaces.adapters()}


def place(marketplace: str) -> str:
    """Say where a listing is."""
    return str(_("Your shop")) if marketplace == STOREFRONT else marketplace


def bounds(listing: Listing) -> str:
    """Write between which prices a listing stays; nothing where it has no bounds."""
    least, most = (
        None if amount is None else money(amount, listing.currency)
        for amount in (listing.min_price, listing.max_price)
    )
    if least and most:
        return str(_("%(least)s to %(most)s", least=least, most=most))
    if least:
        return str(_("%(least)s or more", least=least))
    return str(_("%(most)s or less", most=most)) if most else ""


def _by(price: Price) -> stores.By:
    return stores.By(person_id=price.person_id, key_id=price.key_id)


def _why(price: Price) -> str:
    words = str(CAUSES[price.cause])
    return f"{words}: {price.reason}" if price.reason else words


@bp.context_processor
def _in_templates() -> dict[str, Callable[..., str] | Mapping[Status, str]]:
    return {"bounds_of": bounds, "place_of": place, "listing_statuses": STATUSES}
