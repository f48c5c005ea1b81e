"""The merchant's one colour, and what follows from it."""

import re
from functools import lru_cache
from math import atan2, cos, hypot, sin

from synqro import stores

HEX = re.compile(r"#[0-9a-fA-F]{6}")
DEFAULT = "#0f6b5c"
Oklch = tuple[float, float, float]


@lru_cache(maxsize=512)
def stylesheet(color: str, radius: int, mode: str) -> str:
    """Give back the few declarations that make the widget the merchant's own.

    Browsers that cannot derive a colour from another get the derived ones as well.
    """
    color = color if HEX.fullmatch(color) else DEFAULT
    l, c, h = _oklch(color)  # noqa: E741
    derived = {
        "ink": ((min(l, 0.47), min(c, 0.15), h), (max(l, 0.8), min(c, 0.12), h)),
        "soft": ((0.962, min(c, 0.022), h), (0.275, min(c, 0.04), h)),
        "line": ((0.87, min(c, 0.05), h), (0.43, min(c, 0.07), h)),
        "edge": ((min(l, 0.72), c, h), (max(l, 0.5), c, h)),
    }
    pairs = ";".join(
        f"--brand-{name}:light-dark({_hex(light)},{_hex(dark)})"
        for name, (light, dark) in derived.items()
    )
    scheme = "light dark" if mode == "auto" else mode
    return (
        f":root{{--brand:{color};--brand-on:{stores.text_on(color.lower())};--r:{radius}px;"
        f"color-scheme:{scheme}}}"
        f"@supports not (color:oklch(from red l c h)){{:root{{{pairs}}}}}"
    )


def _linear(color: str) -> tuple[float, float, float]:
    parts = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    r, g, b = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)
    return r, g, b


def _oklch(color: str) -> Oklch:
    r, g, b = _linear(color)
    l = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)  # noqa: E741
    m = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    s = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    light = 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s
    a = 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s
    bb = 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s
    return light, hypot(a, bb), atan2(bb, a)


def _hex(color: Oklch) -> str:
    light, c, h = color
    a, b = c * cos(h), c * sin(h)
    l = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3  # noqa: E741
    m = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    s = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    channels = (
        4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
        -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
        -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s,
    )
    return "#" + "".join(f"{_channel(v):02x}" for v in channels)


def _channel(value: float) -> int:
    value = min(max(value, 0.0), 1.0)
    shown = 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055
    return round(shown * 255)
