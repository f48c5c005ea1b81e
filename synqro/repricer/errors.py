"""What the repricer refuses."""

from synqro.core.errors import Conflict, NotFound


class RuleNotFound(NotFound):
    """This store has no such rule."""

    code = "not_found"


class TooManyRules(Conflict):
    """There are as many rules as one store may have."""

    code = "too_many_rules"


class RunNotFound(NotFound):
    """This store has no such run of its rules."""

    code = "not_found"


class ChangeNotFound(NotFound):
    """This store has no such change of a price."""

    code = "not_found"


class ChangeNotUndoable(Conflict):
    """It was not applied, is undone already, or the price was changed since."""

    code = "change_not_undoable"


class RunNotReady(Conflict):
    """It was applied, left or undone already, or is being worked on."""

    code = "run_not_ready"


class PriceNotFound(NotFound):
    """This store knows no such price of another seller."""

    code = "not_found"


class NewerPriceKnown(Conflict):
    """What is kept of this seller was seen later."""

    code = "newer_price_known"
