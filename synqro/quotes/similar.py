"""What similar parts went for: other quotes of the store, by material and volume."""

from sqlalchemy import ColumnElement, Select, literal, select, union_all
from sqlalchemy.orm import load_only

from synqro.core.db import db
from synqro.quotes.models import Quote, Version
from synqro.quotes.shapes import Similar

LOOKED_AT = 100  # quotes above this one's volume, and as many at it or below
NEAR = 5  # a fifth of the volume, up or down
READ = 4  # for each that is shown, so that the same part comes first


def similar(store_id: str, quote: Quote, *, limit: int = 3) -> list[Similar]:
    """Give back what similar quotes were priced at last, the nearest in volume first.

    They are of the same material and currency, within a fifth of the volume. Of those as near
    as each other the same part comes first, a file of the same name, and then the newest.
    Nothing is similar where nothing was measured. At most two queries, whatever the store
    holds: from this volume the index is walked LOOKED_AT quotes up and as many down, answered
    or not, and what lies beyond is not looked at.
    """
    if quote.volume is None:
        return []
    rows = db.session.execute(_around(store_id, quote, quote.volume)).all()
    # the walk down begins with what came last
    nearest = sorted(rows, key=lambda row: abs(row.volume - (quote.volume or 0)))
    ids = [row.id for row in nearest[: limit * READ]]
    found = [_similar(quote, other, sent) for other, sent in _read(ids)]
    volumes = {row.id: row.volume for row in nearest}
    found.sort(key=lambda one: one.at, reverse=True)
    found.sort(key=lambda one: (abs(volumes[one.quote_id] - quote.volume), not one.same_part))
    return found[:limit]


def _around(store_id: str, quote: Quote, volume: int) -> Select[str, int | None]:
    """The ids and volumes of those with a price, out of the next ones on the index."""
    mine = (Quote.store_id == store_id, Quote.material == quote.material)
    below = _walk(*mine, Quote.volume.between(volume - volume // NEAR, volume), upwards=False)
    above = _walk(*mine, Quote.volume > volume, Quote.volume <= volume + volume // NEAR)
    near = union_all(select(below.subquery("below")), select(above.subquery("above"))).subquery()
    priced = (near.c.offered > 0, near.c.currency == literal(quote.currency))
    return select(near.c.id, near.c.volume).where(*priced, near.c.id != quote.id)


def _walk(*which: ColumnElement[bool], upwards: bool = True) -> Select[str, int | None, int, str]:
    # by the material too: PostgreSQL does not see that all of NULL are in the index's order
    both = (Quote.material, Quote.volume)
    order = both if upwards else [column.desc() for column in both]
    wanted = select(Quote.id, Quote.volume, Quote.offered, Quote.currency)
    return wanted.where(*which).order_by(*order).limit(LOOKED_AT)


def _read(ids: list[str]) -> list[tuple[Quote, Version]]:
    if not ids:
        return []
    holding = (Version.quote_id == Quote.id) & (Version.number == Quote.offered)
    some = load_only(Version.subtotal, Version.total, Version.created_at)
    wanted = select(Quote, Version).join(Version, holding).where(Quote.id.in_(ids)).options(some)
    return [(other, sent) for other, sent in db.session.execute(wanted)]


def _similar(quote: Quote, other: Quote, sent: Version) -> Similar:
    return Similar(
        quote_id=other.id,
        number=other.number,
        first_name=next(iter(other.customer_name.split()), None),
        quantity=other.quantity,
        unit_price=sent.subtotal // max(1, other.quantity),
        total=sent.total,
        currency=other.currency,
        status=other.status,
        at=sent.created_at,
        material=other.material,
        same_part=bool(_names(quote) & _names(other)),
    )


def _names(quote: Quote) -> set[tuple[str, int]]:
    return {(part["name"], part["volume"]) for part in quote.parts if part["volume"]}
