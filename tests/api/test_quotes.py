"""/v1/quotes read: one of them, all of them, and what they may cost."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from synqro import costing, orders, quotes, stores, uploads
from synqro.core.clock import now
from synqro.core.db import db
from synqro.orders import Address, Customer
from synqro.web.api.quotes import QuoteOut, QuoteSentOut
from tests import makers
from tests.api.conftest import Call
from tests.api.selling import differences
from tests.conftest import Clock
from tests.costing.makers import rates
from tests.makers import refusal
from tests.orders import shop
from tests.quotes.desk import fresh, money_comes
from tests.uploads.parts import cube, stl

SAM = Customer("Sam Field", "sam@example.com", "+44 20 7946 0000", Address("1 High Street"))


@pytest.fixture
def store(store: stores.Store) -> stores.Store:
    shop.set_up_payments(store)
    return store


def asked(store: stores.Store, **facts: Any) -> quotes.Asked:
    """A request for four cubes of PLA."""
    body = stl(cube())
    got = uploads.receive(store, BytesIO(body), filename="a.stl", visitor="v", length=len(body))
    file = quotes.Wanted(got.upload.id, "mm")
    given = {"customer": SAM, "quantity": 4, "material": "PLA", "files": [file], **facts}
    return quotes.request(store, **given)


def listed(call: Call, query: str = "") -> list[str]:
    found: list[str] = []
    cursor = ""
    while True:
        answer = call("GET", f"/quotes?limit=2&{query}{cursor}")
        assert answer.status_code == 200, answer.text
        page = answer.get_json()
        found += [quote["id"] for quote in page["data"]]
        if not page["has_more"]:
            return found
        cursor = f"&cursor={page['next_cursor']}"


def wire(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def test_a_request_is_shown_with_what_the_customer_wants(
    call: Call, store: stores.Store, client: FlaskClient
) -> None:
    made = asked(store, description="For a gate", metadata={"page": "home"})
    found = call("GET", f"/quotes/{made.quote.id}").get_json()
    assert (found["id"], found["object"], found["number"]) == (made.quote.id, "quote", "Q-1001")
    assert (found["status"], found["version"], found["total"]) == ("pending", 0, None)
    assert (found["description"], found["quantity"], found["material"]) == ("For a gate", 4, "PLA")
    assert found["customer"]["email"] == "sam@example.com"
    assert found["customer"]["address"]["text"] == "1 High Street"
    assert (found["order_id"], found["order_url"], found["amount_due"]) == (None, None, 0)
    assert found["metadata"] == {"page": "home"}
    assert found["quote_url"].endswith(f"/s/{store.publishable_key}/quotes/{made.token}")
    assert found["can"] == {
        "accept": False, "decline": False, "cancel": True, "pay": False, "message": True,
    }  # fmt: skip
    assert found["merchant_can"] == {
        "send": True, "extend": False, "decline": True, "cancel": False, "message": True,
    }  # fmt: skip
    [file] = found["files"]
    assert (file["filename"], file["units"], file["mesh"]["triangles"]) == ("a.stl", "mm", 12)
    fetched = client.get(file["url"])
    assert fetched.data == stl(cube())
    assert fetched.headers["Content-Disposition"].startswith("attachment")


def test_the_answer_has_the_fields_of_the_webhooks_and_its_private_links(
    call: Call, store: stores.Store
) -> None:
    made = asked(store)
    quotes.send(store.id, made.quote.id, makers.offer(deposit_bp=5000, message="Here it is."))
    quotes.reply(store.id, made.quote.id, "Any questions?")
    wired = quotes.as_wire(fresh(made.quote))
    assert differences(QuoteSentOut, wired) == []
    found = call("GET", f"/quotes/{made.quote.id}").get_json()
    assert set(differences(QuoteOut, wired)) == {
        "amount_due", "can", "files.mesh", "files.url", "merchant_can", "order_url", "quote_url",
    }  # fmt: skip
    for own in ("amount_due", "can", "merchant_can", "order_url", "quote_url"):
        del found[own]
    for file in found["files"]:
        del file["url"], file["mesh"]
    assert found == wired


def test_a_paid_quote_names_its_order(call: Call, store: stores.Store) -> None:
    made = asked(store)
    quotes.send(store.id, made.quote.id, makers.offer(3333, 1, deposit_bp=5000))
    order = quotes.accept(store, made.token, version=1).order
    money_comes(order)
    found = call("GET", f"/quotes/{made.quote.id}").get_json()
    assert (found["status"], found["order_id"]) == ("paid", order.id)
    assert found["order_url"].endswith(f"/orders/{orders.link_token(order)}")
    assert (found["deposit_due"], found["balance_due"], found["amount_due"]) == (0, 16.66, 16.66)
    assert found["can"]["pay"] is True
    assert call("GET", f"/orders/{order.id}").get_json()["quote_id"] == made.quote.id


@pytest.mark.parametrize("id", ["qt_unknown", "%00", "x%00y", "qt_" + "1" * 3000])
def test_what_is_no_quote_is_not_found(call: Call, id: str) -> None:
    for path in ("", "/suggestion"):
        assert refusal(call("GET", f"/quotes/{id}{path}")) == (404, "not_found")
    for step, body in STEPS.items():
        answer = call("POST", f"/quotes/{id}/{step}", json=body)
        assert refusal(answer) == (404, "not_found")


STEPS: dict[str, dict[str, Any]] = {
    "send": {"lines": [{"description": "Bracket", "quantity": 4, "unit_price": 15.75}]},
    "decline": {},
    "cancel": {},
    "message": {"text": "Hello"},
    "extend": {"expires_on": "2999-01-01"},
}


def test_nobody_sees_that_another_store_has_a_quote(call: Call, store: stores.Store) -> None:
    quote = makers.quote(store).quote
    _, other = stores.create_key(store.twin_id, name="Test")
    for path in ("", "/suggestion"):
        answer = call("GET", f"/quotes/{quote.id}{path}", key=other)
        assert refusal(answer) == (404, "not_found")
    for step, body in STEPS.items():
        answer = call("POST", f"/quotes/{quote.id}/{step}", json=body, key=other)
        assert refusal(answer) == (404, "not_found")
    assert call("GET", "/quotes", key=other).get_json()["data"] == []


def test_reading_needs_quotes_read_and_answering_needs_quotes_write(
    call: Call, store: stores.Store
) -> None:
    quote = makers.quote(store).quote
    _, reads = stores.create_key(store.id, name="Reads", scopes=("quotes:read", "orders:write"))
    _, writes = stores.create_key(store.id, name="Writes", scopes=("quotes:write",))
    for path in ("/quotes", f"/quotes/{quote.id}", f"/quotes/{quote.id}/suggestion"):
        assert call("GET", path, key=reads).status_code == 200
        assert refusal(call("GET", path, key=writes)) == (403, "missing_scope")
    for step, body in STEPS.items():
        answer = call("POST", f"/quotes/{quote.id}/{step}", json=body, key=reads)
        assert refusal(answer) == (403, "missing_scope")
    said = call("POST", f"/quotes/{quote.id}/message", json={"text": "Hi"}, key=writes)
    assert said.status_code == 200


def test_quotes_are_listed_the_newest_first_and_narrowed(
    call: Call, store: stores.Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = [makers.quote(store).quote, makers.quoted(store).quote, makers.quote(store).quote]
    clock.forward(3600)
    between = now()
    clock.forward(3600)
    new = [makers.quoted(store).quote, makers.quote(store).quote]
    ids = [quote.id for quote in (*old, *new)][::-1]
    for few in (1000, 0):
        monkeypatch.setattr("synqro.quotes.sifting.FEW", few)
        assert listed(call) == ids
        assert listed(call, "status=quoted") == [new[0].id, old[1].id]
        assert listed(call, "status=paid") == []
        assert listed(call, f"created_after={wire(between)}") == ids[:2]
        assert listed(call, f"created_before={wire(between)}") == ids[2:]
        both = f"created_before={wire(between)}&status=quoted"
        assert listed(call, both) == [old[1].id]
    for order in (old[0], new[1]):
        assert listed(call, f"created_before={wire(order.created_at)}")[:1] != [order.id]
        assert order.id in listed(call, f"created_after={wire(order.created_at)}")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("status=eaten", "status"),
        ("created_after=soon", "created_after"),
        ("updated_after=2026-11-23T10:00:00Z", "updated_after"),
        ("limit=0", "limit"),
    ],
)
def test_a_parameter_that_cannot_be_is_named(call: Call, query: str, field: str) -> None:
    answer = call("GET", f"/quotes?{query}")
    assert refusal(answer) == (400, "invalid_parameter")
    assert [wrong["field"] for wrong in answer.get_json()["error"]["fields"]] == [field]


def test_a_page_of_any_length_takes_as_many_queries(call: Call, store: stores.Store) -> None:
    for _ in range(3):
        paid = asked(store)
        quotes.send(store.id, paid.quote.id, makers.offer())
        quotes.reply(store.id, paid.quote.id, "Hello")
        money_comes(quotes.accept(store, paid.token, version=1).order)

    def count(limit: int) -> int:
        found: list[str] = []

        def note(*args: Any) -> None:
            found.append(args[2])

        event.listen(db.engine, "before_cursor_execute", note)
        assert len(call("GET", f"/quotes?limit={limit}").get_json()["data"]) == limit
        event.remove(db.engine, "before_cursor_execute", note)
        return len(found)

    count(1)
    assert count(1) == count(3) <= 14


def test_a_price_is_suggested_with_its_working(call: Call, store: stores.Store) -> None:
    offered = [stores.Material(name="PLA", colors=["Grey"])]
    costing.save(store, rates(), offered=offered)
    made = asked(store, color="Grey")
    found = call("GET", f"/quotes/{made.quote.id}/suggestion").get_json()
    assert (found["object"], found["quote_id"]) == ("suggestion", made.quote.id)
    assert (found["available"], found["reason"], found["reasons"]) == (True, None, [])
    estimate = quotes.suggest(stores.by_id(store.id), fresh(made.quote), rates())
    assert isinstance(estimate, costing.Estimate)
    assert found["price"] == estimate.price / 100 and found["cost"] == estimate.cost / 100
    total = sum(round(100 * line["amount"]) for line in found["working"])
    assert total == estimate.price
    assert found["cost"] == pytest.approx(
        sum(line["amount"] for line in found["working"] if line["cost"])
    )
    material = found["working"][0]
    assert material["kind"] == "material"
    [part] = material["facts"]["parts"]
    assert part["price_per_kg"] == rates().materials[0].price_per_kg / 100
    assert part["grams"] == estimate.items[0].milligrams / 1000
    [item] = found["items"]
    assert item["file_id"] == made.quote.parts[0]["id"] and item["grams"] == part["grams"]
    assert found["lines"] == [
        {"description": "a, PLA, Grey", "quantity": 4, "unit_price": item["unit_price"]}
    ]
    sent = call("POST", f"/quotes/{made.quote.id}/send", json={"lines": found["lines"]})
    assert sent.status_code == 200, sent.text
    assert sent.get_json()["total"] == pytest.approx(4 * item["unit_price"])


def test_without_a_price_to_suggest_the_reason_is_said(call: Call, store: stores.Store) -> None:
    quote = makers.quote(store).quote
    answer = call("GET", f"/quotes/{quote.id}/suggestion")
    found = answer.get_json()
    assert (answer.status_code, found["available"], found["price"]) == (200, False, None)
    assert found["reason"] == found["reasons"][0]
    assert found["reason"]["code"] == "no_rates" and found["reason"]["message"]
    assert found["working"] == found["lines"] == []
    costing.save(store, rates(), offered=[stores.Material(name="PLA", colors=[])])
    again = call("GET", f"/quotes/{quote.id}/suggestion").get_json()
    assert again["available"] is False and again["reason"]["code"] == "no_facts"
