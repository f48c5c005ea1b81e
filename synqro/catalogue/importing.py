"""Files of counts: read and shown first, applied when somebody says so, or thrown away.

A file's rows are written in many small transactions, so that nobody waits long; until the
last of them the import is being read, and nobody finds it.
"""

from collections.abc import Sequence
from itertools import islice
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, delete, func, insert, select

from synqro.catalogue.import_errors import ImportNotFound, ImportNotReady
from synqro.catalogue.import_reading import Line, Sheet
from synqro.catalogue.import_rows import Known, doubled, meaning, several
from synqro.catalogue.known import OFFERED
from synqro.catalogue.models import Product, Status, Variant
from synqro.catalogue.stock_models import ImportRow, ImportStatus, Outcome, StockImport
from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.core.ids import new_id
from synqro.core.pages import Page, cursor_of, page, read_cursor
from synqro.stores import NOBODY, By

BATCH = 500  # rows in one transaction, so that no writer waits long
LONGEST_FILENAME = 120
HIDDEN = (ImportStatus.READING, ImportStatus.DISCARDED)
SHOWN = (
    Outcome.WRONG,
    Outcome.KEPT,
    Outcome.SKIPPED,
    Outcome.CHANGE,
    Outcome.APPLIED,
    Outcome.UNDONE,
    Outcome.SAME,
)
ROWS = cast(Table, ImportRow.__table__)
_row = ROWS.c
SEEN = StockImport.status.not_in(HIDDEN)


def read_counts(store_id: str, filename: str, content: bytes, *, by: By = NOBODY) -> StockImport:
    """Read a CSV file of counts, and keep what each line would do. Not inside a transaction.

    Raises FileNotRead, and keeps nothing then.
    """
    sheet = Sheet(content)
    twice = doubled(sheet.lines())
    found = _begin(store_id, filename, by, sheet.columns.ignored)
    rows = changes = wrong = 0
    seen: dict[str, int] = {}
    all_of_them = sheet.lines()
    while lines := list(islice(all_of_them, BATCH)):
        known = _known(store_id, lines)
        some = [meaning(line, known, twice) for line in lines]
        if sheet.columns.id is not None:
            some = [_once(row, seen) for row in some]
        _keep(found.id, some)
        rows += len(some)
        changes += several(some, Outcome.CHANGE)
        wrong += several(some, Outcome.WRONG)
    return _finish(found.id, rows=rows, changes=changes, wrong=wrong)


def find_import(store_id: str, import_id: str) -> StockImport:
    """Give back an import of the store. Raises ImportNotFound."""
    found = db.session.get(StockImport, import_id) if "\0" not in import_id else None
    if found is None or found.store_id != store_id or found.status in HIDDEN:
        raise ImportNotFound("There is no such import in this shop.")
    return found


def imports(store_id: str, *, cursor: str | None = None, limit: int = 25) -> Page[StockImport]:
    """Give back a page of the store's imports, the newest first. Raises InvalidCursor."""
    wanted = select(StockImport).where(StockImport.store_id == store_id, SEEN)
    return page(wanted, StockImport.id, cursor=cursor, limit=limit, newest_first=True)


def import_lines(
    found: StockImport,
    outcome: Outcome | None = None,
    *,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[ImportRow]:
    """Give back a page of the lines of an import, what needs a look first. Raises InvalidCursor."""
    wanted = SHOWN if outcome is None else (outcome,)
    place, after = 0, 0
    if cursor:
        place, after = read_cursor(cursor, ROWS.name, int, int)
    rows: list[ImportRow] = []
    for at in range(max(place, 0), len(wanted)):
        some = select(ImportRow).where(
            ImportRow.import_id == found.id,
            ImportRow.outcome == wanted[at],
            ImportRow.line > (after if at == place else 0),
        )
        left = limit + 1 - len(rows)
        rows += db.session.scalars(some.order_by(ImportRow.line).limit(left))
        if len(rows) > limit:
            last = rows[limit - 1]
            return Page(rows[:limit], cursor_of(ROWS.name, wanted.index(last.outcome), last.line))
    return Page(rows, None)


def in_order(import_id: str, after: int = 0, limit: int = BATCH) -> Sequence[Any]:
    """Give back the lines behind `after` as they stand in the file, as plain rows."""
    mine = (_row.import_id == import_id, _row.line > after)
    return db.session.execute(select(*_row).where(*mine).order_by(_row.line).limit(limit)).all()


def import_outcomes(found: StockImport) -> dict[Outcome, int]:
    """Give back how many lines there are of each outcome; none where they are forgotten.

    Read from an index alone, and never more than a file may have.
    """
    mine = ImportRow.import_id == found.id
    each = select(ImportRow.outcome, func.count()).where(mine).group_by(ImportRow.outcome)
    return {outcome: number for outcome, number in db.session.execute(each)}


def discard_import(store_id: str, import_id: str) -> None:
    """Throw away an import that was not applied. Raises ImportNotFound, ImportNotReady."""
    _hide(store_id, import_id)
    drop(import_id)


def drop(import_id: str) -> None:
    """Forget an import and its lines, batch after batch."""
    while drop_lines(import_id) == BATCH:
        pass
    _drop_import(import_id)


@transaction()
def drop_lines(import_id: str) -> int:
    """Forget as many lines as one transaction takes, and say how many."""
    some = select(_row.line).where(_row.import_id == import_id).order_by(_row.line).limit(BATCH)
    gone = delete(ROWS).where(_row.import_id == import_id, _row.line.in_(some))
    return len(db.session.execute(gone.returning(_row.line)).all())


def locked(store_id: str, import_id: str) -> StockImport:
    """Give back an import that nobody else writes until the transaction ends.

    Raises ImportNotFound.
    """
    mine = select(StockImport).where(
        StockImport.id == import_id, StockImport.store_id == store_id, SEEN
    )
    fresh = mine.with_for_update().execution_options(populate_existing=True)
    found = db.session.scalar(fresh) if "\0" not in import_id else None
    if found is None:
        raise ImportNotFound("There is no such import in this shop.")
    return found


@transaction()
def _begin(store_id: str, filename: str, by: By, ignored: Sequence[str]) -> StockImport:
    found = StockImport(
        id=new_id("imp"),
        store_id=store_id,
        person_id=by.person_id,
        filename=_named(filename),
        ignored=list(ignored),
        status=ImportStatus.READING,
        rows=0,
        changes=0,
        wrong=0,
        created_at=now(),
    )
    db.session.add(found)
    return found


@transaction()
def _keep(import_id: str, some: Sequence[dict[str, Any]]) -> None:
    db.session.execute(insert(ROWS), [{**row, "import_id": import_id} for row in some])


@transaction()
def _finish(import_id: str, **counted: int) -> StockImport:
    found = db.session.get_one(StockImport, import_id)
    for name, number in counted.items():
        setattr(found, name, number)
    found.status = ImportStatus.READY
    return found


@transaction()
def _hide(store_id: str, import_id: str) -> None:
    found = locked(store_id, import_id)
    if found.status is not ImportStatus.READY:
        raise ImportNotReady("This import is being applied, or was. It can’t be discarded.")
    found.status = ImportStatus.DISCARDED


@transaction()
def _drop_import(import_id: str) -> None:
    gone = delete(StockImport).where(StockImport.id == import_id)
    db.session.execute(gone.execution_options(synchronize_session=False))


def _known(store_id: str, lines: Sequence[Line]) -> dict[str, Known]:
    """Give back the variants that the lines name, by the lines' keys."""
    skus = {line.sku for line in lines if line.sku}
    ids = {line.variant_id for line in lines if line.variant_id and not line.sku}
    by_sku = _look(store_id, Variant.sku.in_(skus)) if skus else []
    by_id = _look(store_id, Variant.id.in_(ids)) if ids else []
    keyed = [*((row.sku, row) for row in by_sku), *((f" {row.id}", row) for row in by_id)]
    return {
        named: Known(
            row.id,
            ", ".join([row.title, *row.options.values()]),
            row.stock,
            row.status is Status.ARCHIVED,
        )
        for named, row in keyed
    }


def _look(store_id: str, which: ColumnElement[bool]) -> Sequence[Any]:
    wanted = (
        select(
            Variant.id,
            Variant.sku,
            Variant.stock,
            Variant.options,
            Product.title,
            Product.status,
        )
        .join(Product, Product.id == Variant.product_id)
        .where(Variant.store_id == store_id, which, OFFERED)
    )
    return db.session.execute(wanted).all()


def _once(row: dict[str, Any], seen: dict[str, int]) -> dict[str, Any]:
    """Refuse a line whose variant another line has named in another way, by SKU or by id."""
    if row["outcome"] is Outcome.WRONG or not row["said"]:
        return row
    first = seen.setdefault(row["variant_id"], row["line"])
    if first == row["line"]:
        return row
    say = f"This variant stands in line {first:,} already. Keep one of them."
    return {**row, "outcome": Outcome.WRONG, "wanted": None, "message": say}


def _named(filename: str) -> str:
    """Give back the name of a file without its folders and signs that cannot be shown."""
    last = filename.replace("\\", "/").rpartition("/")[2]
    shown = "".join(sign for sign in last if sign.isprintable()).strip()
    return shown[:LONGEST_FILENAME] or "counts.csv"
