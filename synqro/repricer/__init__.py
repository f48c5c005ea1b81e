"""Prices that explain themselves: rules, what they would change, and how to take it back."""

from .errors import RuleNotFound, TooManyRules
from .models import Cause, Change, ChangeOutcome, CompetitorPrice, Mode, Repricing, Rule, RunState
from .packing import packed, ruled, unpacked

__all__ = [
    "Cause", "Change", "ChangeOutcome", "CompetitorPrice", "Mode", "Repricing", "Rule",
    "RuleNotFound", "RunState", "TooManyRules", "packed", "ruled", "unpacked",
]  # fmt: skip
