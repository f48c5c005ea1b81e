"""A person's word that a difference is all right, kept beside it: nothing is ever booked away."""

from synqro.core.clock import now
from synqro.core.db import transaction
from synqro.core.errors import Changed, Conflict
from synqro.settlements.finding import find
from synqro.settlements.models import Reconciliation, Settlement
from synqro.stores import By


class NothingToAccept(Conflict):
    code = "nothing_to_accept"


@transaction()
def accept(
    store_id: str, settlement_id: str, *, difference: int, by: By, note: str | None = None
) -> Settlement:
    """Take a payout off what is to be looked at; `difference` is the one that was seen.

    A second time changes nothing. Raises SettlementNotFound, NothingToAccept, and Changed where
    the difference is another by now.
    """
    found = find(store_id, settlement_id)
    if found.reconciliation is not Reconciliation.UNBALANCED:
        raise NothingToAccept("This payout adds up: there is nothing to accept.")
    if found.difference != difference:
        raise Changed("The difference has changed since you opened this page. Look again.")
    if found.accepted_at is None:
        found.accepted_at = found.updated_at = now()
        found.accepted_by = by.person_id or by.key_id
        found.accepted_note = note
    return found


@transaction()
def reopen(store_id: str, settlement_id: str) -> Settlement:
    """Take the word back: the difference is to be looked at again. Raises SettlementNotFound."""
    found = find(store_id, settlement_id)
    if found.accepted_at is not None:
        found.accepted_at = found.accepted_by = found.accepted_note = None
        found.updated_at = now()
    return found
