"""Files that customers send along, each taken, understood and kept for a day."""

from collections.abc import Iterator
from itertools import chain
from typing import Annotated, Literal, NoReturn

from flask import g, request
from pydantic import BaseModel, Field, WithJsonSchema

from synqro import uploads
from synqro.core.errors import DomainError, Invalid, Unavailable
from synqro.web.contract import operation
from synqro.web.inputs import LooseIn
from synqro.web.mistakes import summary
from synqro.web.multipart import MOST_AROUND, MalformedForm, NotAForm, Part, parts
from synqro.web.storefront.blueprint import OriginNotAllowed, bp
from synqro.web.times import TimeOut
from synqro.web.visitors import visitor

FIELD = "file"
MESSAGES = {
    "required": "Send the file in a field named file.",
    "too_many": "Send one file at a time.",
    "unknown_field": "There is no such field.",
}


class WarningOut(BaseModel):
    code: str
    message: str


class MeshOut(BaseModel):
    """Sizes in millimetres; `shells` is null where there are too many triangles to count them."""

    format: str
    units: str | None
    triangles: int
    size_mm: list[float]
    volume_mm3: float | None
    area_mm2: float
    watertight: bool
    shells: int | None
    warnings: list[WarningOut]


class UploadOut(BaseModel):
    """`expires_at` is null once a quote holds the file; `mesh` where it is none."""

    upload_id: str
    upload_token: str
    filename: str
    bytes: int
    content_type: str
    expires_at: TimeOut | None
    mesh: MeshOut | None


class UploadForm(BaseModel):
    """A form with one file."""

    file: Annotated[
        bytes,
        Field(description="Its name says of which type it is."),
        WithJsonSchema({"type": "string", "format": "binary"}),
    ]


class UploadQuery(LooseIn):
    id: str = Field(max_length=64, examples=["up_01KAR1B5G8H2J6K0M4N7P1Q5R9"])
    token: str = Field(max_length=200)


class TakenBackOut(BaseModel):
    id: str
    object: Literal["upload"] = "upload"
    deleted: Literal[True] = True


REFUSALS: tuple[type[DomainError], ...] = (
    OriginNotAllowed,
    uploads.FileTooLarge,
    uploads.FileTypeNotAllowed,
    uploads.FileUnreadable,
    uploads.TooManyUploads,
    Unavailable,
)
LOST = (uploads.UploadNotFound, uploads.UploadGone)


@bp.post("/upload")
@operation(
    out=UploadOut, status=201, form=UploadForm, raises=(*REFUSALS, NotAForm, MalformedForm, Invalid)
)
def upload_file() -> UploadOut:
    """Send one file as the `file` of a form, and learn what it holds."""
    who, most = visitor(), uploads.most_bytes(g.store)
    uploads.check(g.store, who, max(0, (request.content_length or 0) - MOST_AROUND))
    form, wrong = parts(most), dict[str, str]()
    for part in form:
        content = _content(part)
        if part.name == FIELD and content:
            whole = _then_the_rest(content, form, wrong)
            received = uploads.receive(g.store, whole, filename=part.filename or "", visitor=who)
            return shown(received.upload, received.token)
        wrong[part.name] = "required" if part.name == FIELD else "unknown_field"
    _refuse({FIELD: "required"} | wrong)


@bp.get("/upload")
@operation(query=UploadQuery, out=UploadOut, raises=(*REFUSALS, *LOST, uploads.UploadUnfinished))
def get_upload(query: UploadQuery) -> UploadOut:
    """Show a file to whoever sent it, once all of it is there."""
    upload = uploads.by_token(g.store.id, query.id, query.token)
    return shown(uploads.finish(upload.id), query.token)


@bp.delete("/upload")
@operation(query=UploadQuery, out=TakenBackOut, raises=(*LOST, uploads.UploadInUse))
def take_back_upload(query: UploadQuery) -> TakenBackOut:
    """Take a file back, while no quote holds it."""
    uploads.take_back(g.store.id, query.id, query.token)
    return TakenBackOut(id=query.id)


def shown(upload: uploads.Upload, token: str) -> UploadOut:
    """Show a file that is ready."""
    return UploadOut(
        upload_id=upload.id,
        upload_token=token,
        filename=upload.filename,
        bytes=upload.bytes,
        content_type=upload.content_type or "",
        expires_at=upload.expires_at,
        mesh=MeshOut(**uploads.in_units(upload.mesh, None)) if upload.mesh else None,
    )


def _content(part: Part) -> Iterator[bytes] | None:
    """Give back a part's bytes, None where it is no file, or a field that was left empty."""
    if part.filename is None:
        return None
    first = next(part.chunks, b"")
    return chain((first,), part.chunks) if first or part.filename else None


def _then_the_rest(
    content: Iterator[bytes], form: Iterator[Part], wrong: dict[str, str]
) -> Iterator[bytes]:
    # What is wrong behind the file is found while nothing is kept of it.
    yield from content
    for part in form:
        wrong[part.name] = "too_many" if part.name == FIELD else "unknown_field"
    if wrong:
        _refuse(wrong)


def _refuse(wrong: dict[str, str]) -> NoReturn:
    fields = [
        {"field": name[:100], "code": code, "message": MESSAGES[code]}
        for name, code in wrong.items()
    ]
    raise Invalid(summary(len(fields)), fields=fields)
