"""/console/repricer/competitors_import: prices from a CSV file, shown line by line before they
count. Nothing is kept in between: the file travels in the page that shows it.
"""

import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable
from secrets import token_urlsafe
from typing import Any

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from pydantic_core import PydanticCustomError

from synqro import catalogue, repricer
from synqro.core.clock import now
from synqro.core.errors import Invalid, field_error
from synqro.repricer import PriceFile, PriceLine, PriceOutcome
from synqro.web.console.answers import again
from synqro.web.console.blueprint import bp
from synqro.web.console.brought import MEGABYTE, TooLargeToRead, brought
from synqro.web.console.competitors_words import WORDS
from synqro.web.console.local_times import NoTime, as_local, read_local
from synqro.web.console.presses import once
from synqro.web.console.stock_export import as_file
from synqro.web.fields import clean
from synqro.web.forms import Form

NEW, SHOW = (f"console/competitors/{name}.html" for name in ("import", "look"))
LARGEST_BODY = 8 * MEGABYTE
MOST_SHOWN = 100  # lines of one outcome on the page; all of them stand in the report
KEPT = (PriceOutcome.NEW, PriceOutcome.CHANGED, PriceOutcome.SAME)


@bp.get("/repricer/competitors_import")
def new_competitors_import() -> str:
    form = Form({"seen_at": as_local(now())})
    return render_template(NEW, form=form, **_limits())


@bp.post("/repricer/competitors_import")
def look_at_competitors_import() -> ResponseReturnValue:
    """Show line by line what a file would do; nothing is kept."""
    try:
        _name, content = brought(repricer.MOST_FILE_BYTES)
        found = _read(content, repricer.look_at_prices)
    except Invalid as refused:
        typed = {} if isinstance(refused, TooLargeToRead) else request.form
        return again(NEW, refused, form=Form.again(typed, refused), **_limits())
    values = {name: request.form.get(name, "") for name in ("source", "seen_at", "consent")}
    tally = found.tally
    return render_template(
        SHOW,
        found=found,
        tally=tally,
        shown={one: _first(found, one) for one in PriceOutcome if tally[one]},
        keeps=sum(tally[one] for one in KEPT),
        words=WORDS,
        values=values | {"packed": _travelling(content), "key": token_urlsafe()},
        ignored=catalogue.named_columns(found.ignored),
    )


@bp.post("/repricer/competitors_import/apply")
def apply_competitors_import() -> ResponseReturnValue:
    """Keep the prices of a file that was looked at; pressed twice, it is done once."""
    _let_in()
    try:
        told = once(_applied)
    except Invalid as refused:
        return again(NEW, refused, form=Form.again(request.form, refused), **_limits())
    kept, left = told["kept"], told["left"]
    words = ngettext("%(num)s price saved", "%(num)s prices saved", kept)
    out = ngettext("%(num)s line left out", "%(num)s lines left out", left)
    flash(f"{words}, {out}" if left else words)
    return redirect(url_for("console.list_competitors"), code=303)


@bp.post("/repricer/competitors_import/report")
def report_competitors_import() -> ResponseReturnValue:
    """Give out what becomes of each line, as CSV."""
    _let_in()
    try:
        found = _read(_packed(), repricer.look_at_prices)
    except Invalid as refused:
        return again(NEW, refused, form=Form.again(request.form, refused), **_limits())
    return _report(found)


def _applied() -> dict[str, Any]:
    found = _read(_packed(), lambda *file, **facts: repricer.import_prices(*file, **facts, by=g.by))
    kept = sum(found.tally[one] for one in KEPT)
    return {"kept": kept, "left": len(found.lines) - kept}


def _read(content: bytes, look: Callable[..., PriceFile]) -> PriceFile:
    """Look at a file with what the form says of lines that do not say it. Raises Invalid."""
    try:
        seen_at = read_local(request.form.get("seen_at", ""))
    except NoTime as error:
        raise field_error("seen_at", "invalid_time", str(error)) from error
    try:
        source = clean(request.form.get("source", "").strip()[:200])
    except PydanticCustomError as error:
        say = _("This holds characters that cannot be used here.")
        raise field_error("source", error.type, say) from error
    consent = bool(request.form.get("consent"))
    return look(g.store, content, source=source, seen_at=seen_at, consent=consent)


def _let_in() -> None:
    """Take a form as large as one that holds a file may be."""
    request.max_content_length = request.max_form_memory_size = LARGEST_BODY


def _travelling(content: bytes) -> str:
    return b64encode(zlib.compress(content)).decode()


def _packed() -> bytes:
    """Give back the file that travels in the page. Raises Invalid for anything else."""
    unpack = zlib.decompressobj()
    try:
        packed = b64decode(request.form.get("packed", ""), validate=True)
        content = unpack.decompress(packed, repricer.MOST_FILE_BYTES + 1)
    except (ValueError, zlib.error):
        content = b""
    # One that broke off on its way is not taken for a shorter one.
    if not unpack.eof:
        say = _("Choose the file once more: it did not come with this page.")
        raise field_error("file", "required", say)
    return content


def _first(found: PriceFile, outcome: PriceOutcome) -> list[PriceLine]:
    return [line for line in found.lines if line.outcome is outcome][:MOST_SHOWN]


def _report(found: PriceFile) -> Response:
    return as_file(repricer.price_report(found, g.store.currency), "competitor prices report.csv")


def _limits() -> dict[str, Any]:
    return {
        "most_lines": repricer.MOST_LINES,
        "most_megabytes": repricer.MOST_FILE_BYTES // MEGABYTE,
    }
