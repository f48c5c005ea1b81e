"""Pictures: drawn anew from whatever was uploaded, kept once, served in three widths."""

import zlib
from io import BytesIO
from struct import pack
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image as Pillow

from synqro import catalogue, stores
from synqro.catalogue.pictures import names
from synqro.core.errors import Invalid, NotFound
from tests import makers


def picture(width: int = 1200, height: int = 800, format: str = "JPEG", **how: Any) -> bytes:
    mode = how.pop("mode", "RGB")
    file = BytesIO()
    Pillow.new(mode, (width, height), how.pop("color", "teal")).save(file, format, **how)
    return file.getvalue()


def opened(content: bytes) -> Any:
    return Pillow.open(BytesIO(content))


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_picture_is_served_as_webp_in_three_widths(
    client: FlaskClient, store: stores.Store, format: str
) -> None:
    product = makers.product(store)
    image = catalogue.add_image(store.id, product.id, picture(format=format), alt="A vase")
    assert (image.width, image.height, image.alt) == (960, 640, "A vase")
    for width in (96, 480, 960):
        answer = client.get(catalogue.image_path(image, width))
        assert (answer.status_code, answer.mimetype) == (200, "image/webp")
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert opened(answer.data).size == (width, round(width * 2 / 3))


@pytest.mark.parametrize(("width", "known"), [(50, [96]), (96, [96]), (97, [96, 480])])
def test_a_small_picture_is_never_blown_up(
    client: FlaskClient, store: stores.Store, width: int, known: list[int]
) -> None:
    product = makers.product(store)
    image = catalogue.add_image(store.id, product.id, picture(width, 40))
    assert (image.width, names(width)) == (width, known)
    assert opened(client.get(catalogue.image_path(image, 960)).data).width == width


def test_a_strip_stays_a_picture(store: stores.Store) -> None:
    product = makers.product(store)
    image = catalogue.add_image(store.id, product.id, picture(900, 20_000))
    assert image.height <= 4 * 960 and image.width > 0
    catalogue.remove_image(store.id, product.id, image.id)


def test_a_photo_stands_upright_and_says_nothing_of_where_it_was_taken(
    store: stores.Store,
) -> None:
    exif = Pillow.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "taken at home"
    product = makers.product(store)
    image = catalogue.add_image(store.id, product.id, picture(800, 600, exif=exif))
    assert (image.width, image.height) == (600, 800)
    file = catalogue.image_file(image.digest, 480)
    assert not opened(file).getexif() and b"taken at home" not in file


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "CMYK"])
def test_every_kind_of_colour_is_read(store: stores.Store, mode: str) -> None:
    format = "JPEG" if mode == "CMYK" else "PNG"
    content = picture(300, 200, format, mode=mode, color=0)
    product = makers.product(store)
    image = catalogue.add_image(store.id, product.id, content)
    drawn = opened(catalogue.image_file(image.digest, 480))
    assert drawn.has_transparency_data == (mode in ("RGBA", "LA"))


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be huge."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return pack(">I", len(body)) + kind + body + pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HOSTILE = {
    "nothing": (b"", "file_type_not_allowed"),
    "text": (b"hello", "file_type_not_allowed"),
    "svg": (SVG, "file_type_not_allowed"),
    "html": (b"<!doctype html><script>alert(1)</script>", "file_type_not_allowed"),
    "gif": (picture(20, 20, "GIF"), "file_type_not_allowed"),
    "tiff": (picture(20, 20, "TIFF"), "file_type_not_allowed"),
    "heic": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "file_type_not_allowed"),
    "bomb": (bomb(50_000, 50_000), "file_too_large"),
    "wide bomb": (bomb(2_000_000_000, 1), "file_too_large"),
    "empty png": (bomb(10, 10), "file_unreadable"),
    "truncated": (picture(900, 900, "PNG")[:-400], "file_unreadable"),
    "cut jpeg": (picture()[:200], "file_unreadable"),
    "cut header": (b"\xff\xd8\xff", "file_unreadable"),
    "cut avif": (picture(20, 20, "AVIF")[:60], "file_unreadable"),
    "heavy": (picture() + b"\0" * (10 * 1024 * 1024), "file_too_large"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_made_to_harm_is_refused_by_its_content(store: stores.Store, name: str) -> None:
    content, code = HOSTILE[name]
    product = makers.product(store)
    with pytest.raises(Invalid) as refused:
        catalogue.add_image(store.id, product.id, content)
    assert refused.value.code == code
    assert catalogue.find(store.id, product.id).images == []


def test_a_page_hidden_in_a_picture_does_not_come_along(store: stores.Store) -> None:
    product = makers.product(store)
    image = catalogue.add_image(store.id, product.id, picture() + SVG)
    assert b"<svg" not in catalogue.image_file(image.digest, 960)


def test_the_same_picture_twice_shares_its_files_until_the_last_goes(
    client: FlaskClient, store: stores.Store
) -> None:
    content = picture()
    one, two = makers.product(store), makers.product(store)
    first = catalogue.add_image(store.id, one.id, content)
    second = catalogue.add_image(store.id, two.id, content)
    path = catalogue.image_path(first, 480)
    assert path == catalogue.image_path(second, 480)
    catalogue.remove_image(store.id, one.id, first.id)
    assert client.get(path).status_code == 200
    catalogue.remove_image(store.id, two.id, second.id)
    assert client.get(path).status_code == 404


def test_two_stores_share_nothing(store: stores.Store, twin: stores.Store) -> None:
    content = picture()
    mine = catalogue.add_image(store.id, makers.product(store).id, content)
    theirs = catalogue.add_image(twin.id, makers.product(twin).id, content)
    assert mine.digest != theirs.digest


def test_pictures_are_described_and_put_in_order(store: stores.Store) -> None:
    product = makers.product(store)
    a, b, c = (catalogue.add_image(store.id, product.id, picture(100 + n, 100)) for n in range(3))
    catalogue.order_images(store.id, product.id, [c.id, a.id, b.id])
    catalogue.describe_image(store.id, product.id, a.id, "  From above  ")
    fresh = catalogue.find(store.id, product.id)
    assert [image.id for image in fresh.images] == [c.id, a.id, b.id]
    assert fresh.images[1].alt == "From above"
    assert catalogue.first_images(store.id, [product.id]) == {product.id: c}
    for alt in ("x" * 301, "nul\0l"):
        with pytest.raises(Invalid):
            catalogue.describe_image(store.id, product.id, a.id, alt)
    with pytest.raises(NotFound):
        catalogue.order_images(store.id, product.id, [a.id, a.id, b.id])
    with pytest.raises(NotFound):
        catalogue.remove_image(store.id, makers.product(store).id, a.id)


def test_a_product_has_at_most_twelve_pictures(store: stores.Store) -> None:
    product = makers.product(store)
    content = picture(10, 10)
    for _ in range(12):
        catalogue.add_image(store.id, product.id, content)
    with pytest.raises(Invalid, match="12 pictures"):
        catalogue.add_image(store.id, product.id, content)


@pytest.mark.parametrize(
    "path",
    [
        "/media/0123456789abcdef0123456789abcdef-96.webp",
        "/media/0123456789abcdef0123456789abcdef-97.webp",
        "/media/..%2f..%2fsecret_key-96.webp",
        "/media/x-96.png",
        "/media/-96.webp",
        "/media/\u0661-96.webp",
    ],
)
def test_what_is_no_picture_is_not_found(app: Flask, client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
