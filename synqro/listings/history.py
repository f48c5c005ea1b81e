"""What a listing's price was, when, and who or what made it so. Only ever added to."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import func, select

from synqro.core.clock import now
from synqro.core.db import db
from synqro.core.ids import new_id
from synqro.core.pages import Page, page
from synqro.listings.errors import ListingNotFound
from synqro.listings.models import Listing, Price, PriceCause
from synqro.stores import NOBODY, By


@dataclass(frozen=True)
class Why:
    """What moved a price, and who; `reason` is a sentence where it was not a person."""

    cause: PriceCause
    by: By = NOBODY
    reason: str | None = None
    rule_id: str | None = None
    run_id: str | None = None


class Was(NamedTuple):
    """A listing's price and base price, in minor units."""

    price: int | None
    base: int | None


def prices(
    store_id: str, listing_id: str, *, cursor: str | None = None, limit: int = 25
) -> Page[Price]:
    """Give back a page of the changes of a listing's price, the newest first.

    Raises ListingNotFound, InvalidCursor.
    """
    mine = select(Listing.id).where(Listing.id == listing_id, Listing.store_id == store_id)
    if "\0" in listing_id or db.session.scalar(mine) is None:
        raise ListingNotFound("There is no such listing in this shop.")
    wanted = select(Price).where(Price.listing_id == listing_id)
    return page(wanted, Price.number, cursor=cursor, limit=limit, newest_first=True)


def note_begun(listings: Iterable[Listing], by: By) -> None:
    """Note the prices that new listings begin with."""
    db.session.flush()
    for listing in listings:
        _note(listing, Why(PriceCause.LISTED, by), Was(None, None), number=1)


def note_change(listing: Listing, why: Why, was: Was) -> None:
    """Note that price or base price of a listing are no longer what they were.

    Whoever writes a listing has locked its product: so no number is taken twice.
    """
    last = select(func.max(Price.number)).where(Price.listing_id == listing.id)
    _note(listing, why, was, number=func.coalesce(last.scalar_subquery(), 0) + 1)


def _note(listing: Listing, why: Why, was: Was, number: object) -> None:
    db.session.add(
        Price(
            id=new_id("lpr"),
            store_id=listing.store_id,
            listing_id=listing.id,
            number=number,
            cause=why.cause,
            price_before=was.price,
            price=listing.price,
            base_before=was.base,
            base_price=listing.base_price,
            currency=listing.currency,
            reason=why.reason,
            person_id=why.by.person_id,
            key_id=why.by.key_id,
            rule_id=why.rule_id,
            run_id=why.run_id,
            at=now(),
        )
    )
