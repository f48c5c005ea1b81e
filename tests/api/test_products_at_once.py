"""Many programs at once: nothing is made twice, and no change is lost."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from werkzeug.test import TestResponse

from synqro import catalogue, stores
from synqro.core import idempotency
from synqro.core.db import db
from tests import makers
from tests.api.conftest import Call
from tests.catalogue.test_images import picture
from tests.conftest import Clock

VASE = {"title": "Ripple vase", "price": 24.99, "stock": 3, "sku": "VASE-1"}
SIZES = [{"name": "Size", "values": ["S", "M"]}]


@pytest.fixture
def together(app: Flask, key: str) -> Callable[..., list[TestResponse]]:
    """Send calls of /v1 at the same time, each from a thread and a client of its own."""

    def send(call: tuple[str, str, dict[str, Any], dict[str, str]]) -> TestResponse:
        method, path, body, headers = call
        headers = {"Authorization": f"Bearer {key}", **headers}
        with app.app_context():
            client = app.test_client()
            return client.open(f"/v1{path}", method=method, json=body, headers=headers)

    def together(*calls: tuple[str, str, dict[str, Any]], **headers: str) -> list[TestResponse]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        with ThreadPoolExecutor(len(calls)) as pool:
            found = list(pool.map(send, [(*call, named) for call in calls]))
        db.session.expire_all()
        return found

    return together


def test_twenty_at_once_with_one_key_make_one_product(
    call: Call, together: Callable[..., list[TestResponse]]
) -> None:
    answers = together(*[("POST", "/products", VASE)] * 20, Idempotency_Key="k")
    good = [answer for answer in answers if answer.status_code == 201]
    waiting = [answer for answer in answers if answer.status_code == 409]
    assert len({answer.data for answer in good}) == 1
    assert {answer.get_json()["error"]["code"] for answer in waiting} <= {"idempotency_in_progress"}
    assert len(good) + len(waiting) == 20
    [product] = call("GET", "/products").get_json()["data"]
    repeat = call("POST", "/products", json=VASE, once="k")
    assert repeat.get_json() == product and repeat.headers["Idempotent-Replayed"] == "true"


def test_twenty_at_once_with_one_sku_make_one_product(
    call: Call, together: Callable[..., list[TestResponse]]
) -> None:
    answers = together(*[("POST", "/products", VASE)] * 20)
    assert sorted(answer.status_code for answer in answers) == [201, *[422] * 19]
    assert {str(makers.wrong(a)) for a in answers if a.status_code == 422} == {
        "{'sku': 'sku_taken'}"
    }
    assert len(call("GET", "/products").get_json()["data"]) == 1


def test_what_each_changes_of_a_product_holds(
    call: Call, store: stores.Store, together: Callable[..., list[TestResponse]]
) -> None:
    path = f"/products/{makers.product(store).id}"
    facts: list[dict[str, Any]] = [
        {"title": "Tall vase"}, {"price": 19}, {"cost": 3}, {"tags": ["a"]}, {"sku": "NEW"},
        {"lead_time_days": 9}, {"metadata": {"a": "b"}}, {"low_stock_threshold": 2},
    ]  # fmt: skip
    calls = [("PATCH", path, fact) for fact in facts] + [("PUT", f"{path}/stock", {"stock": 77})]
    answers = together(*calls)
    assert [answer.status_code for answer in answers] == [200] * 9
    found = call("GET", path).get_json()
    for fact in [*facts, {"stock": 77}]:
        assert found | fact == found


def test_each_of_two_counts_at_once_is_written_down_with_its_key(
    call: Call, store: stores.Store, together: Callable[..., list[TestResponse]]
) -> None:
    path = f"/products/{makers.product(store).id}"
    answers = together(*[("PUT", f"{path}/stock", {"stock": count}) for count in (7, 8)])
    assert [answer.status_code for answer in answers] == [200, 200]
    last, first, _opened = catalogue.moves(store.id).data
    assert {first.after, last.after} == {7, 8} and last.before == first.after
    assert call("GET", path).get_json()["stock"] == last.after
    names = {key.id: key.name for key in stores.keys(store.id)}
    assert [names[move.key_id or ""] for move in (first, last)] == ["Everything"] * 2


def test_what_each_changes_of_the_store_holds(
    call: Call, together: Callable[..., list[TestResponse]]
) -> None:
    facts: list[dict[str, Any]] = [
        {"tax": {"rate_percent": 7}}, {"tax": {"label": "VAT"}}, {"tax": {"included": False}},
        {"quotes": {"deposit_percent": 30}}, {"quotes": {"lead_time_days": 4}},
        {"closed_message": "Closed"}, {"low_stock_threshold": 3}, {"address_required": True},
    ]  # fmt: skip
    answers = together(*[("PATCH", "/store", fact) for fact in facts])
    assert [answer.status_code for answer in answers] == [200] * 8
    found = call("GET", "/store").get_json()
    assert found["tax"] == {"rate_percent": 7, "label": "VAT", "included": False}
    assert found["quotes"] | {"deposit_percent": 30, "lead_time_days": 4} == found["quotes"]
    assert (found["closed_message"], found["low_stock_threshold"]) == ("Closed", 3)


def dies(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_product_whose_maker_died_is_found_again(
    call: Call, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as dying:
        dying.setattr(idempotency, "keep", dies)
        with pytest.raises(KeyboardInterrupt):
            call("POST", "/products", json=VASE, once="k")
    [product] = call("GET", "/products").get_json()["data"]
    clock.forward(61)
    answer = call("POST", "/products", json=VASE, once="k")
    assert (answer.status_code, answer.get_json()) == (201, product)


@contextmanager
def queries() -> Iterator[list[str]]:
    asked: list[str] = []

    def note(_c: object, _k: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield asked
    event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("size", [5, 50])
def test_a_list_takes_five_queries_at_any_size(call: Call, store: stores.Store, size: int) -> None:
    content = catalogue.draw_picture(picture(10, 10))
    for number in range(size):
        made = makers.product(store, title=f"Vase {number}", options=SIZES)
        if number < 3:
            catalogue.add_image(store.id, made.id, content)
    call("GET", "/products")  # notes the key's use
    with queries() as asked:
        answer = call("GET", f"/products?limit={size}&status=active&q=vase")
    assert len(answer.get_json()["data"]) == size
    assert len(asked) == 5, asked
