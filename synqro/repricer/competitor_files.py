"""Files of other sellers' prices: looked at line by line, and kept when somebody says so.

Nothing of a file is kept between the two: whoever says so brings it again, and each line is
looked at anew.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from synqro import catalogue
from synqro.core.clock import now
from synqro.core.csv_writing import Cell, written
from synqro.core.db import db, let_go, transaction
from synqro.core.money import Money
from synqro.core.percents import percent
from synqro.core.times import moment
from synqro.repricer.competitor_lines import (
    Given,
    PriceLine,
    PriceOutcome,
    PriceSheet,
    Raw,
    read_line,
)
from synqro.repricer.competitors import (
    BATCH,
    MOST_SELLERS,
    Known,
    keep,
    key_of,
    known_prices,
    said,
    too_many,
)
from synqro.repricer.models import CompetitorPrice
from synqro.stores import NOBODY, By, Store

KEPT = (PriceOutcome.NEW, PriceOutcome.CHANGED, PriceOutcome.SAME)
COLUMNS = (
    "product", "variant", "sku", "seller", "price", "shipping", "currency", "condition", "country",
    "feedback", "feedback_percent", "seen", "source", "url", "variant_id",
)  # fmt: skip
REPORT = ("line", "sku", "product", "seller", "price", "before", "outcome", "message")


@dataclass(frozen=True)
class PriceFile:
    """What a file of prices would do, or did, line by line in its order."""

    lines: list[PriceLine]
    ignored: list[str]

    @property
    def tally(self) -> Counter[PriceOutcome]:
        return Counter(line.outcome for line in self.lines)


def look_at_prices(
    store: Store,
    content: bytes,
    *,
    source: str = "",
    seen_at: datetime | None = None,
    consent: bool = False,
) -> PriceFile:
    """Say what a CSV file of prices would do; nothing is kept.

    `source` and `seen_at` are for lines that do not say it. Raises FileNotRead.
    """
    return _look(
        store, content, Given(store.currency, store.timezone, now(), source, seen_at, consent)
    )[0]


def import_prices(
    store: Store,
    content: bytes,
    *,
    source: str = "",
    seen_at: datetime | None = None,
    consent: bool = False,
    by: By = NOBODY,
) -> PriceFile:
    """Keep the prices of a CSV file, all that can be, at once; wrong lines are left out.

    Done again it changes nothing. Raises FileNotRead.
    """
    given = Given(store.currency, store.timezone, now(), source, seen_at, consent)
    found, known = _look(store, content, given)
    some = [line.seen for line in found.lines if line.seen and line.outcome in KEPT]
    with transaction():
        keep(store, some, known, by)
    return found


def export_prices(store_id: str) -> Iterator[str]:
    """Write all prices as CSV, which the import reads again; times in UTC."""
    return written(COLUMNS, _prices(store_id))


def price_report(found: PriceFile, currency: str) -> Iterator[str]:
    """Write what becomes of each line, in the order of its file."""
    rows = (
        (
            line.number, line.sku, line.title, line.seller, line.asked, _major(line.was, currency),
            line.outcome.value, line.message,
        )
        for line in found.lines
    )  # fmt: skip
    return written(REPORT, rows)


def _look(store: Store, content: bytes, given: Given) -> tuple[PriceFile, Known]:
    sheet = PriceSheet(content)
    lines: list[PriceLine] = []
    raws = list(sheet.lines())
    for start in range(0, len(raws), BATCH):
        lines += _read(store.id, raws[start : start + BATCH], given)
    known = known_prices(store.id, (line.seen.variant_id for line in lines if line.seen))
    return PriceFile(_compared(lines, known), sheet.ignored), known


def _read(store_id: str, raws: Sequence[Raw], given: Given) -> list[PriceLine]:
    skus = {raw["sku"] for raw in raws if raw["sku"]}
    ids = {raw["variant_id"] for raw in raws if raw["variant_id"] and not raw["sku"]}
    by_sku = catalogue.by_skus(store_id, skus) if skus else {}
    by_id = catalogue.known(store_id, ids) if ids else {}
    read = []
    for raw in raws:
        variant = by_sku.get(raw["sku"]) if raw["sku"] else by_id.get(raw["variant_id"])
        line = read_line(raw, variant, given)
        read.append(replace(line, seen=said(line.seen, given.consent)) if line.seen else line)
    return read


def _compared(lines: Sequence[PriceLine], known: Known) -> list[PriceLine]:
    """Set each line beside what is known and beside those of the same seller in the file."""
    newest: dict[tuple[str, str], PriceLine] = {}
    for line in lines:
        if line.seen:
            other = newest.get(key_of(line.seen))
            if not (other and other.seen and other.seen.seen_at > line.seen.seen_at):
                newest[key_of(line.seen)] = line
    sellers = Counter(variant_id for variant_id, _seller in known)
    found = []
    for line in lines:
        if line.seen is None:
            found.append(line)
            continue
        key = key_of(line.seen)
        if key not in known and newest[key] is line:
            sellers[line.seen.variant_id] += 1
        if sellers[line.seen.variant_id] > MOST_SELLERS and key not in known:
            found.append(replace(line, seen=None, message=too_many()))
        else:
            found.append(_beside(line, newest[key], known))
    return found


def _beside(line: PriceLine, newest: PriceLine, known: Known) -> PriceLine:
    seen = line.seen
    if seen is None:
        return line
    there = known.get(key_of(seen))
    line = replace(line, was=there.price if there else None)
    if newest.number != line.number:
        say = f"Line {newest.number:,} says it of the same seller, and counts."
        return replace(line, outcome=PriceOutcome.OLDER, message=say)
    if there is None:
        return replace(line, outcome=PriceOutcome.NEW)
    if there.seen_at > seen.seen_at:
        say = "A newer price of this seller is known."
        return replace(line, outcome=PriceOutcome.OLDER, message=say)
    same = (there.price, there.shipping) == (seen.price, seen.shipping)
    return replace(line, outcome=PriceOutcome.SAME if same else PriceOutcome.CHANGED)


def _prices(store_id: str) -> Iterator[Sequence[Cell]]:
    after = ""
    while True:
        mine = (CompetitorPrice.store_id == store_id, CompetitorPrice.id > after)
        wanted = select(CompetitorPrice).where(*mine).order_by(CompetitorPrice.id).limit(BATCH)
        some = db.session.scalars(wanted).all()
        named = catalogue.known(store_id, {one.variant_id for one in some}) if some else {}
        rows = [_exported(one, named.get(one.variant_id)) for one in some]
        after = some[-1].id if some else ""
        let_go()  # no read stays open while somebody saves a large file
        yield from rows
        if len(rows) < BATCH:
            return


def _exported(one: CompetitorPrice, variant: catalogue.Known | None) -> Sequence[Cell]:
    title = variant.title if variant else None
    kind = ", ".join(variant.options.values()) if variant else None
    share = None if one.feedback_bp is None else str(percent(one.feedback_bp))
    return (
        title, kind, variant.sku if variant else None, one.seller, _major(one.price, one.currency),
        _major(one.shipping, one.currency), one.currency, one.condition, one.country,
        one.feedback_score, share, moment(one.seen_at), one.source, one.url,
        one.variant_id,
    )  # fmt: skip


def _major(amount: int | None, currency: str) -> str | None:
    return None if amount is None else str(Money(amount, currency).major)
