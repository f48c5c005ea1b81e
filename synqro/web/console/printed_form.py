"""Grams and hours as people type them, and as they read them."""

import re

from flask_babel import gettext as _

from synqro.core.typed import Unread

NUMBER = r"[0-9]{1,9}(?:[.,][0-9]{1,2})?"
WEIGHT = re.compile(rf"({NUMBER})\s*(g|kg|grams?)?", re.ASCII | re.IGNORECASE)
CLOCK = re.compile(r"([0-9]{1,6}):([0-5][0-9])(?::([0-5][0-9]))?", re.ASCII)
HOURS = re.compile(rf"({NUMBER})\s*(h|hours?|hrs?|m|mins?|minutes?)", re.ASCII | re.IGNORECASE)
IN_PARTS = re.compile(
    r"(?:([0-9]{1,4})\s*d(?:ays?)?)?\s*"
    r"(?:([0-9]{1,6})\s*(?:h|hours?|hrs?))?\s*"
    r"(?:([0-9]{1,6})\s*(?:m|mins?|minutes?)?)?\s*"
    r"(?:([0-9]{1,6})\s*(?:s|secs?|seconds?))?",
    re.ASCII | re.IGNORECASE,
)
SECOND, MINUTE, HOUR, DAY = 1, 60, 3600, 86_400


def read_weight(text: str) -> int:
    """Give back mg, 0 for an empty field: 96, 96.5 g, 1.2 kg. Raises Unread."""
    text = text.strip()
    if not text:
        return 0
    found = WEIGHT.fullmatch(text)
    if found is None:
        raise Unread("not_a_weight", _("Enter grams, like 96 or 96.5."))
    grams = 1000 if (found[2] or "").lower() == "kg" else 1
    return _hundredths(found[1]) * 10 * grams


def read_time(text: str) -> int:
    """Give back seconds, 0 for an empty field: 8:40, 8 h 40, 8.67 h, 45 min, 1d 2h 5m.

    A number alone is refused: minutes taken for hours would spoil every speed. Raises Unread.
    """
    text = text.strip()
    if not text:
        return 0
    if re.fullmatch(NUMBER, text):
        say = _("Say hours or minutes: %(number)s h or %(number)s min.", number=text)
        raise Unread("no_unit", say)
    if found := CLOCK.fullmatch(text):
        return int(found[1]) * HOUR + int(found[2]) * MINUTE + int(found[3] or 0)
    if found := HOURS.fullmatch(text):
        of = MINUTE if found[2].lower().startswith("m") else HOUR
        return (_hundredths(found[1]) * of + 50) // 100
    if found := IN_PARTS.fullmatch(text):
        sizes = (DAY, HOUR, MINUTE, SECOND)
        return sum(int(part or 0) * size for part, size in zip(found.groups(), sizes, strict=True))
    raise Unread("not_a_time", _("Enter a time like 8:40, 8 h 40 or 8.67 h."))


def typed_weight(milligrams: int) -> str:
    """Write mg as they are typed, in grams; nothing for 0."""
    return f"{milligrams / 1000:.2f}".rstrip("0").rstrip(".") if milligrams else ""


def typed_time(seconds: int) -> str:
    """Write seconds as they are typed, 8:40 or 8:40:30; nothing for 0."""
    if not seconds:
        return ""
    minutes, rest = divmod(seconds, MINUTE)
    clock = f"{minutes // 60}:{minutes % 60:02}"
    return f"{clock}:{rest:02}" if rest else clock


def _hundredths(text: str) -> int:
    whole, _point, rest = text.replace(",", ".").partition(".")
    return int(whole) * 100 + int(rest.ljust(2, "0") or 0)
