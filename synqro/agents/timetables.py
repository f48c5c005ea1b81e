"""When an automation runs that has a timetable of its own."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from synqro import stores
from synqro.agents.finding import find, locked
from synqro.agents.kinds import KINDS
from synqro.agents.models import Agent
from synqro.core.clock import now
from synqro.core.db import transaction
from synqro.core.errors import field_error

EVERY = (900, 3600, 21600, 86400)  # seconds
CRON = re.compile(r"([0-9]{1,2}) ([0-9]{1,2}) \* \* (\*|[0-6])", re.ASCII)
MONDAY = 1  # with Sunday as 0
ONE_DAY = timedelta(days=1)


class Daily(NamedTuple):
    """A time of day; `weekday` is 0 to 6 from Sunday, or None for every day."""

    at: time
    weekday: int | None = None

    def on(self, day: date) -> bool:
        return self.weekday is None or (day.weekday() + MONDAY) % 7 == self.weekday


def read_cron(cron: str) -> Daily | None:
    """Read "minute hour * * day", day 0 to 6 from Sunday or *; None where it is not that."""
    found = CRON.fullmatch(cron)
    if found is None or int(found[1]) > 59 or int(found[2]) > 23:
        return None
    return Daily(time(int(found[2]), int(found[1])), None if found[3] == "*" else int(found[3]))


def next_after(daily: Daily, zone: ZoneInfo, after: datetime) -> datetime:
    """Give back the first moment (UTC) behind `after` at which the clocks of `zone` show it.

    Each day once: on the long night of autumn the first time, and on the short one of
    spring, where the clocks may never show it, as late as if nobody had changed them.
    """
    day = after.astimezone(zone).date() - ONE_DAY
    while True:
        # The zone's own rule for times that are there twice or never: the offset of before.
        moment = datetime.combine(day, daily.at, zone).astimezone(UTC)
        if daily.on(day) and moment > after:
            return moment
        day += ONE_DAY


def next_run(agent: Agent, began: datetime) -> datetime | None:
    """Give back when an automation is to run next that ran at `began`; None where the sweep
    of its kind decides.
    """
    daily = read_cron(agent.cron) if agent.cron else None
    if daily is not None:
        zone = ZoneInfo(stores.by_id(agent.store_id).timezone)
        return next_after(daily, zone, max(began, now()))
    if agent.every_seconds is not None:
        return max(began + timedelta(seconds=agent.every_seconds), now())
    return None


@transaction()
def set_timetable(
    store_id: str, agent_id: str, *, every_seconds: int | None = None, cron: str | None = None
) -> Agent:
    """Let an automation run every so often (one of EVERY), or at a time of day in the store's
    zone (see `read_cron`). Raises AgentNotFound, Invalid.
    """
    agent = locked(find(store_id, agent_id).id)
    if not KINDS[agent.kind].own:
        raise field_error("schedule", "not_allowed", "This agent keeps a time of its own.")
    if (every_seconds is None) == (cron is None):
        raise field_error("schedule", "required", "Choose how often it runs, or at what time.")
    if every_seconds is not None and every_seconds not in EVERY:
        raise field_error("every_seconds", "not_a_choice", "Choose one of the times offered.")
    if cron is not None and read_cron(cron) is None:
        raise field_error("cron", "invalid", "Write it as “minute hour * * day”: 0 6 * * 1.")
    agent.every_seconds, agent.cron = every_seconds, cron
    agent.updated_at = now()
    if agent.paused_reason is None:
        agent.next_run_at = next_run(agent, agent.last_run_at or now())
    return agent
