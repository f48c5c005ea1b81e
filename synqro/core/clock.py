"""The only clock. Tests move it with a file that holds seconds to add."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

_file: Path | None = None


def use_file(path: Path | None) -> None:
    """From now on add the seconds written in `path`; None means the true time."""
    global _file
    _file = path


def now() -> datetime:
    """Give back the aware time in UTC."""
    return datetime.now(UTC) + _shift()


def today(timezone: str) -> date:
    """Give back the date it is now in `timezone`, an IANA name."""
    return now().astimezone(ZoneInfo(timezone)).date()


def end_of_day(day: date, timezone: str) -> datetime:
    """Give back the first moment (UTC) at which `day` is over in `timezone`."""
    return datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(timezone)).astimezone(UTC)


def _shift() -> timedelta:
    if _file is None:
        return timedelta()
    try:
        return timedelta(seconds=float(_file.read_text() or 0))
    except (FileNotFoundError, ValueError):
        return timedelta()
