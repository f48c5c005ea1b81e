"""Files that come in pieces, by tus 1.0: a connection may break at any time.

https://tus.io/protocols/resumable-upload: the core, creation, creation-with-upload, expiration
and termination.
"""

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Iterator
from email.utils import format_datetime

from flask import Response, g, request
from werkzeug.exceptions import ClientDisconnected

from synqro import stores, uploads
from synqro.core.errors import DomainError, Unsupported
from synqro.core.wiring import settings
from synqro.web.problems import BadRequest, PreconditionFailed
from synqro.web.storefront.blueprint import bp, refuse_foreign_page, sent_key
from synqro.web.visitors import visitor

PATH = "/api/storefront/upload/tus"
VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,expiration,termination"
PIECE = "application/offset+octet-stream"
CHUNK = 64 * 1024
NUMBER = re.compile(r"\d{1,18}", re.ASCII)


class WrongTusVersion(PreconditionFailed):
    code = "tus_version_not_supported"


class InvalidTusHeader(BadRequest):
    code = "invalid_tus_header"


class NotAPiece(Unsupported):
    code = "unsupported_media_type"


@bp.route("/upload/tus", methods=["OPTIONS"], endpoint="tus_options")
@bp.route("/upload/tus/<token>", methods=["OPTIONS"], endpoint="tus_options")
def tus_options(token: str = "") -> Response:
    """Say what is spoken here, and how large a file may be."""
    headers = {"Tus-Extension": EXTENSIONS, "Tus-Max-Size": str(_most_bytes())}
    return Response(status=204, headers=headers)


@bp.post("/upload/tus")
def begin_upload() -> Response:
    """Make room for a file; a first piece of it may come along."""
    _check_version()
    for name in ("Upload-Defer-Length", "Upload-Concat"):
        if name in request.headers:
            raise InvalidTusHeader(f"{name} is not supported. Send the file with Upload-Length.")
    received = uploads.begin(
        g.store, filename=_filename(), visitor=visitor(), length=_number("Upload-Length")
    )
    upload = received.upload
    if request.mimetype == PIECE:
        upload = _append(upload, 0)
    answer = _where(upload, 201)
    answer.headers["Location"] = f"{settings().public_url}{PATH}/{received.token}"
    answer.headers["Synqro-Upload-Id"] = upload.id
    answer.headers["Synqro-Upload-Token"] = received.token
    return answer


@bp.route("/upload/tus/<token>", methods=["HEAD", "PATCH", "DELETE", "POST"])
def upload_piece(token: str) -> Response:
    """Say how much is there, add a piece, or take the file back."""
    method = request.method
    if method == "POST":  # from behind proxies that know no other methods
        method = request.headers.get("X-HTTP-Method-Override", "").upper()
    _check_version()
    upload = uploads.by_link(token)
    g.store = stores.by_id(upload.store_id)
    refuse_foreign_page()
    if method == "PATCH":
        return _patch(upload)
    if method == "DELETE":
        uploads.take_back(upload.store_id, upload.id, token)
        return Response(status=204)
    if method != "HEAD":
        raise InvalidTusHeader("POST needs X-HTTP-Method-Override here: PATCH, DELETE or HEAD.")
    return _head(upload)


@bp.after_request
def _name_version(response: Response) -> Response:
    if request.path.startswith(PATH):
        response.headers["Tus-Resumable"] = VERSION
        if response.status_code == 412 or request.method == "OPTIONS":
            response.headers["Tus-Version"] = VERSION
    return response


def _head(upload: uploads.Upload) -> Response:
    if upload.status is uploads.Status.REFUSED:
        raise uploads.UploadGone("This file was refused.")
    answer = _where(upload, 200)
    answer.headers["Upload-Length"] = str(upload.bytes)
    name = b64encode(upload.filename.encode()).decode()
    answer.headers["Upload-Metadata"] = f"filename {name}"
    return answer


def _patch(upload: uploads.Upload) -> Response:
    if request.mimetype != PIECE:
        raise NotAPiece(f"Send a piece as {PIECE}.")
    return _where(_append(upload, _number("Upload-Offset")), 204)


def _append(upload: uploads.Upload, offset: int) -> uploads.Upload:
    return uploads.append(
        upload.id, offset=offset, stream=_arriving(), length=request.content_length
    )


def _arriving() -> Iterator[bytes]:
    """Give back what comes until the end, or until the connection breaks."""
    # The room counts, and knows how much is still expected.
    request.max_content_length = settings().max_upload_bytes + CHUNK
    try:
        while chunk := request.stream.read(CHUNK):
            yield chunk
    except (ClientDisconnected, OSError):
        return


def _where(upload: uploads.Upload, status: int) -> Response:
    answer = Response(status=status)
    answer.headers["Upload-Offset"] = str(upload.received)
    if upload.expires_at:
        answer.headers["Upload-Expires"] = format_datetime(upload.expires_at, usegmt=True)
    return answer


def _check_version() -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        raise WrongTusVersion(f"Send Tus-Resumable: {VERSION}.")


def _number(name: str) -> int:
    given = request.headers.get(name, "")
    if not NUMBER.fullmatch(given):
        raise InvalidTusHeader(f"Send {name} as a number of bytes.")
    return int(given)


def _filename() -> str:
    """Give back the name in Upload-Metadata: pairs of a key and base64, between commas."""
    found = {}
    for pair in filter(str.strip, request.headers.get("Upload-Metadata", "").split(",")):
        key, _, value = pair.strip().partition(" ")
        try:
            found[key] = b64decode(value.strip(), validate=True).decode()
        except (binascii.Error, ValueError) as error:
            say = f"The value of {key[:50]} in Upload-Metadata is not text in base64."
            raise InvalidTusHeader(say) from error
    return found.get("filename") or found.get("name") or ""


def _most_bytes() -> int:
    # A preflight sends no key, and is answered all the same.
    try:
        return uploads.most_bytes(stores.by_publishable_key(sent_key()))
    except DomainError:
        return settings().max_upload_bytes
