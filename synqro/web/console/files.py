"""/console/quotes/…/files: what customers sent, for the merchant who has to look at it."""

from flask import Response, g

from synqro import quotes, uploads
from synqro.core.errors import NotFound
from synqro.web import files
from synqro.web.console.blueprint import bp


@bp.get("/quotes/<quote_id>/files/<upload_id>")
def send_quote_file(quote_id: str, upload_id: str) -> Response:
    """Send a file of this quote, to be saved and never shown as a page."""
    return files.send_file(_attached(quote_id, upload_id))


@bp.get("/quotes/<quote_id>/files/<upload_id>/thumbnail")
def send_thumbnail(quote_id: str, upload_id: str) -> Response:
    return files.send_thumbnail(_attached(quote_id, upload_id))


def _attached(quote_id: str, upload_id: str) -> uploads.Upload:
    quote = quotes.find(g.store.id, quote_id)
    for file in quotes.files(g.store, quote):
        if file.upload.id == upload_id:
            return file.upload
    raise NotFound("There is no such file.")
