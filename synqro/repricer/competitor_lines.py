"""What the lines of a file of prices say, each by itself. Pure."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from synqro.catalogue import Known
from synqro.core.csv_cells import unguard
from synqro.core.csv_columns import columns_missing, kind_of, places
from synqro.core.csv_files import CsvFile, says
from synqro.repricer.competing import Seen, tidy, wrong_with
from synqro.repricer.competitor_cells import (
    NotSo,
    read_money,
    read_number,
    read_seen,
    read_share,
)

MOST_FILE_BYTES = 2 * 1024 * 1024
MOST_LINES = 10_000
LONGEST_SHOWN = 60
NAMES = {
    "sku": {"sku", "skus", "variantsku", "itemsku", "productsku", "skucode", "skunumber"},
    "variant_id": {"variantid"},
    "seller": {"seller", "sellername", "soldby", "competitor", "merchant", "vendor"},
    "price": {"price", "itemprice", "sellerprice", "competitorprice", "theirprice"},
    "shipping": {"shipping", "shippingcost", "shippingprice", "postage", "delivery"},
    "seen": {"seen", "seenat", "seenon", "date", "checked", "checkedat", "lastseen"},
    "source": {"source", "where", "seenwhere"},
    "condition": {"condition"},
    "country": {"country", "countrycode"},
    "feedback": {"feedback", "feedbackscore", "feedbackcount", "ratings", "reviews"},
    "share": {"feedbackpercent", "feedbackpercentage", "positivefeedback", "positive"},
    "url": {"url", "link"},
    "currency": {"currency"},
}


class PriceOutcome(StrEnum):
    """`same`: the price is the one that is known, and was seen again; `older`: a newer one is
    known, or stands in the file.
    """

    WRONG = "wrong"
    OLDER = "older"
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class PriceLine:
    """A line of a file. `asked` is the price as it is written there, `was` the one that is known
    in minor units; `seen` is None where the line is wrong, and `message` says why.
    """

    number: int
    sku: str
    seller: str
    asked: str
    title: str | None = None
    seen: Seen | None = None
    was: int | None = None
    outcome: PriceOutcome = PriceOutcome.WRONG
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What holds for lines that do not say it themselves, and for all of them."""

    currency: str
    timezone: str
    at: datetime
    source: str = ""
    seen_at: datetime | None = None
    consent: bool = False


@dataclass(frozen=True, slots=True)
class Raw:
    number: int
    cells: Mapping[str, str]
    spilled: bool

    def __getitem__(self, kind: str) -> str:
        return self.cells.get(kind, "")


class PriceSheet:
    """A file of prices that was looked at. Raises FileNotRead."""

    def __init__(self, content: bytes) -> None:
        self._file = CsvFile(content, _fits, most_bytes=MOST_FILE_BYTES, most_lines=MOST_LINES)
        self._at, self._wide, self.ignored = places(self._file.header, NAMES)
        if not _needed(self._at.keys()):
            lacks = [
                f"There is no column “{name}”."
                for name in ("sku", "seller", "price")
                if name not in self._at and not (name == "sku" and "variant_id" in self._at)
            ]
            raise columns_missing(self._file.header, lacks, "sku,seller,price,seen,source")

    def lines(self) -> Iterator[Raw]:
        """Read the lines that say anything. Raises FileNotRead."""
        for number, cells in self._file.records():
            found = {
                kind: _cell(kind, cells[place])
                for kind, place in self._at.items()
                if place < len(cells)
            }
            yield Raw(number, found, says(cells[self._wide :]))


def read_line(raw: Raw, variant: Known | None, given: Given) -> PriceLine:
    """Give back what a line says of `variant`; its outcome is WRONG, or left to be found."""
    title = variant and ", ".join([variant.title, *variant.options.values()])
    sku, seller, asked = (raw[kind][:LONGEST_SHOWN] for kind in ("sku", "seller", "price"))
    line = PriceLine(raw.number, sku, seller, asked, title)
    try:
        seen = _seen(raw, variant, given)
    except NotSo as error:
        return replace(line, message=str(error))
    if wrong := wrong_with(seen, given.currency, given.at, given.consent):
        return replace(line, message=" ".join(each["message"] for each in wrong))
    return replace(line, seen=seen)


def _seen(raw: Raw, variant: Known | None, given: Given) -> Seen:
    if raw.spilled:
        raise NotSo("This line has more cells than there are columns.")
    if not raw["sku"] and not raw["variant_id"]:
        raise NotSo("This line names no SKU.")
    if variant is None:
        raise NotSo("No product has this SKU." if raw["sku"] else "No product has this variant.")
    if raw["currency"] and raw["currency"].upper() != given.currency:
        raise NotSo(f"Your shop sells in {given.currency}, this price is in another currency.")
    price = read_money(raw["price"], given.currency)
    if price is None:
        raise NotSo("This line says no price.")
    seen_at = read_seen(raw["seen"], given.timezone, given.at) if raw["seen"] else given.seen_at
    if seen_at is None:
        raise NotSo("This line does not say when the price was seen.")
    share = raw["feedback"].endswith("%")
    return Seen(
        variant_id=variant.variant_id,
        seller=raw["seller"],
        price=price,
        shipping=read_money(raw["shipping"], given.currency),
        seen_at=seen_at,
        source=raw["source"] or tidy(given.source),
        condition=raw["condition"] or None,
        country=raw["country"].upper() or None,
        feedback_score=None if share else read_number(raw["feedback"]),
        feedback_bp=read_share(raw["feedback"] if share else raw["share"]),
        url=raw["url"] or None,
    )


def _cell(kind: str, cell: str) -> str:
    bare = unguard(cell.strip())
    return unicodedata.normalize("NFC", bare) if kind == "sku" else tidy(bare)


def _fits(header: Sequence[str]) -> bool:
    return _needed({kind for name in header if (kind := kind_of(name, NAMES))})


def _needed(kinds: Set[str]) -> bool:
    return {"seller", "price"} <= kinds and not kinds.isdisjoint({"sku", "variant_id"})
