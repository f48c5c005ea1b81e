"""A custom job from a page's side: asked, answered, accepted, paid, talked about."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from synqro import events, payments, quotes, stores
from synqro.core.clock import today
from synqro.core.db import db
from tests import makers
from tests.makers import press, refusal, wait_for, wrong
from tests.storefront.conftest import Checkout, change

QUOTE = "/api/storefront/quote"
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"
CUSTOMER = {"name": "Sam Field", "email": "sam@example.com"}


def ask(sf: FlaskClient, **more: Any) -> TestResponse:
    headers = more.pop("headers", {})
    body = {"customer": CUSTOMER, "description": "A bracket for a gate", **more}
    return sf.post(QUOTE, json=body, headers=headers)


def look(sf: FlaskClient, token: str) -> dict[str, Any]:
    answer = sf.get(QUOTE, query_string={"token": token})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def say(sf: FlaskClient, what: str, token: str, **more: Any) -> TestResponse:
    return sf.post(f"{QUOTE}/{what}", json={"token": token, **more})


def send(store: stores.Store, asked: dict[str, str], **more: Any) -> None:
    quotes.send(store.id, asked["id"], makers.offer(**more))


def test_a_request_is_taken_with_its_files(sf: FlaskClient, store: stores.Store) -> None:
    sent = sf.post("/api/storefront/upload", data={"file": (BytesIO(PDF), "hinge.pdf")})
    file = sent.get_json()
    answer = ask(
        sf,
        quantity=4,
        material="petg",
        color="grey",
        needed_by=(today(store.timezone) + timedelta(days=9)).isoformat(),
        uploads=[{"id": file["upload_id"], "units": "in"}],
        file_url="https://example.com/part.stl",
        metadata={"page": "home"},
    )
    assert answer.status_code == 201, answer.text
    made = answer.get_json()
    assert (made["number"], made["status"], len(made["token"])) == ("Q-1001", "pending", 43)
    assert made["quote_url"].endswith(f"/s/{store.publishable_key}/quotes/{made['token']}")
    found = look(sf, made["token"])
    assert (found["material"], found["lines"], found["total"]) == ("PETG", [], None)
    [shown] = found["files"]
    assert (shown["filename"], shown["bytes"], shown["units"]) == ("hinge.pdf", len(PDF), "in")
    fetched = sf.get(shown["url"])
    assert fetched.data == PDF
    assert fetched.headers["Content-Disposition"].startswith("attachment")
    assert found["can"] == {
        "accept": False, "decline": False, "cancel": True, "pay": False, "message": True,
    }  # fmt: skip
    taken = sf.delete(
        "/api/storefront/upload",
        query_string={"id": file["upload_id"], "token": file["upload_token"]},
    )
    assert taken.status_code == 409
    again = ask(sf, previous_token=made["token"]).get_json()
    assert [each["id"] for each in look(sf, again["token"])["files"]] == [file["upload_id"]]


def test_what_cannot_be_asked_is_refused_field_by_field(
    sf: FlaskClient, store: stores.Store, twin: stores.Store
) -> None:
    assert wrong(ask(sf, quantity=0, needed_by="tomorrow", file_url="javascript:1", oops=1)) == {
        "quantity": "too_small",
        "needed_by": "invalid_date",
        "file_url": "invalid_url",
        "oops": "unknown_field",
    }
    assert wrong(ask(sf, material="Gold", upload_ids=["up_x"], needed_by="2020-01-01")) == {
        "material": "unknown_material",
        "needed_by": "in_the_past",
        "upload_ids.0": "upload_not_found",
    }
    everything = {
        "customer": {"name": "Sam Field", "email": "sam"},
        "material": "Gold",
        "needed_by": "2020-01-01",
        "upload_ids": ["up_x"],
        "oops": 1,
    }
    assert wrong(ask(sf, **everything)) == {
        "customer.email": "invalid_email",
        "material": "unknown_material",
        "needed_by": "in_the_past",
        "upload_ids.0": "upload_not_found",
        "oops": "unknown_field",
    }
    both = ask(sf, upload_ids=["up_x"], uploads=[{"id": "up_y"}])
    assert wrong(both) == {"uploads": "not_beside_upload_ids"}
    assert refusal(ask(sf, description=" ")) == (422, "nothing_to_quote")
    assert refusal(ask(sf, product_id="prd_x")) == (404, "product_not_found")
    theirs = makers.quote(twin)
    assert refusal(ask(sf, previous_token=theirs.token))[0] == 404
    for query in ({"token": theirs.token}, {"token": "x"}):
        assert refusal(sf.get(QUOTE, query_string=query)) == (404, "not_found")
    mine = ask(sf).get_json()
    other = sf.get(QUOTE, query_string={"token": mine["token"], "id": "qt_other"})
    assert refusal(other)[0] == 404
    for what in ("accept", "decline", "cancel", "message"):
        more = {"version": 1} if what == "accept" else {}
        more |= {"text": "x"} if what == "message" else {}
        assert refusal(say(sf, what, theirs.token, **more)) == (404, "not_found")
    change(store, quotes_enabled=False)
    assert refusal(ask(sf)) == (409, "quotes_closed")


def test_looking_changes_nothing(sf: FlaskClient, store: stores.Store) -> None:
    made = ask(sf).get_json()
    send(store, made)
    before = _everything()
    for _ in range(3):
        look(sf, made["token"])
        sf.head(QUOTE, query_string={"token": made["token"]})
    assert _everything() == before


def _everything() -> list[Any]:
    db.session.rollback()
    rows = db.session.execute(db.text("SELECT id, version, status, updated_at FROM quotes"))
    return [rows.all(), db.session.scalar(db.select(db.func.count()).select_from(events.Event))]


def test_a_price_is_accepted_by_its_version(
    sf: FlaskClient, store: stores.Store, checkout: Checkout
) -> None:
    made = ask(sf).get_json()
    token = made["token"]
    assert refusal(say(sf, "accept", token, version=0)) == (409, "quote_not_open")
    send(store, made, deposit_bp=5000, lead_time_days=3)
    found = look(sf, token)
    assert (found["total"], found["deposit_due"], found["balance_due"]) == (63, 31.5, 31.5)
    assert found["amount_due"] == 31.5
    assert found["lines"] == [
        {"description": "Bracket, PETG grey", "quantity": 4, "unit_price": 15.75, "amount": 63}
    ]
    send(store, made, unit_price=2000)
    stale = say(sf, "accept", token, version=1)
    assert refusal(stale) == (409, "quote_version_stale")
    assert stale.get_json()["error"]["version"] == 2
    checkout.refusal = payments.PaymentProviderError()
    failed = say(sf, "accept", token, version=2)
    assert refusal(failed) == (502, "payment_provider_error")
    assert look(sf, token)["status"] == "accepted"
    checkout.refusal = None
    answer = say(sf, "accept", token, version=2, customer={"phone": "+44 20 7946 0018"})
    assert answer.status_code == 200, answer.text
    accepted = answer.get_json()
    assert (accepted["status"], accepted["amount_due"], accepted["currency"]) == (
        "accepted", 80, "EUR",
    )  # fmt: skip
    assert checkout.opened[-1]["success_url"].startswith(look(sf, token)["quote_url"])
    again = say(sf, "accept", token, version=2).get_json()
    assert again["checkout_url"] == accepted["checkout_url"]
    declined = say(sf, "decline", token)
    assert refusal(declined) == (409, "quote_not_open")
    assert declined.get_json()["error"]["status"] == "accepted"


def test_the_end_and_what_was_said_are_seen_by_both(sf: FlaskClient, store: stores.Store) -> None:
    made = ask(sf).get_json()
    token = made["token"]
    assert refusal(say(sf, "decline", token)) == (409, "quote_not_open")
    send(store, made)
    quotes.reply(store.id, made["id"], "Ready on Friday.")
    answer = say(sf, "message", token, text="Fine.")
    said = [(m["from"], m["text"]) for m in answer.get_json()["messages"]]
    assert said == [("merchant", "Ready on Friday."), ("customer", "Fine.")]
    assert wrong(say(sf, "message", token)) == {"text": "required"}
    ended = say(sf, "decline", token, reason="Too late for us.").get_json()
    assert (ended["status"], ended["reason"]) == ("declined", "Too late for us.")
    assert [each["event"] for each in ended["timeline"]] == [
        "created", "sent", "message", "message", "declined",
    ]  # fmt: skip
    assert refusal(say(sf, "accept", token, version=1)) == (409, "quote_not_open")
    other = ask(sf).get_json()
    assert say(sf, "cancel", other["token"]).get_json()["status"] == "cancelled"


def test_a_price_whose_day_is_over_is_gone(sf: FlaskClient, store: stores.Store, clock) -> None:
    made = ask(sf).get_json()
    send(store, made)
    clock.forward(16 * 86_400)
    assert refusal(say(sf, "accept", made["token"], version=1)) == (410, "quote_expired")
    quotes.follow_up(store.id)
    assert look(sf, made["token"])["status"] == "expired"
    assert refusal(say(sf, "accept", made["token"], version=1)) == (410, "quote_expired")


def test_a_shop_without_payments_says_so(sf: FlaskClient, store: stores.Store) -> None:
    made = ask(sf).get_json()
    send(store, made)
    refused = say(sf, "accept", made["token"], version=1)
    assert refusal(refused) == (409, "payments_not_set_up")
    assert look(sf, made["token"])["status"] == "quoted"


@pytest.mark.parametrize("what", ["ask", "message"])
def test_the_same_key_asks_once(sf: FlaskClient, store: stores.Store, what: str) -> None:
    headers = {"Idempotency-Key": "k1"}
    if what == "ask":
        first, second = ask(sf, headers=headers), ask(sf, headers=headers)
    else:
        body = {"token": ask(sf).get_json()["token"], "text": "Hello"}
        first, second = (sf.post(f"{QUOTE}/message", json=body, headers=headers) for _ in range(2))
        assert len(second.get_json()["messages"]) == 1
    assert second.headers["Idempotent-Replayed"] == "true"
    assert first.get_json() == second.get_json()


def test_pages_of_other_origins_may_ask(sf: FlaskClient, store: stores.Store) -> None:
    answer = ask(sf, headers={"Origin": "https://shop.example"})
    assert answer.headers["Access-Control-Allow-Origin"] in ("*", "https://shop.example")
    assert "RateLimit-Limit" in answer.headers and answer.headers["RateLimit-Limit"] == "30"


def test_a_deposit_and_its_balance_are_paid_at_the_till(
    sf: FlaskClient,
    client: FlaskClient,
    connected: stores.Store,
    run_jobs: Callable[[], int],
) -> None:
    made = ask(sf).get_json()
    token = made["token"]
    send(connected, made, deposit_bp=3000)
    accepted = say(sf, "accept", token, version=1).get_json()
    assert accepted["amount_due"] == 18.9
    press(client, accepted["checkout_url"])

    def until(**wanted: Any) -> dict[str, Any]:
        def there() -> dict[str, Any] | None:
            run_jobs()
            found = look(sf, token)
            return found if wanted.items() <= found.items() else None

        found: dict[str, Any] = wait_for(there)
        return found

    paid = until(status="paid")
    assert (paid["deposit_due"], paid["balance_due"], paid["amount_due"]) == (0, 44.1, 44.1)
    assert paid["can"]["pay"] and not paid["can"]["cancel"]
    order_token = paid["order_url"].rsplit("/", 1)[1]
    rest = sf.post("/api/storefront/order/pay", json={"token": order_token}).get_json()
    assert rest["amount_due"] == 44.1
    press(client, rest["checkout_url"])
    done = until(balance_due=0)
    assert (done["status"], done["can"]["pay"]) == ("paid", False)
    told = list(db.session.scalars(db.select(events.Event.type)))
    assert told.count("order.created") == told.count("quote.paid") == 1
