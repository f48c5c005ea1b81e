"""The same request again: the same answer again, and nothing made twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from synqro import catalogue, payments, stores
from synqro.core import idempotency
from synqro.core.clock import now
from synqro.core.db import db
from synqro.web import idempotent
from tests.makers import BUYER, refusal
from tests.storefront.conftest import Checkout

ORDER = "/api/storefront/order"
pytestmark = pytest.mark.usefixtures("checkout")


def buy(sf: FlaskClient, product: catalogue.Product, key: str, **facts: Any) -> TestResponse:
    body = {"product_id": product.id, "customer": BUYER, **facts}
    return sf.post(ORDER, json=body, headers={"Idempotency-Key": key})


def orders_made() -> int:
    db.session.rollback()
    return int(db.session.scalar(text("SELECT count(*) FROM orders")) or 0)


def test_a_repeat_gets_the_first_answer(
    sf: FlaskClient, vase: catalogue.Product, checkout: Checkout
) -> None:
    first, second = (buy(sf, vase, "k") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.data == second.data and second.mimetype == "application/json"
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.headers["X-Request-Id"] != first.headers["X-Request-Id"]
    assert orders_made() == 1 and len(checkout.opened) == 1
    assert buy(sf, vase, "another").get_json()["order_id"] != first.get_json()["order_id"]


def test_another_body_under_the_same_key(sf: FlaskClient, vase: catalogue.Product) -> None:
    buy(sf, vase, "k")
    assert refusal(buy(sf, vase, "k", quantity=2)) == (409, "idempotency_key_reused")
    body = f'{{"product_id": "{vase.id}"}}'
    for data in (body, body + " "):
        answer = sf.post(
            ORDER,
            data=data,
            headers={"Idempotency-Key": "bytes"},
            content_type="application/json",
        )
    assert refusal(answer) == (409, "idempotency_key_reused")


def test_a_key_belongs_to_its_store_and_its_path(
    sf: FlaskClient, twin: stores.Store, vase: catalogue.Product
) -> None:
    placed = buy(sf, vase, "k").get_json()
    pay = sf.post(
        f"{ORDER}/pay",
        json={"token": placed["order_token"]},
        headers={"Idempotency-Key": "k"},
    )
    assert pay.status_code == 200
    headers = {"Idempotency-Key": "k", "X-Synqro-Store": twin.publishable_key}
    other = sf.post(ORDER, json={"product_id": vase.id, "customer": BUYER}, headers=headers)
    assert refusal(other) == (404, "product_not_found")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"quantity": 0}, (422, "invalid_fields")),
        ({"quantity": 9}, (409, "out_of_stock")),
        ({"product_id": "prd_x"}, (404, "product_not_found")),
    ],
)
def test_refusals_are_kept_too(
    sf: FlaskClient, vase: catalogue.Product, facts: dict[str, Any], expected: tuple[int, str]
) -> None:
    first, second = (buy(sf, vase, "k", **facts) for _ in range(2))
    assert refusal(first) == refusal(second) == expected
    assert first.data == second.data and second.headers["Idempotent-Replayed"] == "true"


def test_broken_json_is_kept_too(sf: FlaskClient) -> None:
    sent = {"data": b"{", "content_type": "application/json", "headers": {"Idempotency-Key": "k"}}
    first, second = (sf.post(ORDER, **sent) for _ in range(2))  # type: ignore[arg-type]
    assert refusal(second) == (400, "malformed_json")
    assert first.data == second.data


def test_a_failure_of_ours_is_not_kept(
    sf: FlaskClient, store: stores.Store, vase: catalogue.Product, checkout: Checkout
) -> None:
    checkout.refusal = payments.PaymentProviderError()
    assert buy(sf, vase, "k").status_code == 502
    checkout.refusal = None
    answer = buy(sf, vase, "k")
    assert answer.status_code == 201 and "Idempotent-Replayed" not in answer.headers
    db.session.remove()
    assert catalogue.find(store.id, vase.id).variants[0].left == 2


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_keys_have_1_to_255_characters(sf: FlaskClient, vase: catalogue.Product, key: str) -> None:
    assert refusal(buy(sf, vase, key)) == (400, "invalid_idempotency_key")
    assert orders_made() == 0


@pytest.mark.parametrize("key", ["k" * 255, "ключ", "é", "a b", "'; DROP TABLE orders"])
def test_any_other_key_will_do(sf: FlaskClient, vase: catalogue.Product, key: str) -> None:
    sent = key.encode().decode("latin-1")
    first, second = (buy(sf, vase, sent) for _ in range(2))
    assert first.status_code == 201 and first.data == second.data


def claimed(store: stores.Store, body: bytes) -> idempotency.Claim:
    """What a request that is still running, or has died, has left behind."""
    wanted = idempotency.Claim(store.id, "POST", ORDER, "k")
    found = idempotency.claim(wanted, idempotent.fingerprint(body))
    assert isinstance(found, idempotency.Claim)
    return found


def send(sf: FlaskClient, body: bytes) -> TestResponse:
    headers = {"Idempotency-Key": "k"}
    return sf.post(ORDER, data=body, content_type="application/json", headers=headers)


def test_the_second_waits_while_the_first_runs(
    sf: FlaskClient,
    store: stores.Store,
    vase: catalogue.Product,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at = now()
    monkeypatch.setattr(idempotency, "now", lambda: at)
    body = sf.application.json.dumps({"product_id": vase.id, "customer": BUYER}).encode()
    claimed(store, body)
    answer = send(sf, body)
    assert refusal(answer) == (409, "idempotency_in_progress")
    assert answer.headers["Retry-After"] == "1"
    assert refusal(send(sf, b"{}")) == (409, "idempotency_key_reused")
    at += timedelta(seconds=59)
    assert send(sf, body).status_code == 409
    at += timedelta(seconds=1)
    assert send(sf, body).status_code == 201


def test_a_request_that_died_after_its_order_leads_to_that_order(
    sf: FlaskClient,
    vase: catalogue.Product,
    clock: Any,
    monkeypatch: pytest.MonkeyPatch,
    checkout: Checkout,
) -> None:
    """Between the order's commit and Stripe, and between Stripe and the answer."""
    for died_at in ("open_checkout", "keep"):
        with monkeypatch.context() as dying:
            room = payments if died_at == "open_checkout" else idempotency
            dying.setattr(room, died_at, dies)
            dying.setattr(idempotency, "free", dies)
            with pytest.raises(KeyboardInterrupt):
                buy(sf, vase, died_at)
        made = orders_made()
        clock.forward(61)
        answer = buy(sf, vase, died_at)
        assert answer.status_code == 201 and orders_made() == made
        assert buy(sf, vase, died_at).data == answer.data
    assert made == 2


def dies(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_one_that_was_taken_over_makes_nothing(
    sf: FlaskClient, store: stores.Store, clock: Any
) -> None:
    slow = claimed(store, b"{}")
    clock.forward(61)
    quick = claimed(store, b"{}")
    with pytest.raises(idempotency.InProgress), idempotency.transaction():
        idempotency.bind(slow, "ord_slow")
    with idempotency.transaction():
        idempotency.bind(quick, "ord_quick")
    idempotency.keep(slow, 201, "slow")
    idempotency.keep(quick, 201, "quick")
    wanted = idempotency.Claim(store.id, "POST", ORDER, "k")
    assert idempotency.claim(wanted, idempotent.fingerprint(b"{}")) == "quick"


def test_answers_are_sealed_and_forgotten_after_a_day(
    sf: FlaskClient, vase: catalogue.Product, clock: Any
) -> None:
    token = buy(sf, vase, "k").get_json()["order_token"]
    kept = db.session.scalar(text("SELECT answer FROM idempotency_keys"))
    assert kept and token.encode() not in bytes(kept)
    clock.forward(24 * 3600 - 60)
    assert buy(sf, vase, "k").headers["Idempotent-Replayed"] == "true"
    clock.forward(61)
    answer = buy(sf, vase, "k", quantity=2)
    assert answer.status_code == 201 and "Idempotent-Replayed" not in answer.headers
    clock.forward(24 * 3600 + 1)
    idempotency.purge()
    assert db.session.scalar(text("SELECT count(*) FROM idempotency_keys")) == 0


def test_many_at_once_make_one_order(
    sf: FlaskClient, store: stores.Store, vase: catalogue.Product
) -> None:
    def one(_: int) -> TestResponse:
        with sf.application.app_context():
            client = sf.application.test_client()
            client.environ_base["HTTP_X_SYNQRO_STORE"] = store.publishable_key
            return buy(client, vase, "k")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(one, range(16)))
    assert orders_made() == 1
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.data for answer in answers if answer.status_code == 201}) == 1
