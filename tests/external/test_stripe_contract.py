"""The sandbox's answers and parameters, held to the contract of the API version we speak."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import stripe

from synqro.sandbox.stripe.api import ENDPOINTS
from synqro.sandbox.stripe.calls import Endpoint
from synqro.sandbox.stripe.events import API_VERSION
from synqro.sandbox.stripe.params import Each, Group, Kind, OneOf, Range
from tests.external.contract import REFUSED, answer_schema, complaints, contract, operation
from tests.external.moving import answer, moved_answers, paid
from tests.makers import wait_for
from tests.sandbox.stage import LINE, SHOP, Stage, staged

pytestmark = pytest.mark.external
PUBLIC = [endpoint for endpoint in ENDPOINTS if endpoint.path.startswith(("/v1/", "/v2/"))]
Json = dict[str, Any]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with staged(tmp_path) as stage:
        yield stage


def test_speaks_the_version_that_the_sdk_pins():
    assert stripe.api_version == API_VERSION == contract()["info"]["version"]


@pytest.mark.parametrize("endpoint", PUBLIC, ids=lambda e: f"{e.method} {e.path}")
def test_accepts_only_what_the_contract_names(endpoint: Endpoint):
    named = operation(endpoint.method, endpoint.path)
    if endpoint.method == "GET":
        fields = {p["name"]: p["schema"] for p in named.get("parameters", []) if "name" in p}
    else:
        body = named["requestBody"]["content"] if "requestBody" in named else {}
        fields = next(iter(body.values()))["schema"]["properties"] if body else {}
    assert foreign(endpoint.params, {"properties": fields}) == []


def foreign(kind: Kind, schema: Json, at: str = "") -> list[str]:
    """Name every parameter and every value that the contract does not know."""
    found: list[str] = []
    if isinstance(kind, Group):
        for name, inner in kind.fields.items():
            if name not in schema.get("properties", {}):
                found.append(f"{at}.{name}")
            else:
                found += foreign(inner, schema["properties"][name], f"{at}.{name}")
        found += [f"{at}.{name} is needed" for name in set(kind.needed) - set(kind.fields)]
        found += [f"{at}.{name} is not needed" for name in lacking(kind, schema)]
    if isinstance(kind, Each):
        found += foreign(kind.of, schema["items"], f"{at}[]")
    if isinstance(kind, Range) and "anyOf" not in schema:
        found.append(f"{at} takes no bounds")
    if isinstance(kind, OneOf):
        found += [f"{at}={value}" for value in set(kind.values) - set(schema.get("enum", []))]
    return found


def lacking(kind: Group, schema: Json) -> set[str]:
    return set(schema.get("required", [])) - set(kind.needed)


def test_answers_are_what_the_contract_says(stage: Stage):
    found = answers(stage)
    assert {(e.method, e.path) for e in PUBLIC} == {(method, path) for method, path, _ in found}
    wrong = {}
    for method, path, body in found:
        endpoint = next(e for e in PUBLIC if (e.method, e.path) == (method, path))
        for complaint in complaints(body, answer_schema(endpoint)):
            wrong.setdefault(f"{method} {path}", []).append(complaint)
    assert wrong == {}


def answers(stage: Stage) -> list[tuple[str, str, Json]]:
    """One answer at least from each endpoint, in each state that an object passes through."""
    bare = answer(stage, "POST", "/v2/core/accounts", {})
    account = stage.merchant()
    link = {
        "account": account,
        "use_case": {
            "type": "account_onboarding",
            "account_onboarding": {"refresh_url": SHOP, "return_url": SHOP},
        },
    }
    refused = stage.merchant("refuse")
    include = "include[0]=configuration.merchant&include[1]=requirements&include[2]=defaults"
    found = [("POST", "/v2/core/accounts", bare)]
    for one in (bare["id"], account, refused):
        path = f"/v2/core/accounts/{one}"
        found += [
            ("GET", "/v2/core/accounts/{id}", answer(stage, "GET", f"{path}?{include}")),
            ("GET", "/v1/accounts/{account}", answer(stage, "GET", f"/v1/accounts/{one}")),
        ]
    path = f"/v2/core/accounts/{bare['id']}"
    found += [
        ("POST", "/v2/core/account_links", answer(stage, "POST", "/v2/core/account_links", link)),
        ("POST", "/v2/core/accounts/{id}", answer(stage, "POST", path, {"metadata": {"a": "b"}})),
        ("POST", "/v2/core/accounts/{id}/close", answer(stage, "POST", f"{path}/close", {})),
        ("GET", "/v1/account", answer(stage, "GET", "/v1/account")),
    ]
    money = moved_answers(stage, account)  # before the events, which tell of it
    return found + money + paid_answers(stage, account) + thin_answers(stage)


def paid_answers(stage: Stage, account: str) -> list[tuple[str, str, Json]]:
    stage.switch(settle_after=0)
    found = []
    for action in ("pay", "decline", "three_ds", "async_ok", "async_fail"):
        body = {"mode": "payment", "success_url": SHOP, "line_items": [LINE]}
        path = "/v1/checkout/sessions"
        session = answer(stage, "POST", path, body, account)
        found.append(("POST", path, session))
        stage.press(session["id"], action)
        one = f"{path}/{session['id']}"
        expand = "expand[0]=payment_intent.latest_charge&expand[1]=line_items"
        read = answer(stage, "GET", f"{one}?{expand}", None, account)
        intent = read["payment_intent"]
        charge = intent["latest_charge"] or {}
        pi, ch = "/v1/payment_intents", "/v1/charges"
        lines = answer(stage, "GET", f"{one}/line_items", None, account)
        read_intent = answer(stage, "GET", f"{pi}/{intent['id']}", None, account)
        found += [
            ("GET", f"{path}/{{session}}", read),
            ("GET", f"{path}/{{session}}/line_items", lines),
            ("GET", f"{pi}/{{intent}}", read_intent),
        ]
        if charge:
            read_charge = answer(stage, "GET", f"{ch}/{charge['id']}", None, account)
            found.append(("GET", f"{ch}/{{charge}}", read_charge))
        if read["status"] == "open":
            expired = answer(stage, "POST", f"{one}/expire", {}, account)
            found.append(("POST", f"{path}/{{session}}/expire", expired))
    events = answer(stage, "GET", "/v1/events?limit=100", None, account)
    found += [
        ("GET", path, answer(stage, "GET", path, None, account)),
        ("GET", "/v1/events", events),
    ]
    for event in events["data"]:
        one = answer(stage, "GET", f"/v1/events/{event['id']}", None, account)
        found.append(("GET", "/v1/events/{id}", one))
        kind = event["data"]["object"]["object"]
        schema = {"$ref": f"#/components/schemas/{kind}"}
        assert complaints(event["data"]["object"], schema) == [], event["type"]
    return found


def thin_answers(stage: Stage) -> list[tuple[str, str, Json]]:
    wait_for(lambda: any(path.endswith("/v2") for path, _, _ in stage.hook.arrived))
    arrived = [json.loads(body) for path, _, body in stage.hook.arrived if path.endswith("/v2")]
    one = answer(stage, "GET", f"/v2/core/events/{arrived[0]['id']}")
    del one["related_object"]  # each type adds it to what the contract says of all events
    return [("GET", "/v2/core/events/{id}", one)]


def test_refusals_have_the_shape_of_the_contract(stage: Stage):
    account = stage.merchant()
    intent = paid(stage, account)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        stage.open(account, mode="rent")
    assert complaints(refused.value.json_body, REFUSED) == []
    path, asked = "/v1/refunds", {"payment_intent": intent}
    for wrong in (asked | {"amount": 2501}, asked | {"reason": "bored"}, {}):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            answer(stage, "POST", path, wrong, account)
        assert complaints(refused.value.json_body, REFUSED) == []
    answer(stage, "POST", path, asked, account)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        answer(stage, "POST", path, asked, account)
    assert complaints(refused.value.json_body, REFUSED) == []


def test_every_event_about_money_has_the_shape_of_the_contract(stage: Stage):
    account = stage.merchant()
    moved_answers(stage, account)
    listed = answer(stage, "GET", "/v1/events?limit=100", None, account)
    events = listed["data"]
    while listed["has_more"]:
        path = f"/v1/events?limit=100&starting_after={events[-1]['id']}"
        listed = answer(stage, "GET", path, None, account)
        events += listed["data"]
    told = {event["type"] for event in events}
    assert told >= {
        "charge.dispute.closed",
        "charge.dispute.created",
        "charge.dispute.funds_reinstated",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.updated",
        "charge.refund.updated",
        "charge.refunded",
        "charge.updated",
        "payout.canceled",
        "payout.created",
        "payout.failed",
        "payout.paid",
        "payout.reconciliation_completed",
        "payout.updated",
        "refund.created",
        "refund.failed",
        "refund.updated",
    }
    for event in events:
        assert complaints(event, {"$ref": "#/components/schemas/event"}) == []
        schema = {"$ref": f"#/components/schemas/{event['data']['object']['object']}"}
        assert complaints(event["data"]["object"], schema) == [], event["type"]
