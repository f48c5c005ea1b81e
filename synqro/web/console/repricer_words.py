"""What the pages of the repricer say of runs, of changes and of when it works."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_babel import ngettext

from synqro import agents, repricer, stores
from synqro.agents import Agent, Kind
from synqro.repricer import Cause, ChangeOutcome, Repricing, RunState, Why
from synqro.web.console.agents_words import timetable
from synqro.web.console.doers import names_of, who
from synqro.web.console.listings_words import place
from synqro.web.console.wording import moment

STAYS = {
    Why.AT_TARGET: lazy("Right already"),
    Why.NO_RULE: lazy("No rule is for it"),
    Why.ANOTHER_FIRST: lazy("A rule above decides"),
    Why.RULE_OFF: lazy("The rule is off"),
    Why.NO_COST: lazy("What it costs to make is missing"),
    Why.UNDONE: lazy("Left alone since a change was undone"),
    Why.OUTSIDE_HOURS: lazy("Outside the rule’s times"),
    Why.OVER: lazy("The rule has ended"),
    Why.COOLING_DOWN: lazy("Changed a short while ago"),
    Why.TOO_MANY: lazy("Changed often enough today"),
    Why.TOO_SMALL: lazy("Too small a change"),
    Why.STEP_LIMITED: lazy("It has moved far enough for now"),
    Why.DAY_LIMITED: lazy("It has moved far enough today"),
    Why.STEP_BLOCKED: lazy("Too far to go at once"),
    Why.DAY_BLOCKED: lazy("Too far to go in a day"),
    Why.PRICE_WAR: lazy("Resting from a price war"),
    Why.FLOOR_ABOVE: lazy("Its lowest price is above its highest"),
    Why.OUT_OF_REACH: lazy("No price leaves as much"),
    Why.NO_COMPETITOR: lazy("Nobody else’s price is known"),
    Why.BELOW_FLOOR: lazy("Others are below its lowest price"),
    Why.NO_CEILING: lazy("No highest price is set"),
    Why.OTHER_CURRENCY: lazy("In another currency"),
    Why.STOCK_UNCOUNTED: lazy("Its stock isn’t counted"),
}


class Line(NamedTuple):
    """A price as a row shows it: what it is of, from what to what, and why."""

    id: str
    listing_id: str
    title: str
    where: str
    image: Any
    old: int
    new: int
    currency: str
    why: str
    steps: Sequence[str] = ()
    rule: str = ""
    outcome: ChangeOutcome = ChangeOutcome.PLANNED
    problem: str = ""

    @property
    def moves(self) -> bool:
        return self.old != self.new


class Said(NamedTuple):
    """A run in words; `undo` is how many of its changes can be taken back."""

    what: str
    when: str
    lost: str
    undo: int


def lines_tried(found: Iterable[repricer.Tried]) -> list[Line]:
    """Give back what a rule would do to listings."""
    return [
        Line(
            "",
            listing.id,
            _titled(listing),
            place(listing.marketplace),
            listing.picture,
            listing.price,
            verdict.price,
            listing.currency,
            repricer.explain(verdict.reasons, listing.currency),
        )
        for listing, verdict in found
    ]


def lines_of(changes: Sequence[repricer.Change]) -> list[Line]:
    """Give back changes of a run as rows."""
    return [
        Line(
            one.change.id,
            one.listing.id,
            _titled(one.listing),
            place(one.listing.marketplace),
            one.listing.picture,
            one.change.old_price,
            one.change.new_price,
            one.change.currency,
            one.line,
            one.sentences,
            one.change.rule_name or "",
            one.change.outcome,
            one.change.problem or "",
        )
        for one in repricer.shown(g.store.id, changes)
    ]


def said_of(runs: Sequence[Repricing]) -> dict[str, Said]:
    """Say of runs what they did, when, by whom, and what was lost."""
    by = {run.id: stores.By(person_id=run.person_id, key_id=run.key_id) for run in runs}
    names = names_of(by.values())
    return {run.id: _said(run, by[run.id], names) for run in runs}


def why_they_stay(tally: Mapping[str, int]) -> list[tuple[str, int]]:
    """Say why prices stay, and of how many each is so, the most first."""
    found = [(str(STAYS.get(Why(code), code)), int(tally[code])) for code in tally if code in STAYS]
    rest = sum(int(number) for code, number in tally.items() if code not in STAYS)
    found += [(str(_("For another reason")), rest)] if rest else []
    return sorted(found, key=lambda one: -one[1])


def automation() -> Agent | None:
    """Give back what runs the rules by itself."""
    return agents.of_kind(g.store.id, Kind.REPRICER)


def often(agent: Agent | None) -> str:
    """Say when the rules run by themselves."""
    if agent is None:
        return ""
    if agent.paused_reason is not None:
        return str(_("Paused: nothing runs by itself."))
    when = timetable(agent)
    return str(_("Runs %(when)s.", when=when[:1].lower() + when[1:]))


def _titled(listing: repricer.ShownListing) -> str:
    return ", ".join((listing.title, *listing.options.values()))


def _said(run: Repricing, by: stores.By, names: Mapping[stores.By, str]) -> Said:
    lost = ""
    if run.lost:
        lost = ngettext(
            "%(num)s was not changed: something else changed meanwhile.",
            "%(num)s were not changed: something else changed meanwhile.",
            run.lost,
        )
    left = run.applied - run.undone
    can = run.state in (RunState.APPLIED, RunState.READY) and left
    return Said(_what(run), _when(run, _whose(run, by, names)), lost, int(can))


def _when(run: Repricing, whose: str) -> str:
    """Say when prices changed, or were worked out where none has yet; and when they were undone."""
    done = run.state is RunState.APPLIED and run.applied and run.ended_at
    said = f"{moment(done or run.created_at)}. {whose}"
    if run.state is RunState.UNDONE and run.ended_at:
        undone = _("Undone %(time)s.", time=moment(run.ended_at))
        return f"{said} {undone}"
    return said


def _what(run: Repricing) -> str:
    prices = ngettext("%(num)s price changed", "%(num)s prices changed", run.applied)
    if run.state is RunState.UNDONE and run.undone == run.applied:
        return str(_("%(prices)s, then undone", prices=prices))
    if run.undone:
        return str(_("%(prices)s, %(num)s undone", prices=prices, num=run.undone))
    if run.applied or run.state is RunState.APPLYING:
        return str(prices)
    if run.state is RunState.READY:
        words = ngettext("Would change %(num)s price", "Would change %(num)s prices", run.changed)
        return str(words)
    return str(_("Prices left alone") if run.changed else _("No price would change"))


def _whose(run: Repricing, by: stores.By, names: Mapping[stores.By, str]) -> str:
    if named := who(by, names):
        inside = named if by in names else named[:1].lower() + named[1:]
        return str(_("By %(who)s.", who=inside))
    return str(_("By the timetable.") if run.cause is Cause.SCHEDULE else _("By Synqro."))
