"""Prices that explain themselves: rules, what they would change, and how to take it back."""

from .deciding import Prepared, decide, prepare
from .errors import RuleNotFound, TooManyRules
from .facts import Facts, Moved, Reason, Rival, Ruled, Verdict
from .floors import Span, span
from .models import Cause, Change, ChangeOutcome, CompetitorPrice, Mode, Repricing, Rule, RunState
from .needing import Needs, needs
from .packing import packed, ruled, unpacked
from .reading import read, written
from .reasons import Why
from .rules import create_rule, delete_rule, edit_rule, find_rule, reorder, rules, rules_page
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
from .wire import as_wire, rule_schema, written_as
from .wording import explain, words

__all__ = [
    "Action", "Age", "Band", "Basis", "Bounds", "Cause", "Change", "ChangeOutcome", "Competitor",
    "CompetitorPrice", "Direction", "Exceed", "Facts", "Fallback", "Filters", "Fixed", "Guards",
    "Margin", "Mode", "Moved", "Needs", "Prepared", "PriceWar", "Reason", "Repricing", "Rival",
    "Rounding", "Rule", "RuleNotFound", "Ruled", "RunState", "Schedule", "Scope", "Span",
    "StockBands", "StrategyType", "Target", "Terms", "TooManyRules", "Velocity", "Verdict", "Why",
    "Window", "as_wire", "create_rule", "decide", "delete_rule", "edit_rule", "explain",
    "find_rule", "needs", "packed", "prepare", "read", "reorder", "rule_schema", "ruled", "rules",
    "rules_page", "span", "unpacked", "words", "written", "written_as",
]  # fmt: skip
