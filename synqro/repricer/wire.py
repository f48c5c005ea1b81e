"""Rules in the shape that clients outside are shown: one that they can send again."""

from datetime import datetime
from typing import Any

from synqro.repricer.kinds import Schema
from synqro.repricer.models import Rule
from synqro.repricer.shape import ABOUT, TERMS, WHOLE


def as_wire(rule: Rule) -> dict[str, Any]:
    """Give back a rule as `/v1/repricer/rules/{id}` shows it, ready for JSON.

    Defaults are filled in; what is not said has no field.
    """
    return {
        "id": rule.id,
        "object": "repricer_rule",
        **written_as(rule),
        "created_at": _moment(rule.created_at),
        "updated_at": _moment(rule.updated_at),
    }


def written_as(rule: Rule) -> dict[str, Any]:
    """Give back a rule as it could be written again."""
    about = {field.inside: getattr(rule, field.inside) for field in ABOUT.fields}
    # With the guards left out it has them all the same.
    said = {"guards": {}, **rule.document, "currency": rule.currency}
    return ABOUT.write(about, rule.currency) | TERMS.write(said, rule.currency)


def rule_schema(*, changes: bool = False) -> Schema:
    """Give back the JSON Schema of a rule as it is sent. Of `changes` nothing is needed."""
    said = WHOLE.schema()
    return {k: v for k, v in said.items() if k != "required"} if changes else said


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
