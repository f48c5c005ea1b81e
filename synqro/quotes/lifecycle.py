"""Who may do what with a quote, and where it leads. Pure."""

from enum import StrEnum

from synqro.quotes.errors import QuoteNotOpen
from synqro.quotes.models import Party, Status


class Step(StrEnum):
    SEND = "send"
    ACCEPT = "accept"
    DECLINE = "decline"
    CANCEL = "cancel"
    EXTEND = "extend"
    EXPIRE = "expire"
    PAY = "pay"


CUSTOMER, MERCHANT, SYSTEM = Party
PENDING, QUOTED, ACCEPTED, PAID, DECLINED, EXPIRED, CANCELLED = Status
ENDED = frozenset({DECLINED, EXPIRED, CANCELLED})

# (step, who) → (from where, to where). Accepted means unpaid: money that came has left it.
# Money moved before we hear of it, so paying is refused nowhere.
STEPS: dict[tuple[Step, Party], tuple[frozenset[Status], Status]] = {
    (Step.SEND, MERCHANT): (frozenset({PENDING, QUOTED, EXPIRED, DECLINED, ACCEPTED}), QUOTED),
    (Step.SEND, SYSTEM): (frozenset({PENDING}), QUOTED),
    (Step.ACCEPT, CUSTOMER): (frozenset({QUOTED}), ACCEPTED),
    (Step.DECLINE, MERCHANT): (frozenset({PENDING, QUOTED}), DECLINED),
    (Step.DECLINE, CUSTOMER): (frozenset({QUOTED}), DECLINED),
    (Step.CANCEL, CUSTOMER): (frozenset({PENDING, QUOTED, ACCEPTED}), CANCELLED),
    (Step.CANCEL, MERCHANT): (frozenset({ACCEPTED}), CANCELLED),
    (Step.EXTEND, MERCHANT): (frozenset({QUOTED}), QUOTED),
    (Step.EXPIRE, SYSTEM): (frozenset({QUOTED}), EXPIRED),
    (Step.PAY, SYSTEM): (frozenset(Status) - {PAID}, PAID),
}
NOT_NOW = {
    PENDING: "No price has been sent yet.",
    QUOTED: "This quote is open: the customer has not answered yet.",
    ACCEPTED: "This quote was accepted and is about to be paid.",
    PAID: "This quote is paid.",
    DECLINED: "This quote was declined.",
    EXPIRED: "This quote has expired.",
    CANCELLED: "This quote was cancelled.",
}


def allowed(status: Status, step: Step, by: Party) -> bool:
    """Say whether `by` may take this step from `status`."""
    return (step, by) in STEPS and status in STEPS[step, by][0]


def after(status: Status, step: Step, by: Party) -> Status:
    """Give back the status that follows. Raises QuoteNotOpen, with the `status` that forbids it."""
    if not allowed(status, step, by):
        raise QuoteNotOpen(NOT_NOW[status], status=status.value)
    return STEPS[step, by][1]
