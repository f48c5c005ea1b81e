"""Forgetting the lines of old imports, and imports whose file was never read to its end."""

from datetime import timedelta

from sqlalchemy import select

from synqro.catalogue.importing import BATCH, drop, drop_lines
from synqro.catalogue.stock_models import ImportRow, ImportStatus, StockImport
from synqro.core.clock import now
from synqro.core.db import db
from synqro.core.ids import first_id

KEPT = timedelta(days=90)
TORN = timedelta(hours=1)  # a file is read in less
LOOKS_BACK = timedelta(days=2)


def purge_imports() -> None:
    """Forget the lines of imports of more than 90 days ago; what was never applied goes whole."""
    mark = first_id("imp", now() - KEPT)
    old = select(ImportRow.import_id).where(ImportRow.import_id < mark).limit(1)
    while import_id := db.session.scalar(old.order_by(ImportRow.import_id)):
        found = db.session.get_one(StockImport, import_id)
        if found.status is ImportStatus.READY:
            drop(import_id)
            continue
        while drop_lines(import_id) == BATCH:
            pass
    _drop_torn()


def _drop_torn() -> None:
    first, last = first_id("imp", now() - LOOKS_BACK), first_id("imp", now() - TORN)
    torn = select(StockImport.id).where(
        StockImport.id > first, StockImport.id < last, StockImport.rows == 0
    )
    for import_id in db.session.scalars(torn).all():
        drop(import_id)
