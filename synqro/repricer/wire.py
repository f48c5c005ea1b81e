"""Rules in the shape that clients outside are shown: one that they can send again."""

from collections.abc import Sequence
from typing import Any

from synqro.core.money import Money
from synqro.core.times import moment
from synqro.repricer.kinds import Schema
from synqro.repricer.models import Change, ChangeOutcome, Repricing, Rule
from synqro.repricer.reasoning import reasons_of
from synqro.repricer.shape import ABOUT, TERMS, WHOLE
from synqro.repricer.wording import words


def as_wire(rule: Rule) -> dict[str, Any]:
    """Give back a rule as `/v1/repricer/rules/{id}` shows it, ready for JSON.

    Defaults are filled in; what is not said has no field.
    """
    return {
        "id": rule.id,
        "object": "repricer_rule",
        **written_as(rule),
        "created_at": moment(rule.created_at),
        "updated_at": moment(rule.updated_at),
    }


def written_as(rule: Rule) -> dict[str, Any]:
    """Give back a rule as it could be written again."""
    about = {field.inside: getattr(rule, field.inside) for field in ABOUT.fields}
    # With the guards left out it has them all the same.
    said = {"guards": {}, **rule.document, "currency": rule.currency}
    return ABOUT.write(about, rule.currency) | TERMS.write(said, rule.currency)


def rule_schema(*, shown: bool = False) -> Schema:
    """Give back the JSON Schema of a rule as it is sent, or as it is shown."""
    said = WHOLE.schema(shown=shown)
    if shown:
        said["required"] = [*said["required"], "guards"]
    return said


def change_as_wire(change: Change) -> dict[str, Any]:
    """Give back what a run says of one listing, ready for JSON.

    `applied` is true while the price that it made has not been undone.
    """
    return {
        "id": change.id,
        "object": "repricer_change",
        "run_id": change.run_id,
        "listing_id": change.listing_id,
        "rule_id": change.rule_id,
        "rule_name": change.rule_name,
        "old_price": Money(change.old_price, change.currency).number,
        "new_price": Money(change.new_price, change.currency).number,
        "currency": change.currency,
        "applied": change.outcome is ChangeOutcome.APPLIED,
        "outcome": change.outcome.value,
        "problem": change.problem,
        "reasons": [
            {"code": reason.code, "message": words(reason, change.currency)}
            for reason in reasons_of(change)
        ],
        "applied_at": moment(change.applied_at),
        "undone_at": moment(change.undone_at),
    }


def run_as_wire(run: Repricing, changes: Sequence[Change]) -> dict[str, Any]:
    """Give back a run with the first of what it says, ready for JSON.

    `changed` and `skipped` count the plan.
    """
    return {
        "run_id": run.id,
        "object": "repricer_run",
        "mode": run.mode.value,
        "state": run.state.value,
        "changed": run.changed,
        "skipped": run.skipped,
        "applied": run.applied,
        "changes": [change_as_wire(change) for change in changes],
    }
