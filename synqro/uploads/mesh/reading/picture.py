"""A still of the part, from where the viewer in the browser first looks at it.

Place, lens and light are those of widget/viewer.js, so that nothing jumps when it takes over.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, WebPImagePlugin

from .corners import Corners, Source
from .raster import Canvas, Floats

WIDTH, HEIGHT, SHARP = 480, 386, 2
MOST_BYTES = 15_000
TURN, TILT, LENS = 0.56, 0.56, 3.2
COLOUR, LINE = (195, 200, 209), 0.74
LIGHT = np.array([-0.35, 0.55, 0.75], "f4") / np.float32(np.linalg.norm([-0.35, 0.55, 0.75]))
CREASE = 0.82  # cosine from which on two faces have a line between them
STEP = 0.004  # of the part's depth, from which on one face stands before the other

Image.preinit()  # before the fork, not in each child
assert WebPImagePlugin.SUPPORTED  # noqa: S101

Picture = npt.NDArray[np.floating[Any]]


def draw(source: Source) -> bytes:
    """Give back the part as WebP, clear around it."""
    camera = _camera(source)
    canvas = Canvas(WIDTH * SHARP, HEIGHT * SHARP)
    for corners in source:
        canvas.add(*camera.project(corners))
    return _encoded(_smaller(*_lit(canvas, camera)))


@dataclass
class _Camera:
    centre: Floats
    radius: float
    distance: float
    rows: Floats

    def project(self, corners: Corners) -> tuple[Floats, Floats, Floats, Floats]:
        """Give back x, y in pixels, nearness, and the way that each triangle faces."""
        seen = np.einsum("ij,cjk->cik", self.rows, corners - self.centre[:, None])
        near = 1 / (self.distance - seen[:, 2])
        scale = _lens(WIDTH, HEIGHT) * SHARP / 2 * near
        x = WIDTH * SHARP / 2 + seen[:, 0] * scale
        y = HEIGHT * SHARP / 2 - seen[:, 1] * scale
        return x, y, near, _facing(seen)


def _facing(seen: Floats) -> Floats:
    facing = np.cross(seen[1] - seen[0], seen[2] - seen[0], axis=0)
    facing *= np.where(facing[2] < 0, -1, 1) / np.maximum(np.linalg.norm(facing, axis=0), 1e-300)
    return facing.T


def _camera(source: Source) -> _Camera:
    low, high = np.full(3, np.inf), np.full(3, -np.inf)
    for corners in source:
        low, high = np.minimum(low, corners.min((0, 2))), np.maximum(high, corners.max((0, 2)))
    half = (high - low) / 2
    radius = float(np.linalg.norm(half)) or 1.0
    return _Camera(low + half, radius, _fit(half, radius) * radius, _rows(TURN))


def _rows(turn: float) -> Floats:
    a, b, c, d = np.cos(turn), np.sin(turn), np.cos(TILT), np.sin(TILT)
    return np.array([[a, b, 0], [-d * b, d * a, c], [c * b, -c * a, d]])


def _fit(half: Floats, radius: float) -> float:
    """Give back how far away, in radii, its box stays in sight while it turns around."""
    signs = np.array([[1 if n >> axis & 1 else -1 for axis in range(3)] for n in range(8)])
    reach = signs * (half + radius * 0.13)
    fit = 4.0
    for _ in range(6):
        most = 0.0
        for turn in np.arange(TURN, TURN + 3.1, 0.26):
            x, y, z = _rows(turn) @ reach.T
            scale = _lens(WIDTH, HEIGHT) / 2 / (fit * radius - z)
            most = max(
                most,
                float(abs(x * scale / WIDTH).max()) / 0.46,
                float(abs(y * scale / HEIGHT).max()) / 0.45,
            )
        fit = max(1.3, fit * most)
    return fit


def _lens(width: float, height: float) -> float:
    return LENS * min(width, height * 1.25)


def _lit(canvas: Canvas, camera: _Camera) -> tuple[Picture, Picture]:
    """Give back how light each pixel is, with lines where the surface breaks, and its opacity."""
    shape = (canvas.height, canvas.width)
    facing = canvas.facing.reshape(*shape, 3)
    near = (canvas.near * camera.distance).astype("f4").reshape(shape)
    light = 0.12 * facing[..., 1] + (0.22 * np.maximum(facing @ LIGHT, 0) + 0.82)
    light[_breaks(facing, near, STEP * camera.radius / camera.distance)] *= LINE
    return light, (near > 0).astype("f4")


def _breaks(facing: Picture, near: Picture, step: float) -> npt.NDArray[np.bool_]:
    found = np.zeros(near.shape, bool)
    for axis in (0, 1):
        face, depth = np.moveaxis(facing, axis, 0), np.moveaxis(near, axis, 0)
        lines = np.moveaxis(found, axis, 0)
        lines[1:] |= np.einsum("ijk,ijk->ij", face[:-1], face[1:]) < CREASE
        lines[1:-1] |= np.abs(depth[2:] - 2 * depth[1:-1] + depth[:-2]) > step
    return found & (near > 0)


def _smaller(light: Picture, opacity: Picture) -> npt.NDArray[np.uint8]:
    """Give back each block of pixels as one in colour, its light weighed by opacity."""
    whole = _blocks(opacity)
    mean = _blocks(light * opacity) / np.maximum(whole, 1)
    colour = np.minimum(mean[..., None] * np.array(COLOUR, "f4"), 255)
    return np.dstack([colour, whole * (255 / SHARP**2)]).round().astype(np.uint8)


def _blocks(picture: Picture) -> Picture:
    height, width = picture.shape[0] // SHARP, picture.shape[1] // SHARP
    summed: Picture = np.einsum("iajb->ij", picture.reshape(height, SHARP, width, SHARP))
    return summed


def _encoded(picture: npt.NDArray[np.uint8]) -> bytes:
    image = Image.fromarray(picture, "RGBA")
    for quality in (86, 70, 50, 30):
        file = BytesIO()
        image.save(file, "WEBP", quality=quality, method=4, alpha_quality=90)
        if file.tell() <= MOST_BYTES:
            break
    return file.getvalue()
