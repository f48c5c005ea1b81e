"""From an uploaded file to small WebP files: what it holds decides, never its name.

Everything is drawn anew, so nothing that was hidden in the file comes along.
"""

from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from itertools import pairwise
from threading import Lock

from PIL import Image as Pillow
from PIL import ImageCms, ImageOps
from PIL.Image import Image as Picture

from synqro.core.errors import Invalid

WIDTHS = (96, 480, 960)
TALLEST = 4  # times the width, so that a strip stays a picture
MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
SIGNS = (b"\xff\xd8\xff", b"\x89PNG", b"RIFF")
WORDS = "Use a JPEG, PNG, WebP or AVIF picture."
Pillow.MAX_IMAGE_PIXELS = None  # ours is the stricter check, before anything is decoded
one_at_a_time = Lock()  # a large picture takes 160 MB while it is open


class FileUnreadable(Invalid):
    """It says that it is a picture, but cannot be opened."""

    code = "file_unreadable"


class FileTypeNotAllowed(Invalid):
    """None of the formats we read."""

    code = "file_type_not_allowed"


class FileTooLarge(Invalid):
    """Too many bytes, or too many pixels."""

    code = "file_too_large"


@dataclass(frozen=True)
class Drawn:
    """A picture's files by the width they are named after, and the size of the largest.

    `hash` is that of the file it was drawn from.
    """

    hash: bytes
    by_width: dict[int, bytes]
    width: int
    height: int


def draw_picture(content: bytes) -> Drawn:
    """Give back a picture as WebP in every width it fills.

    Raises FileTooLarge, FileTypeNotAllowed and FileUnreadable.
    """
    if len(content) > MOST_BYTES:
        raise FileTooLarge("This picture is larger than 10 MB. Export a smaller one.")
    with one_at_a_time, _opened(content) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise FileTooLarge("This picture has more than 40 megapixels. Export a smaller one.")
        try:
            picture = _upright(opened)
            return _drawn(sha256(content).digest(), picture)
        except Exception as error:  # a decoder may raise anything over bytes made to harm it
            raise FileUnreadable("This picture is damaged. Export it again.") from error


def names(width: int) -> list[int]:
    """Give back which of WIDTHS exist for a picture that was `width` wide."""
    return [WIDTHS[0], *(w for smaller, w in pairwise(WIDTHS) if width > smaller)]


def _opened(content: bytes) -> Picture:
    try:
        return Pillow.open(BytesIO(content), formats=FORMATS)
    except Exception as error:
        if content.startswith(SIGNS) or content[4:12] in (b"ftypavif", b"ftypavis"):
            raise FileUnreadable("This picture is damaged. Export it again.") from error
        if content[4:8] == b"ftyp":
            raise FileTypeNotAllowed(f"We can't read HEIC pictures. {WORDS}") from error
        raise FileTypeNotAllowed(f"This is not a picture that we can read. {WORDS}") from error


def _upright(opened: Picture) -> Picture:
    opened.draft("RGB", (2 * WIDTHS[-1], 2 * WIDTHS[-1] * TALLEST))
    profile = opened.info.get("icc_profile")
    turned = ImageOps.exif_transpose(opened)
    mode = "RGBA" if turned.has_transparency_data else "RGB"
    return _in_srgb(turned, profile, mode) if profile else turned.convert(mode)


def _in_srgb(picture: Picture, profile: bytes, mode: str) -> Picture:
    """Give back the picture in the web's colours; one whose profile is broken as it is."""
    try:
        own = ImageCms.ImageCmsProfile(BytesIO(profile))
        srgb = ImageCms.createProfile("sRGB")
        plain = picture if picture.mode in ("RGB", "RGBA", "CMYK", "L") else picture.convert(mode)
        done = ImageCms.profileToProfile(plain, own, srgb, outputMode=mode)
        return done or plain.convert(mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture.convert(mode)


def _drawn(hash: bytes, picture: Picture) -> Drawn:
    largest = _within(WIDTHS[-1], picture)
    made = {width: _webp(_within(width, largest)) for width in names(largest.width)}
    return Drawn(hash, made, largest.width, largest.height)


def _within(width: int, picture: Picture) -> Picture:
    small = picture.copy()
    small.thumbnail((width, width * TALLEST), Pillow.Resampling.LANCZOS)
    return small


def _webp(picture: Picture) -> bytes:
    file = BytesIO()
    picture.save(file, "WEBP", quality=82, method=4)
    return file.getvalue()
