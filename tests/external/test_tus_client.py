"""The real tus-js-client sends files to the product's own server."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.bench.serving import served, shop

pytestmark = pytest.mark.external
HERE = Path(__file__).parent / "tus"
Client = Callable[[str], Any]


@pytest.fixture(scope="module")
def product() -> Iterator[tuple[str, str]]:
    """The address of a product with a shop, and the shop's key."""
    with shop(1) as (app, store), served(app, app.extensions["settings"]):
        yield app.extensions["settings"].public_url, store.publishable_key


@pytest.fixture
def client(product: tuple[str, str]) -> Client:
    """Sends a file in one of the ways of sending.js, and gives back what it said."""
    address, key = product
    node_path = os.environ["TUS_CLIENT"]

    def run(mode: str) -> Any:
        endpoint = f"{address}/api/storefront/upload/tus"
        script = Path(node_path) / "sending.js"
        command = ["node", script, endpoint, key, mode]
        told = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert told.returncode == 0, told.stderr
        return json.loads(told.stdout)

    return run


def shown(product: tuple[str, str], told: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    address, key = product
    connection = HTTPConnection(urlsplit(address).netloc, timeout=60)
    query = f"id={told['id']}&token={told['token']}&key={key}"
    connection.request("GET", f"/api/storefront/upload?{query}")
    answer = connection.getresponse()
    found = json.loads(answer.read())
    connection.close()
    return answer.status, found


@pytest.mark.parametrize("mode", ["whole", "pieces", "overridden", "cut", "along"])
def test_a_file_arrives(product: tuple[str, str], client: Client, mode: str) -> None:
    told = client(mode)
    assert "error" not in told, told
    status, found = shown(product, told)
    assert (status, found["bytes"], found["filename"]) == (200, told["bytes"], "plan ü.pdf")


def test_several_at_once_arrive(product: tuple[str, str], client: Client) -> None:
    told = client("many")
    assert len({one["id"] for one in told}) == 4
    assert [shown(product, one)[0] for one in told] == [200] * 4


def test_a_refused_file_says_why(product: tuple[str, str], client: Client) -> None:
    told = client("refused")
    assert told["status"] == 415 and "file_type_not_allowed" in told["body"]
    assert shown(product, told)[1]["error"]["code"] == "file_type_not_allowed"


def test_one_that_is_given_up_is_gone(product: tuple[str, str], client: Client) -> None:
    assert shown(product, client("terminated"))[0] == 410
