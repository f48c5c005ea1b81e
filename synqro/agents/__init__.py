"""Automations that a person can watch: the schedule, lock and history of each."""

from .asking import ask, end_lost, waiting
from .errors import AgentNotFound, AgentRunning
from .finding import failing, find, find_run, is_on, latest_runs, of_kind, resting, runs
from .kinds import KINDS
from .models import (
    Agent,
    AgentStatus,
    Beat,
    Kind,
    PausedReason,
    Run,
    RunOutcome,
    RunState,
    Trigger,
)
from .noting import note
from .opening import follow_opening
from .pausing import pause, resume
from .reporting import Problem, Report
from .retention import purge
from .showing import Counters, Shown, listed, shown
from .sweeping import beating, calm, calm_silent, due, in_turn, longest_waiting, looked_at, move_on
from .timetables import EVERY, Daily, next_after, read_cron, set_timetable
from .wire import as_wire, run_as_wire
from .working import take_up, work

__all__ = [
    "EVERY", "KINDS", "Agent", "AgentNotFound", "AgentRunning", "AgentStatus", "Beat", "Counters",
    "Daily", "Kind", "PausedReason", "Problem", "Report", "Run", "RunOutcome", "RunState", "Shown",
    "Trigger", "as_wire", "ask", "beating", "calm", "calm_silent", "due", "end_lost", "failing",
    "find", "find_run", "follow_opening", "in_turn", "is_on", "latest_runs", "listed",
    "longest_waiting", "looked_at", "move_on", "next_after", "note", "of_kind", "pause", "purge",
    "read_cron", "resting", "resume", "run_as_wire", "runs", "set_timetable", "shown", "take_up",
    "waiting", "work",
]  # fmt: skip
