"""/console/quotes/numbers: what became of the quotes, and how soon they were answered."""

from typing import NamedTuple

from flask import g, render_template, request
from flask_babel import gettext as _

from synqro import quotes
from synqro.quotes import Band, Tally, Week
from synqro.web.console.blueprint import bp
from synqro.web.console.wording import day, money

PERIODS = (30, 90, 365)
USUAL = 90
ENOUGH = 5  # decided quotes, fewer make no percentage
SLOTS = 12  # bars that the chart has room for at least
TALL, WIDE, GAP = 100, 10, 0.8


class Piece(NamedTuple):
    """A stretch of a bar; `kind` is the word of its colour."""

    kind: str
    y: float
    height: float


class Bar(NamedTuple):
    x: float
    words: str
    pieces: list[Piece]


class Chart(NamedTuple):
    """`most` is how many were asked in the week whose bar is the whole height."""

    width: int
    most: int
    bars: list[Bar]


@bp.get("/quotes/numbers")
def numbers() -> str:
    """Show what became of the quotes of the last 30, 90 or 365 days."""
    days = {str(period): period for period in PERIODS}.get(request.args.get("days", ""), USUAL)
    found = quotes.numbers(g.store, days)
    return render_template(
        "console/quotes/numbers.html",
        found=found,
        days=days,
        periods=PERIODS,
        chart=chart(found.weeks),
        abroad=found.tally.abroad,
        band_words=band_words,
        decided_words=decided_words,
        took=took(found.answers.minutes),
    )


def rate(won: int, decided: int) -> str:
    """Write a share in percent, and in pieces where a percentage would promise too much."""
    if not decided:
        return str(_("None yet"))
    if decided < ENOUGH:
        return str(_("%(won)s of %(all)s", won=won, all=decided))
    return f"{(200 * won + decided) // (2 * decided)}%"


def decided_words(found: Band | Tally) -> str:
    return rate(found.won, found.won + found.lost)


def took(minutes: int | None) -> str:
    """Write a duration in its two largest units: 3 h 20 min."""
    if minutes is None:
        return str(_("No answer yet"))
    if minutes < 1:
        return str(_("Under 1 min"))
    hours, rest = divmod(minutes, 60)
    days, over = divmod(hours, 24)
    if days:
        whole = "1 day" if days == 1 else _("%(days)s days", days=f"{days:,}")
        return f"{whole} {over} h" if over else str(whole)
    if hours:
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{rest} min"


def band_words(band: Band) -> str:
    """Say which prices a band holds, in the store's currency."""
    currency = g.store.currency
    least = None if band.least is None else money(band.least, currency)
    below = None if band.below is None else money(band.below, currency)
    if least and below:
        return str(_("%(least)s to under %(below)s", least=least, below=below))
    if below:
        return str(_("Under %(below)s", below=below))
    return str(_("%(least)s and more", least=least) if least else _("Any price"))


def chart(weeks: list[Week]) -> Chart:
    """Draw a bar a week, of what was won, lost, is waiting and was turned down."""
    most = max((week.tally.asked for week in weeks), default=0)
    drawn = [(_words(week), _pieces(week.tally, most)) for week in weeks]
    bars = [Bar(at * WIDE, *bar) for at, bar in enumerate(drawn)]
    return Chart(max(len(weeks), SLOTS) * WIDE, most, bars)


def _pieces(tally: Tally, most: int) -> list[Piece]:
    found, low = [], float(TALL)
    kinds = ("won", tally.won), ("lost", tally.lost), ("waiting", tally.waiting)
    for kind, many in (*kinds, ("refused", tally.refused)):
        height = TALL * many / most if many else 0.0
        low -= height
        if many:
            shown = max(height - GAP, height / 2)
            found.append(Piece(kind, round(low + height - shown, 2), round(shown, 2)))
    return found


def _words(week: Week) -> str:
    tally = week.tally
    return str(
        _(
            "%(day)s: %(won)s won, %(lost)s lost, %(waiting)s waiting, %(refused)s turned down",
            day=day(week.since),
            won=tally.won,
            lost=tally.lost,
            waiting=tally.waiting,
            refused=tally.refused,
        )
    )
