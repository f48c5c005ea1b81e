"""Customers' files on their way out: to whoever holds a link that we signed, never shown inline."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from flask import Response, request
from itsdangerous import BadSignature, URLSafeSerializer

from synqro import quotes, uploads
from synqro.core.clock import now
from synqro.core.errors import Gone, NotFound
from synqro.core.wiring import settings

VALID = timedelta(hours=1)
SEALED = "sandbox; default-src 'none'"


class LinkOver(Gone):
    code = "link_expired"


def file_url(upload: uploads.Upload) -> str:
    """Give back an address where anybody finds the file, for an hour."""
    return f"{settings().public_url}/files/{upload.id}?token={_signed(upload)}"


def attached(file: quotes.Attached) -> dict[str, Any]:
    """Show a file of a quote to whoever may have it; `url` is None until all of it is there."""
    upload = file.upload
    return {
        "id": upload.id,
        "filename": upload.filename,
        "bytes": upload.bytes,
        "content_type": upload.content_type,
        "units": file.units,
        "url": file_url(upload) if upload.status is uploads.Status.READY else None,
        "mesh": file.mesh,
    }


def thumbnail_url(upload: uploads.Upload) -> str | None:
    """Give back an address of the file's picture, for an hour; None where there is none."""
    if upload.thumbnail_key is None:
        return None
    return f"{settings().public_url}/files/{upload.id}/thumbnail?token={_signed(upload)}"


def opened(upload_id: str, token: str) -> uploads.Upload:
    """Give back the file that a link stands for. Raises NotFound, LinkOver."""
    try:
        store_id, signed_id, until = _signer().loads(token)
    except BadSignature as error:
        raise NotFound("There is no such file.") from error
    if signed_id != upload_id:
        raise NotFound("There is no such file.")
    if until <= now().timestamp():
        raise LinkOver("This link to a file is over. Reload the page that it stands on.")
    return uploads.of(store_id, [upload_id])[upload_id]


def send_file(upload: uploads.Upload) -> Response:
    """Answer with a file, or the part of it that is asked for, to be saved and never shown.

    Raises NotFound where it is gone.
    """
    name = quote(uploads.download_name(upload), safe="")
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
        "Content-Security-Policy": SEALED,
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex",
        "Cache-Control": "private, max-age=3600",
        "Accept-Ranges": "bytes",
        "ETag": f'"{upload.id}"',
    }
    asked = _range(upload)
    start, end = asked or (0, upload.bytes)
    headers["Content-Length"] = str(end - start)
    if asked:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{upload.bytes}"
    body: Iterable[bytes] = () if request.method == "HEAD" else uploads.stream(upload, start, end)
    return Response(body, 206 if asked else 200, headers, content_type=upload.content_type)


def send_thumbnail(upload: uploads.Upload) -> Response:
    """Answer with a file's picture. Raises NotFound where there is none."""
    picture = uploads.thumbnail(upload)
    if picture is None:
        raise NotFound("There is no picture of this file.")
    answer = Response(picture, content_type="image/webp")
    answer.headers["Content-Security-Policy"] = SEALED
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


def _range(upload: uploads.Upload) -> tuple[int, int] | None:
    """Give back the start and the end of the one range that is asked for."""
    if request.headers.get("If-Range", f'"{upload.id}"') != f'"{upload.id}"':
        return None
    return request.range.range_for_length(upload.bytes) if request.range else None


def _signed(upload: uploads.Upload) -> str:
    until = int((now() + VALID).timestamp())
    signed = _signer().dumps([upload.store_id, upload.id, until])
    return signed if isinstance(signed, str) else signed.decode()


def _signer() -> URLSafeSerializer:
    newest_last = settings().secret_key.split(",")[::-1]
    return URLSafeSerializer(newest_last, salt="files of customers")
