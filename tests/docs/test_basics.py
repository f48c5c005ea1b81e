"""What the guides say of every call: the client in Python, errors, lists, the command line."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from synqro import stores
from synqro.web.snippets import snippet
from tests import makers
from tests.docs.conftest import shown
from tests.orders import shop

Python = Callable[..., str]


@pytest.fixture
def python(live: str, store: stores.Store, tmp_path: Path) -> Python:
    """Run a saved example with a key of the shop."""
    key = stores.create_key(store.id, name="Examples")[1]

    def run(name: str, *words: str) -> str:
        for file in ("call.py", name):
            (tmp_path / file).write_text(snippet(f"api/{file}"))
        done = subprocess.run(
            [sys.executable, name, *words], cwd=tmp_path, text=True, capture_output=True,
            env={"PATH": os.environ["PATH"], "SYNQRO_SECRET_KEY": key}, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_the_client_sets_stock(python: Python, store: stores.Store) -> None:
    vase = makers.product(store)
    assert python("stock.py", vase.id, "12") == "12\n"


def test_a_copy_of_the_orders_is_kept(python: Python, store: stores.Store) -> None:
    shop.set_up_payments(store)
    vase = makers.product(store, stock=200)
    placed = [shop.place(store, vase).order for _ in range(3)]
    copied = python("sync.py", "2026-01-01T00:00:00Z").splitlines()
    assert copied == [f"{order.number} awaiting_payment 28.0 EUR" for order in placed]


def test_an_error_looks_as_shown(client: FlaskClient, store: stores.Store) -> None:
    vase = makers.product(store)
    typed = {"name": "Sam", "email": "sam"}
    said = makers.buy(client, store, vase.id, quantity=0, customer=typed).get_json()
    told = shown("api/error.json")["error"]
    assert said["error"].keys() == told.keys()
    assert {f["field"]: f["code"] for f in said["error"]["fields"]} == {
        f["field"]: f["code"] for f in told["fields"]
    }


def test_an_empty_list_looks_as_shown(client: FlaskClient, store: stores.Store) -> None:
    key = stores.create_key(store.id, name="Examples")[1]
    answer = client.get("/v1/orders", headers={"Authorization": f"Bearer {key}"})
    assert answer.get_json() == shown("api/list.json")
