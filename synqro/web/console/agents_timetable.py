"""The form of an automation's own timetable."""

import re
from collections.abc import Mapping
from typing import TypedDict

from flask_babel import gettext as _

from synqro import agents
from synqro.agents import Agent
from synqro.core.errors import field_error, fields_error

TIME = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])", re.ASCII)
DAILY, WEEKLY = "daily", "weekly"


class Timetable(TypedDict, total=False):
    """One of the two, as `agents.set_timetable` takes them."""

    every_seconds: int
    cron: str


def read(form: Mapping[str, str]) -> Timetable:
    """Read what was chosen. Raises Invalid naming every wrong field."""
    how = form.get("how", "")
    if how in map(str, agents.EVERY):
        return {"every_seconds": int(how)}
    if how not in (DAILY, WEEKLY):
        raise field_error("how", "required", _("Choose how often it runs."))
    wrong = []
    found = TIME.fullmatch(form.get("at", "").strip())
    if found is None:
        wrong.append(_one("at", "invalid", _("Enter a time like 06:30.")))
    day = form.get("day", "") if how == WEEKLY else "*"
    if day not in {"*", *"0123456"} or (how == WEEKLY and day == "*"):
        wrong.append(_one("day", "not_a_choice", _("Choose a day of the week.")))
    if wrong or found is None:
        raise fields_error(wrong)
    return {"cron": f"{int(found[2])} {int(found[1])} * * {day}"}


def shown(agent: Agent) -> dict[str, str]:
    """Give back the form's values as they are saved."""
    daily = agents.read_cron(agent.cron) if agent.cron else None
    if daily is None:
        return {"how": str(agent.every_seconds or ""), "at": "06:00", "day": "1"}
    if daily.weekday is None:
        return {"how": DAILY, "at": f"{daily.at:%H:%M}", "day": "1"}
    return {"how": WEEKLY, "at": f"{daily.at:%H:%M}", "day": str(daily.weekday)}


def _one(field: str, code: str, message: str) -> dict[str, str]:
    return {"field": field, "code": code, "message": message}
