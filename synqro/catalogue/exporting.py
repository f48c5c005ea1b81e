"""The stock of a shop and the report of an import as CSV, which the import reads again."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import or_, select

from synqro.catalogue.importing import in_order
from synqro.catalogue.models import Product, Status, Variant
from synqro.catalogue.stock_models import Outcome, StockImport
from synqro.core.csv_writing import Cell, written
from synqro.core.db import db, let_go

LOW = "Low now."
BATCH = 500  # rows read at once, and never more in memory
STOCK = ("product", "variant", "sku", "stock", "reserved", "available", "variant_id")
REPORT = ("line", "sku", "product", "said", "before", "after", "outcome", "message")
VARIANT = (Variant.sku, Variant.options, Variant.stock, Variant.held, Variant.position)


def export_stock(store_id: str) -> Iterator[str]:
    """Write every variant that can be counted, product after product; `stock` "" if nobody does."""
    return written(STOCK, _stock(store_id))


def export_report(found: StockImport) -> Iterator[str]:
    """Write what became of each line of an import, in the order of its file."""
    return written(REPORT, _report(found.id))


def _stock(store_id: str) -> Iterator[Sequence[Cell]]:
    """Walk over products by their ids and each one's variants by their places."""
    product, place = "", -1
    while True:
        after = or_(Product.id > product, Variant.position > place)
        mine = (Product.store_id == store_id, Product.status == Status.ACTIVE, Variant.active)
        wanted = (
            select(Product.id, Product.title, Variant.id.label("variant_id"), *VARIANT)
            .join(Variant, Variant.product_id == Product.id)
            .where(*mine, Product.id >= product, after)
            .order_by(Product.id, Variant.position)
            .limit(BATCH)
        )
        found = db.session.execute(wanted).all()
        let_go()  # no read stays open while somebody saves a large file
        yield from map(_stocked, found)
        if len(found) < BATCH:
            return
        product, place = found[-1].id, found[-1].position


def _stocked(row: Any) -> Sequence[Cell]:
    kind = ", ".join(row.options.values())
    counted = row.stock is not None
    held, left = (row.held, max(0, row.stock - row.held)) if counted else (None, None)
    return row.title, kind, row.sku, row.stock, held, left, row.variant_id


def _report(import_id: str) -> Iterator[Sequence[Cell]]:
    after = 0
    while some := in_order(import_id, after, BATCH):
        let_go()
        after = some[-1].line
        yield from map(_reported, some)


def _reported(row: Any) -> Sequence[Cell]:
    after = None if row.outcome is Outcome.WRONG else row.wanted
    said = row.sku, row.title, row.said
    why = row.message or (LOW if row.low else None)
    return row.line, *said, row.was, after, row.outcome.value, why
