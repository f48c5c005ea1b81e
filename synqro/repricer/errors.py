"""What the repricer refuses."""

from synqro.core.errors import Conflict, NotFound


class RuleNotFound(NotFound):
    """This store has no such rule."""

    code = "not_found"


class TooManyRules(Conflict):
    """There are as many rules as one store may have."""

    code = "too_many_rules"
