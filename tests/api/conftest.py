from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from synqro import stores

Call = Callable[..., TestResponse]


@pytest.fixture
def key(store: stores.Store) -> str:
    """A secret key that may do everything."""
    return stores.create_key(store.id, name="Everything")[1]


@pytest.fixture
def call(client: FlaskClient, key: str) -> Call:
    """Call /v1 as its developer does: call("GET", "/orders"), call("POST", …, json={…}).

    `key` takes another key; `once` is an idempotency key.
    """

    def call(
        method: str, path: str, *, key: str = key, once: str | None = None, **kwargs: object
    ) -> TestResponse:
        headers = {"Authorization": f"Bearer {key}", **dict(kwargs.pop("headers", None) or {})}
        if once is not None:
            headers["Idempotency-Key"] = once
        return client.open(f"/v1{path}", method=method, headers=headers, **kwargs)

    return call
