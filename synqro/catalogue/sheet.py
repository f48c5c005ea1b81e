"""The first pictures of a shop as one file, so that its first view costs one request."""

from collections.abc import Sequence
from hashlib import sha256
from io import BytesIO
from threading import Lock

from PIL import Image as Pillow
from PIL import ImageOps
from PIL.Image import Image as Picture

from synqro.catalogue.images import image_file
from synqro.catalogue.models import Image
from synqro.catalogue.pictures import names
from synqro.core import storage
from synqro.core.errors import NotFound

CELLS = 4
SIDE = 400
GROUND = (240, 240, 242)
MOST_BYTES = 14_000
QUALITIES = (50, 42, 34, 26, 18)
_made: set[str] = set()
_one_at_a_time = Lock()


def sheet(images: Sequence[Image]) -> str:
    """Give back the path of one AVIF with up to four pictures side by side, squares of SIDE.

    It is drawn the first time these pictures are asked for and kept under their hash.
    Raises NotFound where a file of theirs is gone.
    """
    digest = sha256("\n".join(image.digest for image in images).encode()).hexdigest()[:32]
    if digest not in _made:
        with _one_at_a_time:
            _ensure(digest, images)
        _made.add(digest)
    return f"/media/sheet-{digest}.avif"


def sheet_file(digest: str) -> bytes:
    """Give back the content of a sheet. Raises NotFound."""
    return storage.get(_key(digest))


def _ensure(digest: str, images: Sequence[Image]) -> None:
    try:
        storage.get(_key(digest))
    except NotFound:
        storage.put(_key(digest), _drawn(images[:CELLS]))


def _key(digest: str) -> str:
    return f"sheets/{digest}.avif"


def _drawn(images: Sequence[Image]) -> bytes:
    whole = Pillow.new("RGB", (CELLS * SIDE, SIDE), GROUND)
    for cell, image in enumerate(images):
        whole.paste(_square(image), (cell * SIDE, 0))
    content = b""
    for quality in QUALITIES:
        file = BytesIO()
        whole.save(file, "AVIF", quality=quality, speed=6)
        content = file.getvalue()
        if len(content) <= MOST_BYTES:
            break
    return content


def _square(image: Image) -> Picture:
    width = min(480, names(image.width)[-1])
    with Pillow.open(BytesIO(image_file(image.digest, width))) as opened:
        seen = Pillow.new("RGB", opened.size, GROUND)
        seen.paste(opened, mask=opened.getchannel("A") if "A" in opened.getbands() else None)
        return ImageOps.fit(seen, (SIDE, SIDE), Pillow.Resampling.LANCZOS)
