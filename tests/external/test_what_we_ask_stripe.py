"""Every call that the product makes of Stripe, but OAuth's, held to the contract."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Response, request
from flask.testing import FlaskClient

from synqro import orders, payments, stores
from synqro.config import Settings
from synqro.core.clock import now
from synqro.payments import Provider
from synqro.sandbox.stripe import api
from synqro.sandbox.stripe.calls import Endpoint
from synqro.sandbox.stripe.events import API_VERSION
from synqro.sandbox.stripe.forms import decode_form
from tests import makers
from tests.external.contract import REFUSED, answer_schema, complaints, operation
from tests.payments.moneybox import paid, payment
from tests.payments.till import Till, checkout, fresh, secret_of

pytestmark = pytest.mark.external
CALLED = {
    ("POST", "/v2/core/accounts"),
    ("GET", "/v2/core/accounts/{id}"),
    ("POST", "/v2/core/account_links"),
    ("POST", "/v1/checkout/sessions"),
    ("GET", "/v1/checkout/sessions/{session}"),
    ("POST", "/v1/checkout/sessions/{session}/expire"),
    ("GET", "/v1/payment_intents/{intent}"),
    ("POST", "/v1/refunds"),
    ("GET", "/v1/refunds"),
    ("GET", "/v1/disputes"),
    ("GET", "/v1/payouts"),
    ("GET", "/v1/payouts/{payout}"),
    ("GET", "/v1/balance_transactions"),
}


@dataclass
class Asked:
    """One call as it arrived, and what was answered."""

    endpoint: Endpoint
    params: Any
    headers: dict[str, str]
    status: int
    answer: Any

    @property
    def name(self) -> tuple[str, str]:
        return self.endpoint.method, self.endpoint.path


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Asked]:
    """What the sandbox is asked from now on."""
    heard: list[Asked] = []
    whole = api.Api.answer

    def listen(self: api.Api, endpoint: Endpoint, **ids: str) -> Response:
        given = whole(self, endpoint, **ids)
        if endpoint.path.startswith(("/v1/", "/v2/")):
            body = json.loads(given.get_data())
            heard.append(Asked(endpoint, sent(), dict(request.headers), given.status_code, body))
        return given

    monkeypatch.setattr(api.Api, "answer", listen)
    return heard


@pytest.fixture
def till(
    asked: list[Asked], sandboxed: str, settings: Settings, run_jobs: Callable[[], int]
) -> Till:
    return Till(sandboxed, secret_of(settings), run_jobs)


def sent() -> Any:
    if request.method == "GET":
        return decode_form(request.query_string.decode())
    if request.is_json:
        return request.get_json()
    return decode_form(request.get_data(as_text=True))


def test_every_call_is_in_the_contract(
    asked: list[Asked], till: Till, client: FlaskClient, store: stores.Store
):
    walk(till, client, store)
    assert {call.name for call in asked} == CALLED
    assert [(call.name, said) for call in asked if (said := found(call))] == []


def walk(till: Till, client: FlaskClient, store: stores.Store) -> None:
    """Do everything once that makes the product speak to Stripe."""
    makers.connect(client, store)
    vase = makers.product(store, stock=9)
    order = paid(till, store, vase)
    provider, account = Provider.SANDBOX, order.session_account or ""
    payments.refresh(provider, account)
    orders.refund(store.id, order.id, amount=800)
    till.hear("charge.refunded")
    payments.read_money(provider, account, payment(order))
    other = paid(till, store, vase)
    intent = payments.read_session(provider, account, other.session_id or "")
    assert intent.payment_id == payment(other)
    contest(till, other)
    till.hear("charge.dispute.funds_withdrawn")
    paid_out(till, provider, account)
    orders.cancel(store.id, checkout(store, vase).id)
    refused = checkout(store, vase)
    till.press(refused, "pay")
    with pytest.raises(payments.PaymentProviderError):
        payments.expire_session(provider, account, refused.session_id or "")
    assert fresh(order).id


def paid_out(till: Till, provider: Provider, account: str) -> None:
    """Pay out everything, and read it back in each of the ways there are."""
    (made,) = till.ask(f"accounts/{account}/payout", available="now")["payouts"]
    till.ask(f"payouts/{made['id']}/reconcile")
    since = now() - timedelta(days=1)
    (listed,), _ = payments.list_payouts(provider, account, created_since=since)
    assert payments.read_payout(provider, account, listed.id).reconciled
    rows = list(payments.read_payout_rows(provider, account, made["id"]))
    assert {row.type for row in rows} == {"adjustment", "charge", "refund"}
    assert sum(row.net for row in rows) == listed.amount
    assert payments.list_payouts(provider, account, after=made["id"]) == ([], False)


def contest(till: Till, order: orders.Order) -> None:
    page = till.look(f"accounts/{order.session_account}")
    newest = page["payments"][0]["id"]
    till.ask(f"charges/{newest}/dispute", kind="chargeback")


def found(call: Asked) -> list[str]:
    """What is wrong with a call, or with its answer."""
    named = operation(call.endpoint.method, call.endpoint.path)
    allowed = [str(part.get("$ref", "")).rpartition("/")[2] for part in named.get("parameters", [])]
    wrong = [
        f"{header} is not taken here"
        for header in ("Stripe-Account", "Idempotency-Key")
        if header in call.headers and header not in allowed
    ]
    if call.headers.get("Stripe-Version") != API_VERSION:
        wrong.append("another version of the API")
    if call.endpoint.method == "POST" and "Idempotency-Key" not in call.headers:
        wrong.append("no idempotency key")
    if call.endpoint.path.startswith("/v1/") and "Stripe-Account" not in call.headers:
        wrong.append("not on the merchant's account")
    wrong += misfits(call.params, request_schema(call.endpoint, named), "")
    schema = answer_schema(call.endpoint) if call.status == 200 else REFUSED
    return wrong + complaints(call.answer, schema)


def request_schema(endpoint: Endpoint, named: dict[str, Any]) -> dict[str, Any]:
    if endpoint.method == "GET":
        query = [part for part in named["parameters"] if part.get("in") == "query"]
        return {"type": "object", "properties": {part["name"]: part["schema"] for part in query}}
    bodies = named["requestBody"]["content"] if "requestBody" in named else {}
    found: dict[str, Any] = next(iter(bodies.values()))["schema"]
    return found


def misfits(value: Any, schema: dict[str, Any], at: str) -> list[str]:
    """Name every parameter that the contract does not take like this."""
    if "anyOf" in schema:
        ways = [misfits(value, way, at) for way in schema["anyOf"]]
        return min(ways, key=len)
    if schema.get("type") == "object":
        return misfits_inside(value, schema, at)
    if schema.get("type") == "array":
        items = list(value.values()) if isinstance(value, dict) else value
        if not isinstance(items, list):
            return [f"{at}: no list"]
        return [
            bad
            for n, item in enumerate(items)
            for bad in misfits(item, schema["items"], f"{at}[{n}]")
        ]
    return [] if fits(value, schema) else [f"{at}={value}"]


def misfits_inside(value: Any, schema: dict[str, Any], at: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{at}: no hash"]
    known, rest = schema.get("properties", {}), schema.get("additionalProperties")
    wrong = [f"{at}.{name} is missing" for name in schema.get("required", []) if name not in value]
    for name, item in value.items():
        inner = known.get(name) or (rest if isinstance(rest, dict) else None)
        wrong += misfits(item, inner, f"{at}.{name}") if inner else [f"{at}.{name} is unknown"]
    return wrong


def fits(value: Any, schema: dict[str, Any]) -> bool:
    if "enum" in schema and value not in schema["enum"]:
        return False
    if schema["type"] == "integer":
        return str(value).removeprefix("-").isdecimal()
    if schema["type"] == "boolean":
        return value in (True, False, "true", "false")
    return isinstance(value, str)


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"amount": "12"}, []),
        ({"amount": "12.5"}, [".amount=12.5"]),
        ({"reason": "bored"}, [".reason=bored"]),
        ({"bogus": "1"}, [".bogus is unknown"]),
        ({"metadata": {"a": "b"}, "expand": {"0": "charge"}}, []),
        ({"metadata": {"a": {"b": "c"}}}, [".metadata.a={'b': 'c'}"]),
    ],
)
def test_the_contract_would_find_a_wrong_call(params: dict[str, Any], said: list[str]):
    endpoint = next(e for e in api.ENDPOINTS if (e.method, e.path) == ("POST", "/v1/refunds"))
    schema = request_schema(endpoint, operation("POST", "/v1/refunds"))
    assert misfits(params, schema, "") == said
