"""The one colour of a shop, and what can be read on it."""

import re

HEX = re.compile("#[0-9a-f]{6}")


def text_on(colour: str) -> str:
    """Give back #fff or #000, whichever reads better on `colour` (#rrggbb)."""
    light = _luminance(colour)
    return "#fff" if 1.05 / (light + 0.05) >= (light + 0.05) / 0.05 else "#000"


def contrast(colour: str) -> float:
    """Give back the contrast of that text on `colour`: 1 to 21, never below 4.5."""
    light = _luminance(colour)
    return max(1.05 / (light + 0.05), (light + 0.05) / 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)
