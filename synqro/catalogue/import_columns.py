"""Which column of a file of counts says what, by what people call it. Pure."""

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from synqro.catalogue.import_errors import FileNotRead

SKU, ID, COUNT, RECEIVED = "sku", "variant_id", "stock", "received"
NAMES = {
    SKU: {"sku", "skus", "variantsku", "itemsku", "productsku", "skucode", "skunumber"},
    ID: {"variantid"},
    COUNT: {
        "stock", "onhand", "onhandnew", "instock", "stocklevel", "stockcount", "newstock",
        "quantity", "qty", "count", "counted", "newcount", "inventory", "inventoryqty",
        "inventoryquantity", "variantinventoryqty", "stockonhand", "quantityonhand", "qtyonhand",
    },
    RECEIVED: {
        "received", "receive", "qtyreceived", "quantityreceived", "add", "added", "change",
        "restock", "restocked", "delivered",
    },
}  # fmt: skip
MOST_NAMED = 12
LONGEST_NAMED = 40


class Columns(NamedTuple):
    """Where each kind stands, None where there is no such column; `ignored` by their names."""

    sku: int
    id: int | None
    counted: int | None
    received: int | None
    wide: int
    ignored: list[str]


def find_columns(header: Sequence[str]) -> Columns:
    """Read a header. Raises FileNotRead, which names the columns found and the ones needed."""
    at: dict[str, list[int]] = {kind: [] for kind in NAMES}
    ignored = []
    for place, name in enumerate(header):
        kind = _kind(name)
        if kind:
            at[kind].append(place)
        elif name.strip():
            ignored.append(name.strip())
    for places in at.values():
        if len(places) > 1:
            twice = named_columns([header[place].strip() for place in places])
            say = f"Two columns say the same: {twice}. Keep one of them."
            raise FileNotRead(say, code="doubled_columns")
    if not at[SKU] or not (at[COUNT] or at[RECEIVED]):
        raise FileNotRead(_missing(header, at), code="wrong_columns")
    id, counted, received = (at[kind][0] if at[kind] else None for kind in (ID, COUNT, RECEIVED))
    return Columns(at[SKU][0], id, counted, received, len(header), ignored)


def fits(header: Sequence[str]) -> bool:
    """Say whether a header has what is needed, be it once or twice."""
    kinds = {_kind(name) for name in header}
    return SKU in kinds and bool(kinds & {COUNT, RECEIVED})


def named_columns(names: Sequence[str]) -> str:
    """Give back names of columns in one line, cut where they are many or long."""
    some = [
        f"“{name if len(name) <= LONGEST_NAMED else name[:LONGEST_NAMED] + '…'}”"
        for name in names[:MOST_NAMED]
    ]
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    return ", ".join(some) + more


def _kind(name: str) -> str | None:
    folded = unicodedata.normalize("NFKC", name).casefold()
    plain = "".join(sign for sign in folded if sign.isalnum())
    return next((kind for kind, names in NAMES.items() if plain in names), None)


def _missing(header: Sequence[str], at: dict[str, list[int]]) -> str:
    found = [" ".join(name.split()) for name in header if name.strip()]
    lacks = [] if at[SKU] else ["There is no column “sku”."]
    if not (at[COUNT] or at[RECEIVED]):
        lacks.append("There is no column “stock” or “received”.")
    said = f"The first line names {named_columns(found)}. It should be like “sku,stock”."
    return f"{' '.join(lacks)} {said}"
