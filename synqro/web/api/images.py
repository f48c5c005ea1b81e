"""/v1/products/{id}/images: pictures added and taken away."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from flask import Response, g, request
from pydantic import BaseModel, Field

from synqro import catalogue
from synqro.core.errors import Invalid, NotFound, TooLarge, Unavailable, Unsupported
from synqro.core.wiring import settings
from synqro.web import idempotent, multipart
from synqro.web.api.blueprint import bp
from synqro.web.api.once import once
from synqro.web.contract import operation
from synqro.web.mistakes import summary

FIELDS = ("image", "file")
WIDEST = max(catalogue.WIDTHS)
SAID = {
    "required": "Send the picture in a field named image.",
    "too_many": "Send one picture at a time.",
    "unknown_field": "There is no such field.",
}


class PictureTooLarge(TooLarge):
    code = "file_too_large"


class PictureTypeNotAllowed(Unsupported):
    code = "file_type_not_allowed"


class ImageOut(BaseModel):
    """`url` leads to a WebP of at most 960 pixels in width, which anybody may fetch."""

    id: str
    object: Literal["image"] = "image"
    url: str
    alt: str
    width: int
    height: int


class ImageForm(BaseModel):
    """`file` may stand in place of `image`."""

    image: bytes = Field(description="At most 10 MB of JPEG, PNG, WebP or AVIF.")
    alt: str | None = Field(None, max_length=300, description="What the picture shows.")


class ImageDeletedOut(BaseModel):
    id: str
    object: Literal["image"] = "image"
    deleted: Literal[True] = True


@bp.post("/products/<product_id>/images")
@operation(
    scope="products:write",
    form=ImageForm,
    out=ImageOut,
    status=201,
    raises=(
        catalogue.ProductNotFound,
        multipart.MalformedForm,
        multipart.NotAForm,
        PictureTooLarge,
        PictureTypeNotAllowed,
        catalogue.FileUnreadable,
        Invalid,
        Unavailable,
    ),
)
def add_image(product_id: str) -> Response | ImageOut:
    """Put a picture behind the product's others."""
    sent = _sent()
    key = request.headers.get("Idempotency-Key")
    if key is not None and (answer := idempotent.begin(key, sent.fingerprint)):
        return answer
    catalogue.find(g.store.id, product_id)
    kept = catalogue.keep_picture(g.store.id, _drawn(sent.content))
    added = once(
        lambda: catalogue.add_image(g.store.id, product_id, kept, sent.alt),
        lambda made: made.id,
        lambda image_id: _find(product_id, image_id),
    )
    return image(added)


@bp.delete("/products/<product_id>/images/<image_id>")
@operation(
    scope="products:write", out=ImageDeletedOut, raises=(catalogue.ProductNotFound, NotFound)
)
def delete_image(product_id: str, image_id: str) -> ImageDeletedOut:
    """Take a picture away."""
    catalogue.find(g.store.id, product_id)
    catalogue.remove_image(g.store.id, product_id, image_id)
    return ImageDeletedOut(id=image_id)


def image(row: catalogue.Image) -> ImageOut:
    """Show a picture by its largest file."""
    return ImageOut(
        id=row.id,
        url=settings().public_url + catalogue.image_path(row, WIDEST),
        alt=row.alt,
        width=row.width,
        height=row.height,
    )


@dataclass(frozen=True)
class Sent:
    """What the form holds. Its fingerprint does not change with the form's boundary, which is
    another one each time a program sends it.
    """

    content: bytes
    alt: str

    @property
    def fingerprint(self) -> str:
        whole = hashlib.sha256(self.content).hexdigest() + self.alt
        return idempotent.fingerprint(whole.encode())


def _sent() -> Sent:
    """Read the form. Raises what add_image does, naming every wrong field."""
    _refuse_over(max(0, (request.content_length or 0) - multipart.MOST_AROUND))
    found, wrong = dict[str, bytes](), dict[str, str]()
    for part in multipart.parts(catalogue.MOST_BYTES):
        if part.name == "alt":
            found["alt"] = multipart.text(part).encode()
        elif part.name not in FIELDS:
            wrong[part.name] = "unknown_field"
        elif found.get("image"):
            wrong[part.name] = "too_many"
        else:
            found["image"] = _bytes(part.chunks)
    if not found.get("image"):
        wrong["image"] = "required"
    if wrong:
        raise Invalid(summary(len(wrong)), fields=[_wrong(*one) for one in wrong.items()])
    return Sent(found["image"], found.get("alt", b"").decode())


def _bytes(chunks: Iterator[bytes]) -> bytes:
    content = bytearray()
    for chunk in chunks:
        content += chunk
        _refuse_over(len(content))
    return bytes(content)


def _refuse_over(length: int) -> None:
    if length > catalogue.MOST_BYTES:
        raise PictureTooLarge("This picture is larger than 10 MB. Send a smaller one.")


def _wrong(name: str, code: str) -> dict[str, str]:
    return {"field": name[:100], "code": code, "message": SAID[code]}


def _drawn(content: bytes) -> catalogue.Drawn:
    try:
        return catalogue.draw_picture(content)
    except catalogue.FileTooLarge as error:
        raise PictureTooLarge(str(error)) from error
    except catalogue.FileTypeNotAllowed as error:
        raise PictureTypeNotAllowed(str(error)) from error


def _find(product_id: str, image_id: str) -> catalogue.Image:
    for row in catalogue.find(g.store.id, product_id).images:
        if row.id == image_id:
            return row
    raise NotFound("This product has no such picture.")
