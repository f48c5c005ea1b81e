"""/console/stock_imports: counts from a CSV file, shown line by line before they are applied."""

from collections.abc import Mapping
from typing import Any

from flask import (
    Response,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from synqro import catalogue, stores
from synqro.catalogue import ImportStatus, Outcome, StockImport
from synqro.core.errors import DomainError, Invalid
from synqro.web.console.answers import again, refused_status
from synqro.web.console.asking import done
from synqro.web.console.blueprint import bp
from synqro.web.console.brought import MEGABYTE, brought
from synqro.web.console.doers import names_of, who
from synqro.web.console.live import unless_seen
from synqro.web.console.stock_export import as_file
from synqro.web.forms import Form

LIST, NEW, SHOW = (f"console/stock_imports/{name}.html" for name in ("list", "new", "show"))
FORM, IMPORT = (f"console/stock_imports/_{name}.html" for name in ("form", "import"))
FILTERS = {
    ImportStatus.READY: (Outcome.WRONG, Outcome.CHANGE, Outcome.SAME),
    ImportStatus.APPLYING: (
        Outcome.WRONG,
        Outcome.SKIPPED,
        Outcome.CHANGE,
        Outcome.APPLIED,
        Outcome.SAME,
    ),
    ImportStatus.DONE: (Outcome.WRONG, Outcome.SKIPPED, Outcome.APPLIED, Outcome.SAME),
    ImportStatus.UNDOING: (
        Outcome.WRONG,
        Outcome.KEPT,
        Outcome.SKIPPED,
        Outcome.APPLIED,
        Outcome.UNDONE,
        Outcome.SAME,
    ),
    ImportStatus.UNDONE: (
        Outcome.WRONG,
        Outcome.KEPT,
        Outcome.SKIPPED,
        Outcome.UNDONE,
        Outcome.SAME,
    ),
}
UNDONE = (ImportStatus.UNDOING, ImportStatus.UNDONE)


@bp.get("/stock_imports")
def list_stock_imports() -> str:
    cursor = request.args.get("cursor") or None
    page = catalogue.imports(g.store.id, cursor=cursor)
    by = {found.id: _by(found.person_id) for found in page.data}
    names = names_of(by.values())
    whose = {import_id: who(by[import_id], names) for import_id in by}
    return render_template(LIST, page=page, who=whose, cursor=cursor)


@bp.get("/stock_imports/new")
def new_stock_import() -> str:
    return render_template(NEW, form=Form({}), **_limits())


@bp.post("/stock_imports/new")
def read_stock_import() -> ResponseReturnValue:
    """Read a file, and show what it would do; nothing is changed by that."""
    try:
        name, content = brought(catalogue.MOST_FILE_BYTES)
        found = catalogue.read_counts(g.store.id, name, content, by=g.by)
    except Invalid as refused:
        form = Form.again({}, refused)
        return again(NEW, refused, fragment=FORM, form=form, **_limits())
    words = ngettext("%(num)s line read", "%(num)s lines read", found.rows)
    return done(url_for("console.show_stock_import", import_id=found.id), words)


@bp.get("/stock_imports/<import_id>")
def show_stock_import(import_id: str) -> ResponseReturnValue:
    """Show what a file would do, what was done of it so far, or what came of it."""
    found = catalogue.find_import(g.store.id, import_id)
    if "live" in request.args:
        return unless_seen(render_template(IMPORT, **_shown(found)))
    return render_template(SHOW, **_shown(found))


@bp.get("/stock_imports/<import_id>/report")
def report_stock_import(import_id: str) -> Response:
    """Give out what became of each line, as CSV."""
    found = catalogue.find_import(g.store.id, import_id)
    name = found.filename.rpartition(".")[0] or found.filename
    return as_file(catalogue.export_report(found), f"{name} report.csv")


@bp.post("/stock_imports/<import_id>/apply")
def apply_stock_import(import_id: str) -> ResponseReturnValue:
    """Apply what can be; a second press of the same person finds it done."""
    try:
        catalogue.apply_import(g.store.id, import_id, by=g.by)
    except catalogue.ImportNotReady as refused:
        found = catalogue.find_import(g.store.id, import_id)
        return _pressed_again(found, found.applied_by, refused)
    return _done(import_id)


@bp.post("/stock_imports/<import_id>/undo")
def undo_stock_import(import_id: str) -> ResponseReturnValue:
    """Take back what can be; a second press of the same person finds it done."""
    try:
        catalogue.undo_import(g.store.id, import_id, by=g.by)
    except catalogue.ImportNotReady as refused:
        found = catalogue.find_import(g.store.id, import_id)
        return _pressed_again(found, found.undone_by, refused)
    return _done(import_id)


@bp.post("/stock_imports/<import_id>/discard")
def discard_stock_import(import_id: str) -> ResponseReturnValue:
    try:
        catalogue.discard_import(g.store.id, import_id)
    except catalogue.ImportNotReady as refused:
        return _refused(catalogue.find_import(g.store.id, import_id), refused)
    return done(url_for("console.list_stock_imports"), _("Import discarded"))


def _limits() -> dict[str, Any]:
    return {
        "most_lines": catalogue.MOST_LINES,
        "most_megabytes": catalogue.MOST_FILE_BYTES // MEGABYTE,
    }


def _refused(found: StockImport, refused: DomainError) -> ResponseReturnValue:
    page = render_template(SHOW, **_shown(found), refused=refused)
    return make_response(page, refused_status(refused))


def _shown(found: StockImport) -> dict[str, Any]:
    asked = request.args.get("show", "")
    filters = FILTERS[found.status]
    chosen = next((outcome for outcome in filters if outcome == asked), None)
    cursor = request.args.get("cursor") or None
    numbers = catalogue.import_outcomes(found)
    undone = found.status in UNDONE
    by = _by(found.undone_by if undone else found.applied_by)
    page = catalogue.import_lines(found, chosen, cursor=cursor)
    named = catalogue.known(g.store.id, (row.variant_id for row in page.data if row.variant_id))
    return {
        "found": found,
        "page": page,
        "offered": {variant.variant_id for variant in named.values() if variant.offered},
        "numbers": numbers,
        "filters": [one for one in filters if numbers.get(one)],
        "chosen": chosen,
        "cursor": cursor,
        "ignored": catalogue.named_columns(found.ignored),
        "undone": undone,
        "who": stores.names_of([by]).get(by),
        **_progress(found, numbers),
    }


def _progress(found: StockImport, numbers: Mapping[Outcome, int]) -> dict[str, int]:
    """Count the lines that are being worked on: `all` of them, and `some`, which are done."""
    if found.status is ImportStatus.UNDOING:
        some = numbers.get(Outcome.UNDONE, 0) + numbers.get(Outcome.KEPT, 0)
        return {"some": some, "all": some + numbers.get(Outcome.APPLIED, 0)}
    return {"some": found.changes - numbers.get(Outcome.CHANGE, 0), "all": found.changes}


def _by(person_id: str | None) -> stores.By:
    return stores.By(person_id=person_id)


def _pressed_again(
    found: StockImport, presser: str | None, refused: DomainError
) -> ResponseReturnValue:
    """Lead to the page where this person has done it already; say to others why it cannot be."""
    if presser == g.person.id:
        return redirect(url_for("console.show_stock_import", import_id=found.id), code=303)
    return _refused(found, refused)


def _done(import_id: str) -> ResponseReturnValue:
    found = catalogue.find_import(g.store.id, import_id)
    return done(url_for("console.show_stock_import", import_id=import_id), _outcome(found))


def _outcome(found: StockImport) -> str:
    """Say what was done, or that it has begun."""
    numbers = catalogue.import_outcomes(found)
    changed, left = numbers.get(Outcome.APPLIED, 0), numbers.get(Outcome.SKIPPED, 0)
    kept = numbers.get(Outcome.KEPT, 0)
    if found.status is ImportStatus.UNDOING:
        return str(_("The import is being taken back"))
    if found.status is ImportStatus.UNDONE:
        stay = ngettext("%(num)s change stays", "%(num)s changes stay", kept)
        return f"{_('Import undone')}, {stay}" if kept else str(_("Import undone"))
    if found.status is ImportStatus.APPLYING:
        return str(_("The counts are being changed"))
    words = ngettext("%(num)s count changed", "%(num)s counts changed", changed)
    return f"{words}, {ngettext('%(num)s skipped', '%(num)s skipped', left)}" if left else words
