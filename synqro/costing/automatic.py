"""When a price goes out by itself: its rules checked, and saved beside the other rates."""

from dataclasses import replace

from synqro.core.currencies import minimum
from synqro.core.db import transaction
from synqro.core.errors import Changed, Invalid, fields_error
from synqro.core.money import Money
from synqro.costing.checking import Wrong, wrong_with
from synqro.costing.keeping import card_of, save
from synqro.costing.rates import Automatic, Rates
from synqro.stores import Store

OURS = "automatic"


def wrong_with_automatic(rates: Rates) -> list[Wrong]:
    """Name every wrong field of `rates.automatic`, as in automatic.most. Pure."""
    found = [wrong for wrong in wrong_with(rates) if wrong["field"].partition(".")[0] == OURS]
    named = {wrong["field"] for wrong in found}
    return found + [wrong for wrong in _useless(rates) if wrong["field"] not in named]


@transaction()
def save_automatic(
    store: Store, automatic: Automatic, *, seen: int, person_id: str | None = None
) -> None:
    """Write when a price goes out by itself; every other rate stays as it is.

    `seen` is the version of the rates that the editor had in view. Raises Changed where they
    were saved since, Invalid naming every wrong field.
    """
    rates, version = card_of(store)
    if rates is None:
        raise Invalid("Set up your rates first.", fields=[])
    if version != seen:
        raise Changed("Someone else changed these rates meanwhile.")
    changed = replace(rates, automatic=automatic)
    if wrong := wrong_with_automatic(changed):
        raise fields_error(wrong)
    save(store, changed, seen=seen, person_id=person_id)


def _useless(rates: Rates) -> list[Wrong]:
    """What would let no price out at all, or any price."""
    rules, currency = rates.automatic, rates.currency
    if rules.most is None:
        say = "Enter the highest total that may go out by itself."
        return [_most("required", say)] if rules.enabled else []
    least = minimum(currency)
    if rules.most < least:
        say = f"The smallest amount that can be charged is {Money(least, currency)}."
    elif rules.most <= rules.shipping:
        say = "The shipping alone comes to as much. Enter more, or add less shipping."
    else:
        return []
    return [_most("too_small", say)]


def _most(code: str, say: str) -> Wrong:
    return {"field": f"{OURS}.most", "code": code, "message": say}
