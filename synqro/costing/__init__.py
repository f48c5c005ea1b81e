"""What making a part costs, and the price that follows: one model for quotes and price floors."""

from .estimate import estimate
from .keeping import card_of, rates_of, roomy, save, saved_at, wrong_to_save
from .models import Job
from .rates import (
    Automatic,
    Break,
    Machine,
    MarginKind,
    Material,
    Process,
    Rates,
    Rounding,
    Rush,
    Speed,
)
from .shapes import COSTS, CannotSuggest, Estimate, Item, Line, LineKind, Part, Reason
from .starting import process_of, starting

__all__ = [
    "COSTS", "Automatic", "Break", "CannotSuggest", "Estimate", "Item", "Job", "Line", "LineKind",
    "Machine", "MarginKind", "Material", "Part", "Process", "Rates", "Reason", "Rounding", "Rush",
    "Speed", "card_of", "estimate", "process_of", "rates_of", "roomy", "save", "saved_at",
    "starting", "wrong_to_save",
]  # fmt: skip
