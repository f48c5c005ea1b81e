"""What making a part costs, and the price that follows: one model for quotes and price floors."""

from .applying import Applied, NoSuchRates, apply
from .automatic import save_automatic, wrong_with_automatic
from .calibrating import (
    MOST_JOBS,
    Accuracy,
    Compared,
    Expected,
    Printed,
    accuracy,
    compared,
    error_of,
    expected,
)
from .choosing import Chosen, choose
from .correcting import Correction, Figures, corrected, percent
from .estimate import estimate
from .fees import Fees, fees_of, standard_fees
from .floors import least_price
from .jobs import jobs_of, last_jobs, record
from .keeping import (
    card_of,
    column,
    rates_in,
    rates_of,
    roomy,
    save,
    saved_at,
    tax_in,
    wrong_to_save,
)
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
from .shapes import COSTS, SETTABLE, CannotSuggest, Estimate, Item, Line, LineKind, Part, Reason
from .starting import process_of, proposed, starting

__all__ = [
    "COSTS", "MOST_JOBS", "SETTABLE", "Accuracy", "Applied", "Automatic", "Break", "CannotSuggest",
    "Chosen", "Compared", "Correction", "Estimate", "Expected", "Fees", "Figures", "Item", "Job",
    "Line", "LineKind", "Machine", "MarginKind", "Material", "NoSuchRates", "Part", "Printed",
    "Process", "Rates", "Reason", "Rounding", "Rush", "Speed", "accuracy", "apply", "card_of",
    "choose", "column", "compared", "corrected", "error_of", "estimate", "expected", "fees_of",
    "jobs_of", "last_jobs", "least_price", "percent", "process_of", "proposed", "rates_in",
    "rates_of", "record", "roomy", "save", "save_automatic", "saved_at", "standard_fees",
    "starting", "tax_in", "wrong_to_save", "wrong_with_automatic",
]  # fmt: skip
