"""Days and times of a rule in plain words. Pure."""

from collections.abc import Sequence
from itertools import groupby

from flask_babel import gettext as _

from synqro.web.console.repricer_times import SEVERAL, Span


def spans_words(found: Sequence[Span]) -> list[str]:
    """Say spans of time, those of single days with the same hours together."""
    said = []
    for _hours, same in groupby(found, key=_hours_of):
        first, *more = same
        days = [day_words(span.day) for span in (first, *more)] if more else []
        said.append(span_words(first, _and(days)))
    return said


def span_words(span: Span, days: str = "") -> str:
    """Say a span of time: Friday 18:00 to Sunday 22:00. `days` are said instead of its first."""
    several = {"daily": _("every day"), "weekdays": _("Monday to Friday")}
    first = days or several.get(span.day) or day_words(span.day)
    if not span.to and span.since == span.until:
        return str(first if not span.since else f"{first} {clock(span.since)}, {_('24 hours')}")
    last = f"{day_words(span.to)} " if span.to and span.day not in SEVERAL else ""
    return str(
        _(
            "%(day)s %(since)s to %(last)s%(until)s",
            day=first,
            since=clock(span.since),
            last=last,
            until=clock(span.until),
        )
    )


def day_words(day: str) -> str:
    names = {
        "mon": _("Monday"), "tue": _("Tuesday"), "wed": _("Wednesday"), "thu": _("Thursday"),
        "fri": _("Friday"), "sat": _("Saturday"), "sun": _("Sunday"),
    }  # fmt: skip
    return str(names[day])


def clock(minutes: int) -> str:
    """Write minutes after midnight: 18:00."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _hours_of(span: Span) -> tuple[str, str, int, int]:
    """Give back what spans that are said together have in common."""
    alone = span.day if span.to or span.day in SEVERAL else ""
    return alone, span.to, span.since, span.until


def _and(parts: Sequence[str]) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return str(_("%(some)s and %(last)s", some=", ".join(parts[:-1]), last=parts[-1]))
