"""Pictures of products, sent by programs."""

from io import BytesIO
from secrets import token_hex
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from synqro import catalogue, stores
from synqro.core import idempotency
from synqro.core.db import db
from tests import makers
from tests.api.conftest import Call
from tests.catalogue.test_images import bomb, picture
from tests.conftest import Clock
from tests.makers import refusal, wrong

SMALL = picture(40, 30)


@pytest.fixture
def vase(store: stores.Store) -> catalogue.Product:
    return makers.product(store)


def send(
    call: Call,
    product_id: str,
    content: bytes | None = None,
    name: str = "image",
    once: str | None = None,
    **words: str,
) -> TestResponse:
    """Send a picture in a form whose boundary is another one each time, as programs do."""
    boundary = token_hex(8)
    parts = [f'"{name}"; filename="vase.jpg"'.encode() + b"\r\n\r\n" + (content or SMALL)]
    parts += [f'"{field}"\r\n\r\n{text}'.encode() for field, text in words.items()]
    begin = f"--{boundary}\r\nContent-Disposition: form-data; name=".encode()
    body = b"".join(begin + part + b"\r\n" for part in parts) + f"--{boundary}--\r\n".encode()
    kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    return call("POST", f"/products/{product_id}/images", data=body, headers=kind, once=once)


def pictures(store: stores.Store, product: catalogue.Product) -> list[str]:
    db.session.expire_all()
    return [image.id for image in catalogue.find(store.id, product.id).images]


@pytest.mark.parametrize("name", ["image", "file"])
def test_a_picture_is_added_and_served(
    call: Call, client: FlaskClient, vase: catalogue.Product, name: str
) -> None:
    answer = send(call, vase.id, picture(), name=name, alt="From above")
    assert answer.status_code == 201, answer.text
    found = answer.get_json()
    assert found["id"].startswith("img_")
    assert (found["object"], found["alt"]) == ("image", "From above")
    assert (found["width"], found["height"]) == (960, 640)
    assert call("GET", f"/products/{vase.id}").get_json()["images"] == [found]
    assert client.get(found["url"]).mimetype == "image/webp"


def test_it_is_taken_away(call: Call, store: stores.Store, vase: catalogue.Product) -> None:
    image_id = send(call, vase.id).get_json()["id"]
    path = f"/products/{vase.id}/images/{image_id}"
    answer = call("DELETE", path)
    assert answer.status_code == 200
    assert answer.get_json() == {"id": image_id, "object": "image", "deleted": True}
    assert refusal(call("DELETE", path)) == (404, "not_found")
    assert pictures(store, vase) == []


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"hello", (415, "file_type_not_allowed")),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", (415, "file_type_not_allowed")),
        (bomb(50_000, 50_000), (413, "file_too_large")),
        (picture()[:200], (422, "file_unreadable")),
        (picture() + b"\0" * 10 * 1024 * 1024, (413, "file_too_large")),
        (picture() + b"\0" * 12 * 1024 * 1024, (413, "file_too_large")),
    ],
)
def test_what_is_no_picture_is_refused(
    call: Call, store: stores.Store, vase: catalogue.Product, content: bytes, expected: Any
) -> None:
    assert refusal(send(call, vase.id, content)) == expected
    assert pictures(store, vase) == []


def test_the_form_is_looked_at_as_a_whole(call: Call, vase: catalogue.Product) -> None:
    path = f"/products/{vase.id}/images"
    one = (BytesIO(picture(20, 20)), "a.jpg")
    two = (BytesIO(picture(20, 20)), "b.jpg")
    sent = {"image": one, "file": two, "colour": "red"}
    assert wrong(call("POST", path, data=sent)) == {"file": "too_many", "colour": "unknown_field"}
    form = {"alt": "Only words", "colour": "red"}
    bare = call("POST", path, data=form, headers={"Content-Type": "multipart/form-data"})
    assert wrong(bare) == {"image": "required", "colour": "unknown_field"}
    assert wrong(send(call, vase.id, alt="x" * 301)) == {"alt": "too_long"}
    assert refusal(call("POST", path, json={})) == (415, "unsupported_media_type")
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    broken = call("POST", path, data=b"--y\r\n", headers=headers)
    assert refusal(broken) == (400, "malformed_form")


def test_a_product_has_at_most_twelve(call: Call, vase: catalogue.Product) -> None:
    for _ in range(12):
        catalogue.add_image(vase.store_id, vase.id, picture(10, 10))
    assert wrong(send(call, vase.id)) == {"images": "too_many"}


def test_another_shops_product_takes_none(
    call: Call, twin: stores.Store, vase: catalogue.Product
) -> None:
    theirs = makers.product(twin)
    image = catalogue.add_image(twin.id, theirs.id, picture(20, 20))
    assert refusal(send(call, theirs.id)) == (404, "product_not_found")
    for path in (f"{theirs.id}/images/{image.id}", "x%00y/images/z"):
        assert refusal(call("DELETE", f"/products/{path}")) == (404, "product_not_found")
    for name in (image.id, "x%00y", "z" * 3000):
        answer = call("DELETE", f"/products/{vase.id}/images/{name}")
        assert refusal(answer) == (404, "not_found")
    assert pictures(twin, theirs) == [image.id]


def test_a_repeat_is_answered_and_not_repeated(
    call: Call, store: stores.Store, vase: catalogue.Product
) -> None:
    first, second = (send(call, vase.id, once="k", alt="A") for _ in range(2))
    assert first.data == second.data
    assert second.headers["Idempotent-Replayed"] == "true"
    assert len(pictures(store, vase)) == 1
    for content, alt in ((SMALL, "B"), (picture(30, 30), "A")):
        again = send(call, vase.id, content, once="k", alt=alt)
        assert refusal(again) == (409, "idempotency_key_reused")
    long = send(call, vase.id, once="k" * 256)
    assert refusal(long) == (400, "invalid_idempotency_key")


def dies(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_after_a_crash_it_is_found_again(
    call: Call,
    store: stores.Store,
    vase: catalogue.Product,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as dying:
        dying.setattr(idempotency, "keep", dies)
        with pytest.raises(KeyboardInterrupt):
            send(call, vase.id, once="k")
    assert refusal(send(call, vase.id, once="k")) == (409, "idempotency_in_progress")
    clock.forward(61)
    answer = send(call, vase.id, once="k")
    assert answer.status_code == 201
    assert pictures(store, vase) == [answer.get_json()["id"]]
