"""Prices that explain themselves: rules, what they would change, and how to take it back."""

from .models import Cause, Change, ChangeOutcome, CompetitorPrice, Mode, Repricing, Rule, RunState

__all__ = [
    "Cause", "Change", "ChangeOutcome", "CompetitorPrice", "Mode", "Repricing", "Rule", "RunState",
]  # fmt: skip
