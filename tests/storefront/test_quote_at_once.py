"""A request over the JSON API that the rules answer: the same shape, and a price to accept."""

from io import BytesIO
from typing import Any

from flask.testing import FlaskClient

from synqro import events, stores
from synqro.core.db import db
from tests.orders.shop import set_up_payments
from tests.quotes.at_once import SECRETS, block, switch_on

QUOTE = "/api/storefront/quote"


def ask(sf: FlaskClient, key: str = "once", **facts: Any) -> Any:
    sent = sf.post("/api/storefront/upload", data={"file": (BytesIO(block()), "hinge.stl")})
    body = {
        "customer": {"name": "Sam Field", "email": "sam@example.com"},
        "material": "PLA",
        "quantity": 2,
        "upload_ids": [sent.get_json()["upload_id"]],
        **facts,
    }
    return body, sf.post(QUOTE, json=body, headers={"Idempotency-Key": key})


def test_it_answers_quoted(sf: FlaskClient, store: stores.Store) -> None:
    set_up_payments(store)
    switch_on(store)
    body, answer = ask(sf)
    made = answer.get_json()
    assert (answer.status_code, made["status"]) == (201, "quoted")
    assert set(made) == {"id", "number", "status", "token", "quote_url"}
    assert made["quote_url"].endswith(f"/quotes/{made['token']}")
    again = sf.post(QUOTE, json=body, headers={"Idempotency-Key": "once"})
    assert again.get_json() == made and again.headers["Idempotent-Replayed"] == "true"
    shown = sf.get(QUOTE, query_string={"token": made["token"]})
    found = shown.get_json()
    assert (found["status"], found["version"], found["can"]["accept"]) == ("quoted", 1, True)
    [line] = found["lines"]
    assert line["quantity"] == 2 and found["shipping"] == 5.9
    assert round(line["amount"] + 5.9, 2) == found["total"] == found["amount_due"]
    assert [event["event"] for event in found["timeline"]] == ["created", "sent"]
    assert "automatic" not in found and not [word for word in SECRETS if word in shown.text]
    told = list(db.session.scalars(db.select(events.Event).order_by(events.Event.id)))
    assert [event.type for event in told] == ["quote.created", "quote.sent"]
    created, sent = (event.body.decode() for event in told)
    assert '"status":"pending"' in created.replace(" ", "")
    assert '"status":"quoted"' in sent.replace(" ", "")
    assert not [word for word in SECRETS if word in created + sent]


def test_beyond_the_rules_it_answers_pending(sf: FlaskClient, store: stores.Store) -> None:
    set_up_payments(store)
    switch_on(store, pieces=1)
    _body, answer = ask(sf)
    assert (answer.status_code, answer.get_json()["status"]) == (201, "pending")
    _body, wrong = ask(sf, "other", quantity=0)
    assert wrong.status_code == 422
