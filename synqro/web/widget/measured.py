"""Dimension lines on the still of a part, where widget/lines.js draws them on the live one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import cos, hypot, sin

from synqro.web.widget.blueprint import bp

WIDTH, HEIGHT = 480, 386  # of the still
TURN, TILT, LENS = 0.56, 0.56, 3.2  # as in widget/viewer.js
ROOM = 0.13  # between box and lines, in radii
SHORTEST, TICK, EDGE = 26, 6, 48

Point = tuple[float, float]
Project = Callable[[Sequence[float]], Point]


@dataclass(frozen=True)
class Label:
    axis: int
    x: float
    y: float


@dataclass(frozen=True)
class Lines:
    bed: str
    path: str
    labels: list[Label]


@bp.app_template_global()
def dimension_lines(size: Sequence[float]) -> Lines | None:
    """Give back the lines for a part of this size, None for one that has none."""
    half = [side / 2 for side in size]
    radius = hypot(*half)
    if not radius:
        return None
    gap, project = radius * ROOM, _camera(radius, _nearest(half, radius), TURN)
    path, labels = [], []
    for axis, (a, b) in enumerate(_ends(half, gap, project)):
        across = (a[1] - b[1], b[0] - a[0])
        long = hypot(*across)
        if long > SHORTEST:
            x, y = across[0] / long, across[1] / long
            path.append(_line(a, b) + _tick(a, x, y) + _tick(b, x, y))
            labels.append(_label(axis, a, b, x, y))
    return Lines(_bed(half, gap, project), "".join(path), labels)


def _rows(turn: float) -> list[list[float]]:
    a, b, c, d = cos(turn), sin(turn), cos(TILT), sin(TILT)
    return [[a, b, 0], [-d * b, d * a, c], [c * b, -c * a, d]]


def _camera(radius: float, fit: float, turn: float) -> Project:
    rows, lens = _rows(turn), LENS * min(WIDTH, HEIGHT * 1.25) / 2

    def project(point: Sequence[float]) -> Point:
        x, y, z = (sum(r * p for r, p in zip(row, point, strict=True)) for row in rows)
        k = lens / (fit * radius - z)
        return WIDTH / 2 + x * k, HEIGHT / 2 - y * k

    return project


def _nearest(half: list[float], radius: float) -> float:
    """Give back how far away, in radii, its box stays in sight while it turns around."""
    reach = [side + radius * ROOM for side in half]
    corners = [[v if n >> i & 1 else -v for i, v in enumerate(reach)] for n in range(8)]
    fit = 4.0
    for _ in range(6):
        seen = [
            _camera(radius, fit, TURN + step * 0.26)(corner)
            for step in range(12)
            for corner in corners
        ]
        most = max(max(abs(x / WIDTH - 0.5) / 0.46, abs(y / HEIGHT - 0.5) / 0.45) for x, y in seen)
        fit = max(1.3, fit * most)
    return fit


def _ends(half: list[float], gap: float, project: Project) -> list[tuple[Point, Point]]:
    """Width and depth at the foot, on the sides that face us; height at the right edge."""

    def end(corner: tuple[int, int, int], axis: int) -> Point:
        reach = [side + (gap if i == axis else 0) for i, side in enumerate(half)]
        return project([sign * side for sign, side in zip(corner, reach, strict=True)])

    return [
        (end((-1, -1, -1), 1), end((1, -1, -1), 1)),
        (end((1, -1, -1), 0), end((1, 1, -1), 0)),
        (end((1, 1, -1), 0), end((1, 1, 1), 0)),
    ]


def _label(axis: int, a: Point, b: Point, x: float, y: float) -> Label:
    middle = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
    away = -1 if (middle[0] - WIDTH / 2) * x + (middle[1] - HEIGHT / 2) * y < 0 else 1
    at = (middle[0] + away * x * 40, middle[1] + away * y * 18 + 5)
    return Label(
        axis,
        round(min(max(at[0], EDGE), WIDTH - EDGE), 1),
        round(min(max(at[1], 16), HEIGHT - 8), 1),
    )


def _line(a: Point, b: Point) -> str:
    return f"M{a[0]:.1f} {a[1]:.1f}L{b[0]:.1f} {b[1]:.1f}"


def _tick(at: Point, x: float, y: float) -> str:
    return _line((at[0] - TICK * x, at[1] - TICK * y), (at[0] + TICK * x, at[1] + TICK * y))


def _bed(half: list[float], gap: float, project: Project) -> str:
    x, y, z = half[0] + gap * 2, half[1] + gap * 2, -half[2]
    return "".join(
        _line(project((-x, t * y, z)), project((x, t * y, z)))
        + _line(project((t * x, -y, z)), project((t * x, y, z)))
        for t in (-1, -0.5, 0, 0.5, 1)
    )
