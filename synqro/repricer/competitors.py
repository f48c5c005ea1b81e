"""Prices of other sellers as they are kept: the latest of each seller and variant."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, or_, select

from synqro import catalogue, stores
from synqro.core.clock import now
from synqro.core.db import db, insert_into, transaction
from synqro.core.errors import field_error, fields_error
from synqro.core.ids import new_id
from synqro.core.pages import Page, page
from synqro.repricer.competing import (
    Seen,
    names_ebay,
    same_seller,
    tidy,
    with_consent,
    wrong_with,
)
from synqro.repricer.errors import NewerPriceKnown, PriceNotFound
from synqro.repricer.models import CompetitorPrice
from synqro.stores import NOBODY, By, Store

PRICES = cast(Table, CompetitorPrice.__table__)
KEY = ("variant_id", "seller")
FOREVER = ("id", "store_id", "created_at", *KEY)  # what a newer price of the same leaves as it is
MOST_SELLERS = 200  # of one variant, each of which a rule looks at
MOST_FOUND = 200  # variants that a search looks for
BATCH = 500
Known = dict[tuple[str, str], CompetitorPrice]


@transaction()
def note_price(
    store_id: str, *, consent: bool = False, by: By = NOBODY, **facts: Any
) -> CompetitorPrice:
    """Keep what another seller asks; `facts` are those of Seen.

    A price of the same seller for the same variant that was seen before makes way. `consent`
    states that eBay has agreed in writing; that is kept in the source's words. Raises Invalid
    naming every wrong field, NewerPriceKnown.
    """
    store = stores.by_id(store_id)
    seen = said(Seen(**facts), consent)
    _check(store, seen, consent)
    known = known_prices(store_id, [seen.variant_id], lock=True)
    there = known.get(key_of(seen))
    if there and there.seen_at > seen.seen_at:
        say = "A newer price of this seller is known. Change that one if it is wrong."
        raise NewerPriceKnown(say, price_id=there.id, seen_at=there.seen_at.isoformat())
    if not there and len(known) >= MOST_SELLERS:
        raise field_error("seller", "too_many", too_many())
    keep(store, [seen], known, by)
    return find_price_of(store_id, seen.variant_id, there.seller if there else seen.seller)


@transaction()
def correct_price(
    store_id: str, price_id: str, *, consent: bool = False, by: By = NOBODY, **facts: Any
) -> CompetitorPrice:
    """Write what was wrong about a price anew, its date too; what is absent stays.

    Raises PriceNotFound, Invalid naming every wrong field.
    """
    store, found = stores.by_id(store_id), find_price(store_id, price_id, lock=True)
    names = Seen.__dataclass_fields__.keys() - {"variant_id"}
    told = {name: facts.get(name, getattr(found, name)) for name in names}
    seen = said(Seen(variant_id=found.variant_id, **told), consent)
    _check(store, seen, consent)
    other = known_prices(store_id, [found.variant_id]).get(key_of(seen))
    if other and other.id != found.id:
        raise field_error("seller", "taken", "There is a price of this seller already.")
    for name in names:
        setattr(found, name, getattr(seen, name))
    found.currency, found.person_id, found.key_id = store.currency, by.person_id, by.key_id
    db.session.flush()
    return found


@transaction()
def forget_price(store_id: str, price_id: str) -> CompetitorPrice:
    """Take a price away, and give back what it was. Raises PriceNotFound."""
    found = find_price(store_id, price_id, lock=True)
    db.session.delete(found)
    return found


def find_price(store_id: str, price_id: str, *, lock: bool = False) -> CompetitorPrice:
    """Give back a price of the store. Raises PriceNotFound."""
    mine = select(CompetitorPrice).where(
        CompetitorPrice.id == price_id, CompetitorPrice.store_id == store_id
    )
    if lock:
        mine = mine.with_for_update().execution_options(populate_existing=True)
    found = db.session.scalar(mine) if "\0" not in price_id else None
    if found is None:
        raise PriceNotFound("There is no such price in this shop.")
    return found


def find_price_of(store_id: str, variant_id: str, seller: str) -> CompetitorPrice:
    """Give back the price of one seller for one variant, as it is now."""
    of = (CompetitorPrice.variant_id == variant_id, CompetitorPrice.seller == seller)
    mine = select(CompetitorPrice).where(*of, CompetitorPrice.store_id == store_id)
    return db.session.scalars(mine.execution_options(populate_existing=True)).one()


def competitor_prices(
    store_id: str,
    *,
    q: str | None = None,
    variant_id: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[CompetitorPrice]:
    """Give back a page of the store's prices, variant after variant. Raises InvalidCursor.

    `q` stands in the seller's name or in the title, a tag or a SKU of the product.
    """
    wanted = select(CompetitorPrice).where(CompetitorPrice.store_id == store_id)
    if variant_id is not None:
        fit = variant_id if "\0" not in variant_id else ""
        wanted = wanted.where(CompetitorPrice.variant_id == fit)
    if words := tidy((q or "").replace("\0", "")):
        called = catalogue.stocked(store_id, q=words, limit=MOST_FOUND).data
        ids = [found.variant.id for found in called]
        theirs = CompetitorPrice.seller.icontains(words, autoescape=True)
        wanted = wanted.where(or_(CompetitorPrice.variant_id.in_(ids), theirs))
    keys = (CompetitorPrice.variant_id, CompetitorPrice.seller)
    return page(wanted, *keys, cursor=cursor, limit=limit)


def said(seen: Seen, consent: bool) -> Seen:
    """Give back what is kept of what was said: tidy, its time in whole seconds."""
    tidied = replace(
        seen,
        seller=tidy(seen.seller),
        source=tidy(seen.source),
        condition=tidy(seen.condition) or None,
        country=tidy(seen.country).upper() or None,
        url=tidy(seen.url) or None,
        seen_at=seen.seen_at.replace(microsecond=0),
    )
    agreed = consent and names_ebay(tidied)
    return replace(tidied, source=with_consent(tidied.source)) if agreed else tidied


def key_of(seen: Seen) -> tuple[str, str]:
    return seen.variant_id, same_seller(seen.seller)


def too_many() -> str:
    return f"At most {MOST_SELLERS} sellers are kept of one product. Forget some first."


def known_prices(store_id: str, variant_ids: Iterable[str], *, lock: bool = False) -> Known:
    """Give back what is known of these variants, by variant and `same_seller`."""
    found: Known = {}
    ids = sorted(set(variant_ids))
    for start in range(0, len(ids), BATCH):
        mine = select(CompetitorPrice).where(
            CompetitorPrice.variant_id.in_(ids[start : start + BATCH]),
            CompetitorPrice.store_id == store_id,
        )
        if lock:
            mine = mine.order_by(CompetitorPrice.id).with_for_update()
        fresh = mine.execution_options(populate_existing=True)
        for row in db.session.scalars(fresh):
            found[row.variant_id, same_seller(row.seller)] = row
    return found


def keep(store: Store, some: Sequence[Seen], known: Known, by: By) -> None:
    """Write prices, each under its seller's name as it stands already; in a transaction.

    Where a newer one came in between, that one stays.
    """
    if not some:
        return
    at = now()
    rows = [_row(store, seen, known.get(key_of(seen)), by, at) for seen in some]
    new = insert_into(PRICES)
    fresh = {column.name: column for column in new.excluded if column.name not in FOREVER}
    later = PRICES.c.seen_at <= new.excluded.seen_at
    again = new.on_conflict_do_update(index_elements=list(KEY), set_=fresh, where=later)
    for start in range(0, len(rows), BATCH):
        db.session.execute(again, rows[start : start + BATCH])


def _row(
    store: Store, seen: Seen, there: CompetitorPrice | None, by: By, at: datetime
) -> dict[str, Any]:
    return {
        **asdict(seen),
        "seller": there.seller if there else seen.seller,
        "id": new_id("cpr"),
        "store_id": store.id,
        "currency": store.currency,
        "person_id": by.person_id,
        "key_id": by.key_id,
        "created_at": at,
    }


def _check(store: Store, seen: Seen, consent: bool) -> None:
    wrong = wrong_with(seen, store.currency, now(), consent)
    if not catalogue.known(store.id, [seen.variant_id] if "\0" not in seen.variant_id else []):
        say = "There is no such variant in this shop."
        wrong.insert(0, {"field": "variant_id", "code": "not_found", "message": say})
    if wrong:
        raise fields_error(wrong)
