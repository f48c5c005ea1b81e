"""/v1/settlements, held to the schema that programs outside were given."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from synqro import stores
from synqro.settlements import LineType, Reconciliation, Source, Status
from synqro.web import openapi_examples as examples
from synqro.web import payloads
from tests.api.conftest import Call, call, key
from tests.settlements import made

__all__ = ["call", "key"]
pytestmark = pytest.mark.external
SCHEMA = Path(__file__).parents[3] / "shared/contracts/schemas/settlement.schema.json"


def wrong(value: dict[str, Any]) -> list[str]:
    schema = json.loads(SCHEMA.read_text())
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("reconciliation", Reconciliation)
@pytest.mark.parametrize("source", Source)
def test_every_settlement_fits(
    call: Call, store: stores.Store, status: Status, reconciliation: Reconciliation, source: Source
) -> None:
    lines = [made.line(type=type) for type in LineType]
    facts = {"status": status, "reconciliation": reconciliation, "source": source}
    row = made.settled(store, lines, **facts, difference=-7)
    found = call("GET", f"/settlements/{row.id}").get_json()
    told = call("GET", f"/settlements/{row.id}/lines").get_json()["data"]
    assert wrong(found) == [] and wrong({**found, "lines": told}) == []
    assert len(told) == len(LineType)


def test_one_without_lines_fits(call: Call, store: stores.Store) -> None:
    row = made.settled(store, checked_at=None, destination_last4=None)
    assert wrong(call("GET", f"/settlements/{row.id}").get_json()) == []


def test_the_examples_fit() -> None:
    lines = [examples.SETTLEMENT_LINE]
    assert wrong({**examples.SETTLEMENT, "lines": lines}) == []
    assert wrong(payloads.example("settlement.completed")["data"]) == []
