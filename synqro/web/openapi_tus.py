"""The routes of tus in the OpenAPI document: they speak in headers, and are written by hand.

https://tus.io/protocols/resumable-upload
"""

from typing import Any

from synqro import uploads
from synqro.core.errors import DomainError, Unavailable
from synqro.web import openapi_refusals as refusals
from synqro.web.openapi_operations import in_path, security
from synqro.web.openapi_schemas import Schema
from synqro.web.storefront import tus

BEGIN, PIECE, OPTIONS = (
    f"storefront.{name}" for name in ("begin_upload", "upload_piece", "tus_options")
)
COMMON = (tus.WrongTusVersion, Unavailable)
REFUSED = (uploads.FileTooLarge, uploads.FileTypeNotAllowed, uploads.FileUnreadable)
LOST = (uploads.UploadNotFound, uploads.UploadGone)
APPEND = (
    *(*REFUSED, *LOST, tus.InvalidTusHeader, tus.NotAPiece),
    *(uploads.OffsetMismatch, uploads.TooManyPieces),
)
RAISES: dict[tuple[str, str], tuple[type[DomainError], ...]] = {
    (BEGIN, "POST"): (*COMMON, *APPEND, uploads.TooManyUploads),
    (PIECE, "HEAD"): (*COMMON, *LOST),
    (PIECE, "PATCH"): (*COMMON, *APPEND),
    (PIECE, "DELETE"): (*COMMON, *LOST, uploads.UploadInUse),
    (PIECE, "POST"): (*COMMON, *APPEND, uploads.UploadInUse),
}
TAG = "Storefront uploads"
WORDS = {
    (BEGIN, "POST"): "Make room for a file that comes in pieces; a first piece may come along.",
    (PIECE, "HEAD"): "Say how much of a file is there.",
    (PIECE, "PATCH"): "Add a piece to a file.",
    (PIECE, "DELETE"): "Take a file back.",
    (PIECE, "POST"): "Do what X-HTTP-Method-Override says, for who can send no PATCH or DELETE.",
    (OPTIONS, "OPTIONS"): "Say what is spoken here, and how large a file may be.",
}
MADE = {
    "Location": "Where the pieces go. It needs no key.",
    "Synqro-Upload-Id": "The file's id, for `upload_ids` of a quote.",
    "Synqro-Upload-Token": "What opens the file to whoever sent it.",
}
SAYS: dict[str, str] = {
    "Tus-Resumable": "The version of tus: 1.0.0.",
    "Upload-Offset": "How many bytes are there.",
    "Upload-Expires": "When the file goes, unless a quote holds it by then.",
    "Upload-Length": "How many bytes the whole file has.",
    "Upload-Metadata": "`filename`, and the name in base64.",
    "Tus-Version": "The versions of tus that are spoken.",
    "Tus-Extension": "The extensions of tus that are spoken.",
    "Tus-Max-Size": "How many bytes a file may have.",
    **MADE,
}
WHERE = ("Tus-Resumable", "Upload-Offset", "Upload-Expires")
DONE: dict[tuple[str, str], dict[str, tuple[str, ...]]] = {
    (BEGIN, "POST"): {"201": (*WHERE, *MADE)},
    (PIECE, "HEAD"): {"200": (*WHERE, "Upload-Length", "Upload-Metadata")},
    (PIECE, "PATCH"): {"204": WHERE},
    (PIECE, "DELETE"): {"204": ("Tus-Resumable",)},
    (PIECE, "POST"): {"200": (*WHERE, "Upload-Length", "Upload-Metadata"), "204": WHERE},
    (OPTIONS, "OPTIONS"): {
        "204": ("Tus-Resumable", "Tus-Version", "Tus-Extension", "Tus-Max-Size")
    },
}
NUMBER = {"type": "integer", "minimum": 0, "maximum": 10**18 - 1}
VERSION = ("Tus-Resumable", True, {"type": "string", "const": tus.VERSION})
OFFSET = ("Upload-Offset", True, NUMBER)
OVERRIDE = ("X-HTTP-Method-Override", True, {"type": "string", "enum": ["HEAD", "PATCH", "DELETE"]})
ASKS: dict[tuple[str, str], tuple[tuple[str, bool, Schema], ...]] = {
    (BEGIN, "POST"): (
        VERSION,
        ("Upload-Length", True, NUMBER),
        ("Upload-Metadata", False, {"type": "string", "examples": ["filename YnJhY2tldC5zdGw="]}),
    ),
    (PIECE, "HEAD"): (VERSION,),
    (PIECE, "PATCH"): (VERSION, OFFSET),
    (PIECE, "DELETE"): (VERSION,),
    (PIECE, "POST"): (VERSION, OVERRIDE, ("Upload-Offset", False, NUMBER)),
    (OPTIONS, "OPTIONS"): (),
}
BYTES: Schema = {tus.PIECE: {"schema": {"type": "string", "format": "binary"}}}


def described(endpoint: str, method: str, rule: str) -> Schema:
    """Give back what the document says of one of these routes."""
    key = (endpoint, method)
    found: Schema = {
        "tags": [TAG],
        "operationId": operation_id(endpoint, method, rule),
        "summary": WORDS[key],
        "security": security(endpoint, None),
        "parameters": [
            *([in_path("token")] if "<token>" in rule else []),
            *(_header(*asked) for asked in ASKS[key]),
        ],
        "responses": _answers(endpoint, method),
    }
    if method in {"POST", "PATCH"}:
        found["requestBody"] = {"required": method == "PATCH", "content": BYTES}
    return found


def operation_id(endpoint: str, method: str, rule: str) -> str:
    name = endpoint.replace(".", "_")
    if endpoint == BEGIN:
        return name
    return f"{name}_{method.lower()}" if "<token>" in rule else name


def refused() -> set[type[DomainError]]:
    """Give back every refusal of these routes."""
    return {error for errors in RAISES.values() for error in errors}


def _answers(endpoint: str, method: str) -> Schema:
    done: dict[str, Any] = {
        status: {"description": WORDS[endpoint, method], "headers": _says(names)}
        for status, names in DONE[endpoint, method].items()
    }
    raised = RAISES.get((endpoint, method))
    if raised is None:
        return done
    refused = refusals.answers((*raised, *refusals.of_face(endpoint, "GET")))
    found = {str(status): refusals.answer(status, codes) for status, codes in refused.items()}
    for answer in found.values():
        answer["headers"] = _says(("Tus-Resumable",))
        if method == "HEAD":
            del answer["content"]
    return {**done, **found}


def _says(names: tuple[str, ...]) -> Schema:
    ours = {"X-Request-Id": {"$ref": "#/components/headers/X-Request-Id"}}
    said = {name: {"description": SAYS[name], "schema": {"type": "string"}} for name in names}
    return ours | said


def _header(name: str, required: bool, schema: Schema) -> Schema:
    example = {"example": 0} if schema is NUMBER else {}
    return {"name": name, "in": "header", "required": required, "schema": schema, **example}
