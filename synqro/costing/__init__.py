"""What making a part costs, and the price that follows: one model for quotes and price floors."""

from .estimate import estimate
from .keeping import rates_of, save
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

__all__ = [
    "COSTS", "Automatic", "Break", "CannotSuggest", "Estimate", "Item", "Job", "Line", "LineKind",
    "Machine", "MarginKind", "Material", "Part", "Process", "Rates", "Reason", "Rounding", "Rush",
    "Speed", "estimate", "rates_of", "save",
]  # fmt: skip
