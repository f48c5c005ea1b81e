"""Automations that a person can watch: the schedule, lock and history of each."""

from .kinds import KINDS, About
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
from .opening import follow_opening
from .reporting import Problem, Report

__all__ = [
    "KINDS", "About", "Agent", "AgentStatus", "Beat", "Kind", "PausedReason", "Problem", "Report",
    "Run", "RunOutcome", "RunState", "Trigger", "follow_opening",
]  # fmt: skip
