"""Prices that explain themselves: rules, what they would change, and how to take it back."""

from .errors import RuleNotFound, TooManyRules
from .models import Cause, Change, ChangeOutcome, CompetitorPrice, Mode, Repricing, Rule, RunState
from .packing import packed, ruled, unpacked
from .terms import (
    Action,
    Age,
    Band,
    Basis,
    Bounds,
    Competitor,
    Direction,
    Exceed,
    Fallback,
    Filters,
    Fixed,
    Guards,
    Margin,
    PriceWar,
    Rounding,
    Schedule,
    Scope,
    StockBands,
    StrategyType,
    Target,
    Terms,
    Velocity,
    Window,
)

__all__ = [
    "Action", "Age", "Band", "Basis", "Bounds", "Cause", "Change", "ChangeOutcome", "Competitor",
    "CompetitorPrice", "Direction", "Exceed", "Fallback", "Filters", "Fixed", "Guards", "Margin",
    "Mode", "PriceWar", "Repricing", "Rounding", "Rule", "RuleNotFound", "RunState", "Schedule",
    "Scope", "StockBands", "StrategyType", "Target", "Terms", "TooManyRules", "Velocity", "Window",
    "packed", "ruled", "unpacked",
]  # fmt: skip
