"""What is known of listings when rules are asked: of many at once, in few statements."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from synqro import costing, listings, orders
from synqro.core.db import db
from synqro.costing import Fees
from synqro.listings import Priced
from synqro.orders import Sold
from synqro.repricer.facts import Facts, Moved, Rival
from synqro.repricer.models import CompetitorPrice, Rest
from synqro.repricer.needing import Needs
from synqro.stores import Store

NOTHING = Needs(frozenset(), None, timedelta(0), rivals=False)
"""What is needed to know only between which prices one may lie."""


@dataclass(frozen=True)
class Known:
    """What is the same for all listings of a store, or read once for all of them."""

    store: Store
    at: datetime
    needs: Needs
    fees: Fees
    sold: dict[int, dict[str, Sold]]
    last_sold: dict[str, Sold]


def known(store: Store, needs: Needs, at: datetime) -> Known:
    """Read what `needs` asks of the whole store: a query for each window of sales."""
    sold = {days: orders.sold(store.id, at - timedelta(days=days)) for days in needs.windows}
    back = needs.sold_back
    last = {} if back is None else orders.sold(store.id, at - timedelta(days=back))
    return Known(store, at, needs, costing.fees_of(store), sold, last)


def batches(store_id: str) -> Iterator[list[Priced]]:
    """Give back the active listings of a store, some hundreds at a time."""
    last = ""
    while rows := listings.priced(store_id, after=last):
        last = rows[-1].id
        yield rows


def facts_of(known: Known, rows: Sequence[Priced]) -> list[Facts]:
    """Give back the facts of these listings, in their order."""
    moved = [row.id for row in rows if row.price_version > 1]
    moves: dict[str, tuple[listings.PriceMove, ...]] = {}
    owners: dict[str, str] = {}
    if moved and known.needs.moves_back:
        moves = listings.price_moves(moved, known.at - known.needs.moves_back)
        owners = listings.priced_by(moved)
    rests = _rests(rows)
    rivals = _rivals(known.store.id, rows) if known.needs.rivals else {}
    return [
        _facts(
            known,
            row,
            owners.get(row.id),
            tuple(Moved._make(move) for move in moves.get(row.id, ())),
            rests.get(row.id, frozenset()),
            rivals.get(row.variant_id, ()),
        )
        for row in rows
    ]


def _facts(
    known: Known,
    row: Priced,
    owner: str | None,
    moves: tuple[Moved, ...],
    resting: frozenset[tuple[str, int]],
    rivals: Sequence[Rival],
) -> Facts:
    variant, last = row.variant, known.last_sold.get(row.variant_id)
    return Facts(
        listing_id=row.id,
        marketplace=row.marketplace,
        sku=variant.sku,
        tags=tuple(variant.tags),
        currency=row.currency,
        base_price=row.base_price,
        price=row.price,
        min_price=row.min_price,
        max_price=row.max_price,
        cost=variant.cost,
        available=variant.available,
        listed_at=row.listed_at,
        last_sold_at=last.last if last else None,
        sold={
            days: counted[row.variant_id].pieces if row.variant_id in counted else 0
            for days, counted in known.sold.items()
        },
        fees=known.fees,
        tax_bp=known.store.tax_rate_bp,
        tax_included=known.store.tax_included,
        priced_by=owner,
        moves=moves,
        resting=resting,
        rivals=tuple(rivals),
    )


def _rests(rows: Sequence[Priced]) -> dict[str, frozenset[tuple[str, int]]]:
    """Give back which rules leave which listings alone, until a person sets the base price."""
    base = {row.id: row.base_version for row in rows}
    wanted = select(Rest.listing_id, Rest.rule_id, Rest.rule_revision, Rest.base_version)
    found: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for listing_id, rule_id, revision, version in db.session.execute(
        wanted.where(Rest.listing_id.in_(base))
    ):
        if version == base[listing_id]:
            found[listing_id].add((rule_id, revision))
    return {listing_id: frozenset(rules) for listing_id, rules in found.items()}


def _rivals(store_id: str, rows: Sequence[Priced]) -> dict[str, list[Rival]]:
    row = CompetitorPrice
    wanted = select(
        row.variant_id,
        row.seller,
        row.price,
        row.shipping,
        row.condition,
        row.country,
        row.feedback_score,
        row.feedback_bp,
        row.seen_at,
    ).where(
        row.store_id == store_id,
        row.currency == rows[0].currency,
        row.variant_id.in_({one.variant_id for one in rows}),
    )
    found: dict[str, list[Rival]] = defaultdict(list)
    for variant_id, *told in db.session.execute(wanted.order_by(row.variant_id, row.seller)):
        found[variant_id].append(Rival._make(told))
    return found
