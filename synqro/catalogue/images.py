"""A product's pictures: kept under their content's hash, served in three widths."""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, select

from synqro.catalogue.models import Image, Product
from synqro.catalogue.pictures import Drawn, draw_picture, names
from synqro.catalogue.products import locked
from synqro.catalogue.rules import wrong, wrong_text
from synqro.catalogue.shelf import find
from synqro.catalogue.tidy import text
from synqro.core import storage
from synqro.core.db import db, transaction
from synqro.core.errors import Invalid, NotFound
from synqro.core.ids import new_id

MOST_IMAGES = 12
LONGEST_ALT = 300


class Kept(NamedTuple):
    """A picture whose files are in the storage; `width` and `height` are the largest one's."""

    digest: str
    width: int
    height: int


def keep_picture(store_id: str, drawn: Drawn) -> Kept:
    """Store the files of a picture. A network call where the storage is far away."""
    digest = hashlib.sha256(store_id.encode() + drawn.hash).hexdigest()[:32]
    for width, file in drawn.by_width.items():
        storage.put(_key(digest, width), file)
    return Kept(digest, drawn.width, drawn.height)


def add_image(
    store_id: str, product_id: str, content: bytes | Drawn | Kept, alt: str = ""
) -> Image:
    """Draw a picture, keep its files and put it behind the product's others.

    Inside a transaction only for one that is kept already. Raises ProductNotFound,
    FileTooLarge, FileTypeNotAllowed, FileUnreadable, and Invalid for a text that is too long
    or a picture too many.
    """
    alt = _checked(alt)
    _room_for_one(find(store_id, product_id))
    drawn = draw_picture(content) if isinstance(content, bytes) else content
    kept = drawn if isinstance(drawn, Kept) else keep_picture(store_id, drawn)
    with transaction():
        product = locked(store_id, product_id)
        _room_for_one(product)
        image = Image(
            id=new_id("img"),
            store_id=store_id,
            product_id=product_id,
            position=max((image.position for image in product.images), default=-1) + 1,
            alt=alt,
            digest=kept.digest,
            width=kept.width,
            height=kept.height,
        )
        db.session.add(image)
        db.session.flush()
        db.session.refresh(product, ["images"])
    return image


def remove_image(store_id: str, product_id: str, image_id: str) -> None:
    """Take a picture away; its files go with the last row that names them.

    Raises ProductNotFound and NotFound.
    """
    with transaction():
        product = locked(store_id, product_id)
        image = _one(product, image_id)
        db.session.delete(image)
        db.session.flush()
        db.session.refresh(product, ["images"])
        same = select(func.count()).where(Image.store_id == store_id, Image.digest == image.digest)
        last = not db.session.scalar(same)
    if last:
        for width in names(image.width):
            storage.delete(_key(image.digest, width))


@transaction()
def order_images(store_id: str, product_id: str, image_ids: Sequence[str]) -> None:
    """Put a product's pictures in this order. Raises ProductNotFound, NotFound."""
    product = locked(store_id, product_id)
    if sorted(image_ids) != sorted(image.id for image in product.images):
        raise NotFound("Name every picture of the product once.")
    for image in product.images:
        image.position = image_ids.index(image.id)
    db.session.flush()
    db.session.refresh(product, ["images"])


@transaction()
def describe_image(store_id: str, product_id: str, image_id: str, alt: str) -> Image:
    """Say what a picture shows. Raises ProductNotFound, NotFound, and Invalid on `alt`."""
    image = _one(locked(store_id, product_id), image_id)
    image.alt = _checked(alt)
    return image


def image_path(image: Image, width: int) -> str:
    """Give back the path of the file for `width` (96, 480 or 960), or of the widest below it."""
    return f"/media/{image.digest}-{min(width, names(image.width)[-1])}.webp"


def image_file(digest: str, width: int) -> bytes:
    """Give back the content of one of the files. Raises NotFound."""
    return storage.get(_key(digest, width))


def _key(digest: str, width: int) -> str:
    return f"images/{digest}-{width}.webp"


def _checked(alt: str) -> str:
    alt = text(alt) or ""
    if problems := list(wrong_text("alt", alt, LONGEST_ALT)):
        raise Invalid(problems[0]["message"], fields=problems)
    return alt


def _room_for_one(product: Product) -> None:
    if len(product.images) >= MOST_IMAGES:
        say = f"A product has at most {MOST_IMAGES} pictures."
        raise Invalid(say, fields=[wrong("images", "too_many", say)])


def _one(product: Product, image_id: str) -> Image:
    for image in product.images:
        if image.id == image_id:
            return image
    raise NotFound("This product has no such picture.")
