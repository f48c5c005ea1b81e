"""GET /files/<id>: a customer's file, for whoever holds a signed link to it."""

from flask import Response, request

from synqro.web import files
from synqro.web.site.blueprint import bp


@bp.get("/files/<upload_id>")
def file(upload_id: str) -> Response:
    """Send a file to be saved."""
    return files.send_file(files.opened(upload_id, request.args.get("token", "")))


@bp.get("/files/<upload_id>/thumbnail")
def file_thumbnail(upload_id: str) -> Response:
    """Show a file's picture."""
    return files.send_thumbnail(files.opened(upload_id, request.args.get("token", "")))
