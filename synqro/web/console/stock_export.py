"""/console/stock_export: the stock as a CSV file, which the import reads again."""

from collections.abc import Iterator
from urllib.parse import quote

from flask import Flask, Response, current_app, g

from synqro import catalogue
from synqro.core.clock import today
from synqro.web.console.blueprint import bp


@bp.get("/stock_export")
def export_stock() -> Response:
    """Give out every variant with its SKU and its stock."""
    name = f"stock {today(g.store.timezone).isoformat()}.csv"
    return as_file(catalogue.export_stock(g.store.id), name)


def as_file(pieces: Iterator[str], name: str) -> Response:
    """Answer with a CSV file to be saved, sent while it is written."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    answer = Response(_written(app, pieces), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _written(app: Flask, pieces: Iterator[str]) -> Iterator[bytes]:
    """Read piece after piece, each in a context of its own: the request's is over by then."""
    while True:
        with app.app_context():
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece.encode()
