"""What a turn at an account's payouts came to: counted, and said in a sentence."""

from dataclasses import dataclass
from typing import NamedTuple

from synqro import payments
from synqro.agents import Problem, Report
from synqro.core.errors import DomainError
from synqro.core.words import sentence, several
from synqro.settlements.models import Reconciliation, Settlement, Status
from synqro.settlements.settling import KNOWN

LOST = Problem(
    "auth_expired",
    "Stripe no longer lets us read this account. Connect it again.",
    retryable=False,
)
REFUSED = Problem(
    "payouts_not_shown",
    "Stripe does not show the payouts of this account. Look in Stripe's dashboard whether they "
    "may be read.",
)
MATCHED = "payout to its orders", "payouts to their orders"
AWAY = Problem("payment_provider_error", "Stripe does not answer. It is asked again soon.")


class Known(NamedTuple):
    """How a payout stands here."""

    status: Status
    reconciliation: Reconciliation


@dataclass
class Turn:
    """`left` are the calls to Stripe that may still be made."""

    left: int
    seen: int = 0
    changed: int = 0
    matched: int = 0
    unbalanced: int = 0

    def count(self, was: Known | None, became: Known | None) -> None:
        """Count a payout that was taken in."""
        self.changed += became != was
        if became and became.reconciliation in KNOWN and not (was and was.reconciliation in KNOWN):
            self.matched += 1
            self.unbalanced += became.reconciliation is Reconciliation.UNBALANCED

    def report(self, problem: Problem | None = None) -> Report:
        """Say what came of it. A payout that could not be read is due again: none is lost."""
        heard = self.changed - self.matched
        said = sentence(
            self.matched and f"matched {several(self.matched, *MATCHED)}",
            self.unbalanced and f"{several(self.unbalanced, 'does', 'do')} not add up",
            heard and f"heard news of {several(heard, 'payout', 'payouts')}",
        )
        return Report(
            seen=self.seen,
            changed=self.changed,
            skipped=self.seen - self.changed,
            failed=1 if problem else 0,
            summary=said or ("Nothing new" if self.seen and not problem else None),
            problem=problem,
        )


def known_of(row: Settlement | None) -> Known | None:
    """Give back how a payout stands, apart from its row, which may be read anew."""
    return Known(row.status, row.reconciliation) if row else None


def problem_of(error: DomainError) -> Problem:
    """Say why an account could not be read, and what to do."""
    if isinstance(error, payments.AccountRefused):
        return LOST
    if isinstance(error, payments.Refused):
        return REFUSED
    return (
        AWAY
        if isinstance(error, payments.PaymentProviderError)
        else Problem(error.code, str(error))
    )
