"""Which column of a file of counts says what, by what people call it. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from synqro.core.csv_columns import columns_missing, kind_of, places

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
    at, wide, ignored = places(header, NAMES)
    lacks = [] if SKU in at else ["There is no column “sku”."]
    if not at.keys() & {COUNT, RECEIVED}:
        lacks.append("There is no column “stock” or “received”.")
    if lacks:
        raise columns_missing(header, lacks, "sku,stock")
    return Columns(at[SKU], at.get(ID), at.get(COUNT), at.get(RECEIVED), wide, ignored)


def fits(header: Sequence[str]) -> bool:
    """Say whether a header has what is needed, be it once or twice."""
    kinds = {kind_of(name, NAMES) for name in header}
    return SKU in kinds and bool(kinds & {COUNT, RECEIVED})
