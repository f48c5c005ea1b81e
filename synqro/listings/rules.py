"""What can be wrong with a listing. Pure."""

from collections.abc import Iterator, Sequence

from synqro.catalogue import MOST_STOCK, wrong_number, wrong_price
from synqro.core.currencies import MAXIMUM
from synqro.core.errors import fields_error
from synqro.core.money import Money
from synqro.listings.fields import Fields
from synqro.listings.models import Listing

Wrong = dict[str, str]
PRICES = {"price", "min_price", "max_price"}


def wrong_offer(given: Fields, listing: Listing | None, currency: str) -> list[Wrong]:
    """Say what is wrong with `given`, for a new listing or for `listing`."""
    least = given.get("min_price", listing.min_price if listing else None)
    most = given.get("max_price", listing.max_price if listing else None)
    price = given.get("price", listing.price if listing else None)
    priced = list(wrong_price("price", price, currency)) if PRICES & given.keys() else []
    priced += wrong_bounds(least, most)
    if not priced and price is not None and PRICES & given.keys():
        priced += outside("price", price, least, most, currency)
    return [*priced, *wrong_number("quantity", given.get("quantity"), 0, MOST_STOCK)]


def outside(
    field: str, price: int, least: int | None, most: int | None, currency: str
) -> Iterator[Wrong]:
    """Say why `price` is not between `least` and `most`, all in minor units."""
    if least is not None and price < least:
        say = f"This is below the listing's lowest price, {Money(least, currency)}."
        yield _wrong(field, "below_min_price", say)
    elif most is not None and price > most:
        say = f"This is above the listing's highest price, {Money(most, currency)}."
        yield _wrong(field, "above_max_price", say)


def wrong_bounds(least: int | None, most: int | None) -> Iterator[Wrong]:
    """Say why no price can lie between `least` and `most`."""
    yield from wrong_number("min_price", least, 0, MAXIMUM)
    yield from wrong_number("max_price", most, 0, MAXIMUM)
    if least is not None and most is not None and least > most:
        yield _wrong("max_price", "below_min_price", "Enter min_price or more.")


def refuse(problems: Sequence[Wrong]) -> None:
    """Raise Invalid with `problems`, if there are any."""
    if problems:
        raise fields_error(problems)


def _wrong(field: str, code: str, message: str) -> Wrong:
    return {"field": field, "code": code, "message": message}
