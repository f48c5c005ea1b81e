"""How automations are told on the console's pages: state, times, and what a pause means."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from flask import g, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_babel import ngettext

from synqro import agents, stores
from synqro.agents import AgentStatus, Kind, PausedReason, Run, RunOutcome, RunState, Shown, Trigger
from synqro.core.clock import now, today
from synqro.web.console import doers
from synqro.web.console.wording import day, local

MINUTE, HOUR, DAY = 60, 3600, 86400
FREQUENT = 3600  # seconds: what comes more often is told by how often

PAUSES = {
    Kind.WEBHOOK_DELIVERY: lazy(
        "Events pile up and nothing is lost: they are sent when you resume."
    ),
    Kind.RESERVATION_SWEEPER: lazy(
        "Checkouts that nobody finished keep their pieces until you resume."
    ),
    Kind.QUOTE_FOLLOWUP: lazy(
        "Customers get no reminders. Nobody can accept a price after its last day, but it is "
        "marked as ended when you resume."
    ),
    Kind.REPRICER: lazy("Prices stay as they are until you resume, or run the rules yourself."),
    Kind.STOCK_WATCH: lazy(
        "You are told of nothing that runs low until you resume; then of all of it."
    ),
    Kind.SETTLEMENT_SYNC: lazy(
        "Payouts are read only where Stripe tells of them, until you resume."
    ),
    Kind.RETENTION: lazy("Customers’ files are kept beyond their time until you resume."),
}
WEEKDAYS = (
    lazy("Sunday"), lazy("Monday"), lazy("Tuesday"), lazy("Wednesday"), lazy("Thursday"),
    lazy("Friday"), lazy("Saturday"),
)  # fmt: skip
OUTCOMES = {
    RunOutcome.SUCCEEDED: (lazy("Done"), "circle-check", "ok"),
    RunOutcome.PARTIAL: (lazy("Partly done"), "triangle-alert", "warn"),
    RunOutcome.FAILED: (lazy("Failed"), "circle-alert", "bad"),
    RunOutcome.SKIPPED: (lazy("Nothing to do"), "circle-slash", ""),
}
TRIGGERS = {
    Trigger.SCHEDULE: lazy("By its timetable"),
    Trigger.MANUAL: lazy("Asked for"),
    Trigger.EVENT: lazy("Something happened"),
}


class Chip(NamedTuple):
    words: str
    icon: str
    kind: str = ""


class Fix(NamedTuple):
    """Where what stops an automation can be put right."""

    words: str
    path: str


def name(kind: Kind) -> str:
    return agents.KINDS[kind].name


def pause_means(kind: Kind) -> str:
    return str(PAUSES.get(kind, ""))


def state(one: Shown) -> Chip:
    """Say how an automation stands: first what somebody has to know."""
    agent = one.agent
    if one.queued:
        return Chip(_("Starting"), "hourglass", "info")
    if one.running:
        return Chip(_("Running"), "loader", "info")
    if agent.paused_reason in (PausedReason.AUTH_EXPIRED, PausedReason.TOO_MANY_FAILURES):
        return Chip(_("Stuck"), "circle-alert", "bad")
    if agent.paused_reason:
        return Chip(_("Paused"), "pause")
    if agent.status is AgentStatus.ERROR:
        return Chip(_("Failing"), "circle-alert", "bad")
    return Chip(_("On"), "circle-check", "ok")


def is_stuck(agent: agents.Agent) -> bool:
    """True where somebody has to know why it does not do its work."""
    by_itself = agent.paused_reason not in (None, PausedReason.MERCHANT)
    return by_itself or (agent.status is AgentStatus.ERROR)


def fix(agent: agents.Agent) -> Fix | None:
    """Say where to go to put it right, None where its own page is the place."""
    if agent.kind is Kind.WEBHOOK_DELIVERY:
        return Fix(_("See your endpoints"), url_for("console.list_endpoints"))
    if agent.paused_reason is PausedReason.AUTH_EXPIRED or agent.kind is Kind.SETTLEMENT_SYNC:
        return Fix(_("Check the connection"), url_for("console.integrations"))
    if agent.kind is Kind.QUOTE_FOLLOWUP:
        return Fix(_("See your quotes"), url_for("console.list_quotes"))
    return None


def works_at(kind: Kind) -> Fix | None:
    """Say where what an automation works on is seen, None where nothing else shows it."""
    places = {
        Kind.WEBHOOK_DELIVERY: (_("Endpoints"), "console.list_endpoints"),
        Kind.RESERVATION_SWEEPER: (_("Stock"), "console.list_stock"),
        Kind.QUOTE_FOLLOWUP: (_("Quotations"), "console.list_quotes"),
        Kind.REPRICER: (_("Price rules"), "console.list_repricer"),
        Kind.STOCK_WATCH: (_("Stock"), "console.list_stock"),
        Kind.SETTLEMENT_SYNC: (_("Settlements"), "console.list_settlements"),
    }
    found = places.get(kind)
    return Fix(found[0], url_for(found[1])) if found else None


def last(one: Shown) -> tuple[str, str]:
    """Say when it ran last, and what came of it."""
    if one.running:
        return _("Now"), ""
    if is_stuck(one.agent) and one.agent.error_at:
        return when(one.agent.error_at), one.agent.error_message or ""
    if one.last_run_at is None:
        return _("Not yet"), ""
    if one.last is None:
        return when(one.last_run_at), _("Nothing to do")
    ended = one.last.ended_at or one.last.created_at
    told = summary(one.last)
    if one.last_run_at - ended > timedelta(minutes=1):
        return when(one.last_run_at), _(
            "Nothing to do. %(time)s: %(what)s", time=when(ended), what=told
        )
    return when(ended), told


def following(one: Shown) -> str:
    """Say when it runs next, or why it does not."""
    agent, about = one.agent, one.about
    if agent.paused_reason is PausedReason.MERCHANT:
        return str(_("When you resume it"))
    if agent.paused_reason:
        return str(_("When that is put right"))
    if agent.not_before and agent.not_before > now():
        return str(_("Tries again %(time)s", time=when(agent.not_before)))
    if about.events:
        return str(_("When something happens"))
    if not about.own and about.every < FREQUENT:
        return how_often(about.every)
    return when(one.next_run_at) if one.next_run_at else str(_("Soon"))


def how_often(seconds: int) -> str:
    """Write an interval: Every 15 seconds, Every minute, Every 6 hours."""
    if seconds < MINUTE:
        return str(_("Every %(number)s seconds", number=seconds))
    if seconds % HOUR == 0:
        return str(ngettext("Every hour", "Every %(num)s hours", seconds // HOUR))
    return str(ngettext("Every minute", "Every %(num)s minutes", seconds // MINUTE))


def when(moment: datetime) -> str:
    """Write a time of about now: Today 08:00, Tomorrow 06:30, Sun 22 Nov, 07:00."""
    there = local(moment)
    away = (there.date() - today(g.store.timezone)).days
    words = {0: _("Today"), 1: _("Tomorrow"), -1: _("Yesterday")}
    if away in words:
        return f"{words[away]} {there:%H:%M}"
    return f"{day(there.date())}, {there:%H:%M}"


def summary(run: Run) -> str:
    """Say what came of a run: its own words, or its outcome's."""
    if run.outcome is RunOutcome.FAILED:
        return run.error_message or run.summary or str(_("It failed"))
    if run.summary:
        return run.summary
    if run.outcome is None:
        return str(_("Under way") if run.state is RunState.RUNNING else _("Waits for its turn"))
    return str(OUTCOMES[run.outcome][0])


def outcome(run: Run) -> Chip:
    if run.outcome is None:
        return Chip(str(_("Running")), "loader", "info")
    words, icon, kind = OUTCOMES[run.outcome]
    return Chip(str(words), icon, kind)


def duration(run: Run) -> str:
    """Write how long a run took: 0.6 s, 12 s, 3 min, 5 h, 3 days."""
    if run.started_at is None or run.ended_at is None:
        return ""
    seconds = max(0.0, (run.ended_at - run.started_at).total_seconds())
    if seconds < 0.1:
        return "< 0.1 s"
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 2 * MINUTE:
        return f"{seconds:.0f} s"
    if seconds < 2 * HOUR:
        return str(_("%(number)s min", number=round(seconds / MINUTE)))
    if seconds < 2 * DAY:
        return str(_("%(number)s h", number=round(seconds / HOUR)))
    return str(_("%(number)s days", number=round(seconds / DAY)))


def timetable(agent: agents.Agent) -> str:
    """Say when it runs by its own timetable, or its kind's."""
    about = agents.KINDS[agent.kind]
    daily = agents.read_cron(agent.cron) if agent.cron else None
    if daily and daily.weekday is None:
        return str(_("Every day at %(time)s", time=f"{daily.at:%H:%M}"))
    if daily:
        named = WEEKDAYS[daily.weekday or 0]
        return str(_("Every %(day)s at %(time)s", day=named, time=f"{daily.at:%H:%M}"))
    if about.events:
        return str(_("When something happens"))
    return how_often(agent.every_seconds or about.every)


def who(run: Run, names: Mapping[stores.By, str]) -> str:
    """Say what began a run, and who asked for it."""
    asked = str(TRIGGERS[run.trigger])
    return (run.trigger is Trigger.MANUAL and doers.who(by(run), names)) or asked


def by(run: Run) -> stores.By:
    return stores.By(person_id=run.person_id, key_id=run.key_id)
