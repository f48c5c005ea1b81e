"""Prices that explain themselves: rules, what they would change, and how to take it back."""

from .deciding import Prepared, decide, prepare
from .errors import (
    ChangeNotFound,
    ChangeNotUndoable,
    RuleNotFound,
    RunNotFound,
    RunNotReady,
    TooManyRules,
)
from .facts import Facts, Moved, Reason, Rival, Ruled, Verdict
from .finding import (
    changes,
    find_change,
    find_run,
    first_changes,
    half_done,
    newest_plan,
    outcomes_of,
    runs,
)
from .floors import Span, span
from .leaving import leave
from .models import Cause, Change, ChangeOutcome, CompetitorPrice, Mode, Repricing, Rule, RunState
from .needing import Needs, needs
from .packing import packed, ruled, unpacked
from .planning import plan
from .purging import purge
from .reading import read, written
from .reasoning import reason_line, reasons_of, sentences
from .reasons import Why
from .rules import create_rule, delete_rule, edit_rule, find_rule, reorder, rules, rules_page
from .running import run, run_scheduled
from .showing import ShownChange, ShownListing, shown
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
from .trying import Trial, Tried, try_terms
from .turns import apply, go_on, undo_run
from .undoing import undo
from .wire import as_wire, change_as_wire, rule_schema, run_as_wire, written_as
from .wording import explain, words

__all__ = [
    "Action", "Age", "Band", "Basis", "Bounds", "Cause", "Change", "ChangeNotFound",
    "ChangeNotUndoable", "ChangeOutcome", "Competitor", "CompetitorPrice", "Direction", "Exceed",
    "Facts", "Fallback", "Filters", "Fixed", "Guards", "Margin", "Mode", "Moved", "Needs",
    "Prepared", "PriceWar", "Reason", "Repricing", "Rival", "Rounding", "Rule", "RuleNotFound",
    "Ruled", "RunNotFound", "RunNotReady", "RunState", "Schedule", "Scope", "ShownChange",
    "ShownListing", "Span", "StockBands", "StrategyType", "Target", "Terms", "TooManyRules",
    "Trial", "Tried", "Velocity", "Verdict", "Why", "Window", "apply", "as_wire", "change_as_wire",
    "changes", "create_rule", "decide", "delete_rule", "edit_rule", "explain", "find_change",
    "find_rule", "find_run", "first_changes", "go_on", "half_done", "leave", "needs", "newest_plan",
    "outcomes_of", "packed", "plan", "prepare", "purge", "read", "reason_line", "reasons_of",
    "reorder", "rule_schema", "ruled", "rules", "rules_page", "run", "run_as_wire", "run_scheduled",
    "runs", "sentences", "shown", "span", "try_terms", "undo", "undo_run", "unpacked", "words",
    "written", "written_as",
]  # fmt: skip
