"""When a price was seen, and what becomes of the lines of a file, in words."""

from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_babel import ngettext

from synqro.core.clock import now
from synqro.repricer import PriceOutcome
from synqro.web.console.wording import local

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WORDS = {
    PriceOutcome.WRONG: (lazy("Wrong"), "circle-x", "bad"),
    PriceOutcome.OLDER: (lazy("Left out"), "circle-slash", "warn"),
    PriceOutcome.NEW: (lazy("New"), "plus", "info"),
    PriceOutcome.CHANGED: (lazy("Changes"), "circle-dot", "info"),
    PriceOutcome.SAME: (lazy("Same price"), "minus", ""),
}


def seen_ago(when: datetime) -> str:
    """Say how old a price is: seen just now, 38 minutes, 2 hours or 3 days ago."""
    passed = now() - when
    if passed < timedelta(minutes=1):
        return str(_("seen just now"))
    if passed < HOUR:
        minutes = passed // timedelta(minutes=1)
        return str(ngettext("seen %(num)s minute ago", "seen %(num)s minutes ago", minutes))
    if passed < DAY:
        return str(ngettext("seen %(num)s hour ago", "seen %(num)s hours ago", passed // HOUR))
    days = (local(now()).date() - local(when).date()).days
    return str(ngettext("seen %(num)s day ago", "seen %(num)s days ago", days))
