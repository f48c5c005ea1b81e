"""/v1's rules and agents, held to the schemas that programs outside were given."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator, FormatChecker

from synqro import stores
from synqro.web import openapi_pricing as examples
from tests.api.conftest import Call, call, key
from tests.repricer import test_reading

__all__ = ["call", "key"]
pytestmark = pytest.mark.external
SCHEMAS = Path(__file__).parents[3] / "shared/contracts/schemas"
OWN = ("id", "object", "created_at", "updated_at")
RIVAL = {"type": "competitor", "action": "match"}
FEW = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def wrong(name: str, value: dict[str, Any]) -> list[str]:
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text())
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def said(rule: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in rule.items() if name not in OWN}


@FEW
@given(given=test_reading.rules)
def test_what_the_schema_takes_is_taken_and_what_is_shown_fits_it(
    call: Call, store: stores.Store, given: dict[str, Any]
) -> None:
    # A percentage is a number there.
    written = test_reading.shown(test_reading.read(given))
    whole = {"name": "Rule", **written}
    assert wrong("repricer_rule", whole) == []
    made = call("POST", "/repricer/rules", json=whole)
    assert made.status_code == 201, made.text
    found = made.get_json()
    assert wrong("repricer_rule", said(found)) == []
    call("DELETE", f"/repricer/rules/{found['id']}")


@pytest.mark.parametrize(
    "broken",
    [
        {"name": ""},
        {"priority": -1},
        {"scope": {}},
        {"strategy": {"type": "stock", "bands": [{"max_available": 1}]}},
        {"strategy": {"type": "stock", "bands": [{"max_available": 1, "adjust_percent": 201}]}},
        {"strategy": {"type": "fixed", "price": "1,5"}},
        {"strategy": {**RIVAL, "action": "above", "by": {"type": "percent", "value": 1}}},
        {"strategy": {**RIVAL, "if_below_floor": "max"}},
        {"bounds": {}},
        {"guards": {"price_war": {"window_hours": 1}}},
        {"schedule": {"active": []}},
        {"schedule": {"timezone": "UTC", "active": [{"days": [], "from": "1:00", "to": "2:00"}]}},
        {"filters": {"countries": ["Germany"]}},
    ],
)
def test_what_the_schema_refuses_is_refused(call: Call, broken: dict[str, Any]) -> None:
    fixed = {"strategy": {"type": "fixed", "price": 5}, "bounds": {"min": 1}}
    whole = {"name": "Rule", "currency": "EUR", "scope": {"all": True}, **fixed}
    assert call("POST", "/repricer/rules", json=whole).status_code == 201
    assert wrong("repricer_rule", {**whole, **broken})
    assert call("POST", "/repricer/rules", json={**whole, **broken}).status_code == 422


def test_its_example_is_taken(call: Call) -> None:
    whole = json.loads((SCHEMAS / "examples.json").read_text())["rule"]
    made = call("POST", "/repricer/rules", json=whole | {"currency": "EUR"})
    assert made.status_code == 201, made.text
    found = said(made.get_json())
    assert {**found, "strategy": {}, "guards": {}}.keys() >= whole.keys()
    assert found["strategy"].items() >= whole["strategy"].items()
    assert found["guards"]["price_war"] == whole["guards"]["price_war"] | {"action": "hold"}


def test_every_agent_fits_also_paused_and_after_a_run(call: Call, store: stores.Store) -> None:
    for agent in call("GET", "/agents").get_json()["data"]:
        assert wrong("agent", agent) == []
        path = f"/agents/{agent['id']}"
        assert wrong("agent", call("POST", f"{path}/pause").get_json()) == []
        call("POST", f"{path}/run")
        assert wrong("agent", call("POST", f"{path}/resume").get_json()) == []


def test_the_examples_fit() -> None:
    assert wrong("agent", examples.AGENT) == []
    assert wrong("repricer_rule", said(examples.RULE)) == []
    assert wrong("repricer_rule", examples.SAID) == []
