"""Forgetting the lines of old imports, and imports that nobody finds."""

from datetime import timedelta

from sqlalchemy import select

from synqro.catalogue.importing import BATCH, HIDDEN, drop, drop_lines
from synqro.catalogue.stock_models import UNDER_WAY, ImportRow, ImportStatus, StockImport
from synqro.core.clock import now
from synqro.core.db import db
from synqro.core.ids import first_id

KEPT = timedelta(days=90)
TORN = timedelta(hours=1)  # a file is read in less


def purge_imports() -> None:
    """Forget the lines of imports of more than 90 days ago; what was never applied goes whole."""
    mark = first_id("imp", now() - KEPT)
    old = select(ImportRow.import_id).where(ImportRow.import_id < mark).limit(1)
    while import_id := db.session.scalar(old.order_by(ImportRow.import_id)):
        found = db.session.get_one(StockImport, import_id)
        if found.status in (ImportStatus.READY, *HIDDEN):
            drop(import_id)
            continue
        while drop_lines(import_id) == BATCH:
            pass
    _drop_torn()


def _drop_torn() -> None:
    """Forget what nobody finds: a worker died while reading it, or while throwing it away."""
    torn = select(StockImport.id).where(
        UNDER_WAY, StockImport.status.in_(HIDDEN), StockImport.id < first_id("imp", now() - TORN)
    )
    for import_id in db.session.scalars(torn).all():
        drop(import_id)
