"""Answering at once: whether a price may go out that no person has looked at, and which one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from pathlib import PurePath
from typing import Any

from sqlalchemy import select

from synqro import costing, orders, payments
from synqro.core.clock import today
from synqro.core.db import db
from synqro.core.errors import Invalid
from synqro.quotes.measuring import FINE
from synqro.quotes.models import Party, Quote
from synqro.quotes.pricing import LONGEST_LINE, checked
from synqro.quotes.reading import offer_of
from synqro.quotes.shapes import Offer, OfferLine, Priced
from synqro.quotes.suggesting import suggest
from synqro.stores import Store


class Why(StrEnum):
    """What leaves the answer to a person."""

    OFF = "off"
    UNPAYABLE = "unpayable"
    UNCLEAR = "unclear"
    HANDLED = "handled"
    PRODUCT = "product"
    LINK = "link"
    WORDS = "words"
    NO_FILE = "no_file"
    UNMEASURED = "unmeasured"
    GAPS = "gaps"
    UNITS = "units"
    NO_MATERIAL = "no_material"
    OTHER_MATERIAL = "other_material"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    TOO_SOON = "too_soon"
    NO_PRICE = "no_price"
    TOO_MUCH = "too_much"


@dataclass(frozen=True)
class Stop:
    """One thing that leaves the answer to a person.

    `name` is the file or the material it is about, or the sentence of whoever refused; `most`
    is the rule's figure: millimetres, pieces or minor units. `day` is the first that can be
    promised.
    """

    why: Why
    name: str = ""
    most: int | None = None
    day: date | None = None


@dataclass(frozen=True)
class AutomaticOffer:
    """The answer that goes out at once, and what it comes to."""

    offer: Offer
    priced: Priced


@dataclass(frozen=True)
class ByHand:
    """A person answers; `stops` say why, the first one first."""

    stops: tuple[Stop, ...]


def answer(
    store: Store, quote: Quote | None, previous: Quote | None = None
) -> AutomaticOffer | ByHand:
    """Give back what a request gets now by the store's rates. Three queries, writes nothing.

    `quote` is None for what cannot be asked as it stands, `previous` is the one asked again.
    Without a way to pay nothing goes out, for nobody could take the price.
    """
    rates = costing.rates_of(store)
    if not rates.automatic.enabled:
        return ByHand((Stop(Why.OFF),))
    if not payments.ready(store):
        return ByHand((Stop(Why.UNPAYABLE),))
    if quote is None:
        return ByHand((Stop(Why.UNCLEAR),))
    return automatic_offer(store, rates, quote, handled=handled_by_person(previous))


def automatic_offer(
    store: Store,
    rates: costing.Rates,
    quote: Quote,
    *,
    handled: bool = False,
    on: date | None = None,
) -> AutomaticOffer | ByHand:
    """Price a request where every rule of `rates.automatic` lets it be. No query.

    `handled` where it asks again what a person has answered. `on` is the day of asking, None:
    today where the store is.
    """
    if not rates.automatic.enabled:
        return ByHand((Stop(Why.OFF),))
    on = on or today(store.timezone)
    stops = [Stop(Why.HANDLED)] if handled else []
    stops += [*_asked(rates, quote), *_measured(quote), *_limits(rates, quote)]
    stops += _too_soon(store, quote, on)
    if stops:
        return ByHand(tuple(stops))
    found = suggest(store, quote, rates, on=on)
    if isinstance(found, costing.CannotSuggest):
        return ByHand(tuple(Stop(Why.NO_PRICE, reason.message) for reason in found.reasons))
    return _priced(store, rates, quote, found)


def handled_by_person(previous: Quote | None) -> bool:
    """True where the merchant had a say in a quote, so that asking again undoes no decision."""
    if previous is None:
        return False
    offer = offer_of(previous)
    by_person = offer is not None and not offer.automatic
    return by_person or previous.ended_by is Party.MERCHANT


def newest(store_id: str, limit: int) -> list[Quote]:
    """Give back the requests that came last, the newest first."""
    mine = select(Quote).where(Quote.store_id == store_id).order_by(Quote.created_at.desc())
    return list(db.session.scalars(mine.limit(limit)))


def _asked(rates: costing.Rates, quote: Quote) -> Iterator[Stop]:
    rules = rates.automatic
    if quote.product_id:
        yield Stop(Why.PRODUCT)
    if quote.file_url:
        yield Stop(Why.LINK)
    if quote.description and not rules.with_words:
        yield Stop(Why.WORDS)
    if not quote.material:
        yield Stop(Why.NO_MATERIAL)
        return
    may = rules.materials or tuple(material.name for material in rates.materials)
    if quote.material.casefold() not in {name.casefold() for name in may}:
        yield Stop(Why.OTHER_MATERIAL, quote.material)


def _measured(quote: Quote) -> Iterator[Stop]:
    if not quote.parts:
        yield Stop(Why.NO_FILE)
    for part in quote.parts:
        if not part["volume"] or not part["size"]:
            yield Stop(Why.UNMEASURED, part["name"])
        elif part["doubt"]:
            yield Stop(Why.UNITS, part["name"])
        elif not part["watertight"]:
            yield Stop(Why.GAPS, part["name"])


def _limits(rates: costing.Rates, quote: Quote) -> Iterator[Stop]:
    rules = rates.automatic
    longest = _longest(quote.parts)
    if rules.longest_mm is not None and longest > rules.longest_mm * FINE:
        yield Stop(Why.TOO_LONG, most=rules.longest_mm)
    if rules.pieces is not None and quote.quantity * len(quote.parts) > rules.pieces:
        yield Stop(Why.TOO_MANY, most=rules.pieces)


def _longest(parts: Sequence[dict[str, Any]]) -> int:
    return max((side for part in parts for side in part["size"] or ()), default=0)


def _too_soon(store: Store, quote: Quote, on: date) -> list[Stop]:
    """A date that the usual lead time does not keep, or that nobody can tell of without one."""
    if not quote.needed_by:
        return []
    days = store.quote_lead_time_days
    if days is None:
        return [Stop(Why.TOO_SOON)]
    # At noon in UTC it is that day wherever its date is asked for there.
    ready = orders.leaves_on(datetime.combine(on, time(12), UTC), days, "UTC")
    return [Stop(Why.TOO_SOON, day=date.fromisoformat(ready))] if quote.needed_by < ready else []


def _priced(
    store: Store, rates: costing.Rates, quote: Quote, found: costing.Estimate
) -> AutomaticOffer | ByHand:
    rules = rates.automatic
    offer = Offer(
        lines=[_line(quote, item) for item in found.items],
        shipping=rules.shipping,
        lead_time_days=store.quote_lead_time_days,
        working=found.packed(),
    )
    try:
        priced = checked(store, offer)
    except (Invalid, payments.AmountTooSmall) as refused:
        return ByHand((Stop(Why.NO_PRICE, str(refused)),))
    if rules.most is not None and priced.total > rules.most:
        return ByHand((Stop(Why.TOO_MUCH, most=rules.most),))
    return AutomaticOffer(offer, priced)


def _line(quote: Quote, item: costing.Item) -> OfferLine:
    name = PurePath(item.name).stem or item.name
    said = ", ".join(part for part in (name, item.material, quote.color) if part)
    return OfferLine(said[:LONGEST_LINE], item.quantity, item.unit_price)
