"""Prices that explain themselves: rules, what they would change, and how to take it back."""

from .competing import CONSENT, MOST_SCORE
from .competitor_files import (
    PriceFile,
    export_prices,
    import_prices,
    look_at_prices,
    price_report,
)
from .competitor_lines import (
    MOST_FILE_BYTES,
    MOST_LINES,
    PriceLine,
    PriceOutcome,
)
from .competitors import (
    competitor_prices,
    correct_price,
    find_price,
    forget_price,
    note_price,
)
from .deciding import Prepared, decide, prepare
from .errors import (
    ChangeNotFound,
    ChangeNotUndoable,
    NewerPriceKnown,
    PriceNotFound,
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
from .packing import packed, ruled
from .planning import plan
from .purging import purge
from .reading import read, written
from .reasoning import reason_line, sentences
from .reasons import Why
from .rules import create_rule, delete_rule, edit_rule, find_rule, move_rule, rules, rules_page
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
    "CONSENT", "MOST_FILE_BYTES", "MOST_LINES", "MOST_SCORE", "Action", "Age", "Band", "Basis",
    "Bounds", "Cause", "Change", "ChangeNotFound", "ChangeNotUndoable", "ChangeOutcome",
    "Competitor", "CompetitorPrice", "Direction", "Exceed", "Facts", "Fallback", "Filters", "Fixed",
    "Guards", "Margin", "Mode", "Moved", "Needs", "NewerPriceKnown", "Prepared", "PriceFile",
    "PriceLine", "PriceNotFound", "PriceOutcome", "PriceWar", "Reason", "Repricing", "Rival",
    "Rounding", "Rule", "RuleNotFound", "Ruled", "RunNotFound", "RunNotReady", "RunState",
    "Schedule", "Scope", "ShownChange", "ShownListing", "Span", "StockBands", "StrategyType",
    "Target", "Terms", "TooManyRules", "Trial", "Tried", "Velocity", "Verdict", "Why", "Window",
    "apply", "as_wire", "change_as_wire", "changes", "competitor_prices", "correct_price",
    "create_rule", "decide", "delete_rule", "edit_rule", "explain", "export_prices", "find_change",
    "find_price", "find_rule", "find_run", "first_changes", "forget_price", "go_on", "half_done",
    "import_prices", "leave", "look_at_prices", "move_rule", "needs", "newest_plan", "note_price",
    "outcomes_of", "packed", "plan", "prepare", "price_report", "purge", "read", "reason_line",
    "rule_schema", "ruled", "rules", "rules_page", "run", "run_as_wire", "run_scheduled", "runs",
    "sentences", "shown", "span", "try_terms", "undo", "undo_run", "words", "written", "written_as",
]  # fmt: skip
