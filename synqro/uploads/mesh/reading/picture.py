"""A still of the part, from where the viewer in the browser first looks at it.

Place, lens and light are those of widget/viewer.js, so that nothing jumps when it takes over.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from .corners import Corners, Source
from .raster import Canvas, Floats

WIDTH, HEIGHT, SHARP = 480, 386, 2
MOST_BYTES = 15_000
TURN, TILT, LENS = 0.56, 0.56, 3.2
COLOUR, LINE = (195, 200, 209), (132, 141, 157)
LIGHT = np.array([-0.35, 0.55, 0.75]) / np.linalg.norm([-0.35, 0.55, 0.75])
CREASE = 0.82  # cosine from which on two faces have a line between them
STEP = 0.004  # of the part's depth, from which on one face stands before the other

Picture = npt.NDArray[np.floating[Any]]


def draw(source: Source) -> bytes:
    """Give back the part as WebP, clear around it."""
    camera = _camera(source)
    canvas = Canvas(WIDTH * SHARP, HEIGHT * SHARP)
    for corners in source:
        canvas.add(*camera.project(corners))
    return _encoded(_smaller(_shaded(canvas, camera)))


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


def _shaded(canvas: Canvas, camera: _Camera) -> Picture:
    """Give back colour and opacity of each pixel, with lines where the surface breaks."""
    shape = (canvas.height, canvas.width)
    facing, near = canvas.facing.reshape(*shape, 3), canvas.near.reshape(shape)
    light = 0.82 + 0.22 * np.maximum(facing @ LIGHT, 0) + 0.12 * facing[..., 1]
    colour = light[..., None] * np.array(COLOUR)
    lines = _breaks(facing, near * camera.distance, STEP * camera.radius / camera.distance)
    colour = np.where(lines[..., None], np.minimum(colour * 0.78, LINE), colour)
    return np.dstack([np.clip(colour, 0, 255), (near > 0) * 255.0])


def _breaks(facing: Picture, near: Picture, step: float) -> npt.NDArray[np.bool_]:
    found = np.zeros(near.shape, bool)
    for axis in (0, 1):
        face, depth = np.moveaxis(facing, axis, 0), np.moveaxis(near, axis, 0)
        lines = np.moveaxis(found, axis, 0)
        bent = (face[:-1] * face[1:]).sum(-1) < CREASE
        lines[1:] |= bent
        apart = np.abs(depth[2:] - 2 * depth[1:-1] + depth[:-2]) > step
        lines[1:-1] |= apart
    return found & (near > 0)


def _smaller(picture: Picture) -> npt.NDArray[np.uint8]:
    """Give back each block of pixels as one, colours weighed by their opacity."""
    blocks = picture.reshape(HEIGHT, SHARP, WIDTH, SHARP, 4)
    opacity = blocks[..., 3:].sum((1, 3))
    colour = (blocks[..., :3] * blocks[..., 3:]).sum((1, 3)) / np.maximum(opacity, 1)
    return np.dstack([colour, opacity / SHARP**2]).round().astype(np.uint8)


def _encoded(picture: npt.NDArray[np.uint8]) -> bytes:
    image = Image.fromarray(picture, "RGBA")
    for quality in (86, 70, 50, 30):
        file = BytesIO()
        image.save(file, "WEBP", quality=quality, method=4, alpha_quality=90)
        if file.tell() <= MOST_BYTES:
            break
    return file.getvalue()
