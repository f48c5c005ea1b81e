"""The latest of many listings' prices: what they moved by, and whose they are."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ScalarSelect, func, select

from synqro.core.db import db
from synqro.listings.models import Listing, Price, PriceCause

BY_PEOPLE = (PriceCause.LISTED, PriceCause.SET, PriceCause.PRODUCT)
STEP_BACK = 2  # from an undoing past what it has undone
FURTHEST = 40  # steps back


class PriceMove(NamedTuple):
    """A change of a price; `rule_id` is None where a person made it, or undid a rule's."""

    at: datetime
    before: int
    after: int
    rule_id: str | None


class Made(NamedTuple):
    """The last change of a listing's price or base price."""

    number: int
    cause: PriceCause
    rule_id: str | None
    run_id: str | None
    at: datetime

    @property
    def by_person(self) -> bool:
        return self.cause in BY_PEOPLE


def price_moves(listing_ids: Collection[str], since: datetime) -> dict[str, tuple[PriceMove, ...]]:
    """Give back the changes of each of these prices at `since` or later, the newest first."""
    wanted = (
        select(
            Price.listing_id, Price.at, Price.price_before, Price.price, Price.cause, Price.rule_id
        )
        .where(
            Price.listing_id.in_(listing_ids), Price.at >= since, Price.price_before.is_not(None)
        )
        .order_by(Price.listing_id, Price.number.desc())
    )
    found: dict[str, list[PriceMove]] = defaultdict(list)
    for listing_id, at, before, after, cause, rule_id in db.session.execute(wanted):
        rule = rule_id if cause is PriceCause.REPRICED else None
        found[listing_id].append(PriceMove(at, before or 0, after, rule))
    return {listing_id: tuple(moves) for listing_id, moves in found.items()}


def last_made(listing_ids: Collection[str]) -> dict[str, Made]:
    """Give back what made each of these prices what they are, and the base prices."""
    return _numbered(listing_ids, 0)


def priced_by(listing_ids: Collection[str]) -> dict[str, str]:
    """Give back which rule each price is of, for those that are no person's.

    One that was undone is of whoever had made the price that came back.
    """
    found: dict[str, str] = {}
    looked, back = last_made(listing_ids), 0
    while looked and back < FURTHEST:
        for listing_id, made in looked.items():
            if made.cause is PriceCause.REPRICED and made.rule_id:
                found[listing_id] = made.rule_id
        undone = [id for id, made in looked.items() if made.cause is PriceCause.UNDONE]
        back += STEP_BACK
        looked = _numbered(undone, back) if undone else {}
    return found


def _numbered(listing_ids: Iterable[str], back: int) -> dict[str, Made]:
    """Give back the last change but `back` of each: sought one by one, however many there are."""
    wanted = (
        select(Listing.id, Price.number, Price.cause, Price.rule_id, Price.run_id, Price.at)
        .join(Price, Price.listing_id == Listing.id)
        .where(Listing.id.in_(listing_ids), Price.number == _last_number() - back)
    )
    return {row[0]: Made._make(row[1:]) for row in db.session.execute(wanted)}


def _last_number() -> ScalarSelect[int]:
    every = Price.__table__.alias("every")
    last = select(func.max(every.c.number)).where(every.c.listing_id == Listing.id)
    return last.correlate(Listing).scalar_subquery()
