"""Events signed as the sandbox signs them, without a sandbox."""

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from synqro.config import Settings
from synqro.core.clock import now
from synqro.core.sandbox import sandbox_secrets
from synqro.stores import Store
from tests.orders.shop import ACCOUNT, set_up_payments

Send = Callable[..., TestResponse]


def event(**facts: Any) -> dict[str, Any]:
    """A snapshot event of the shop's account."""
    return {
        "id": "evt_1",
        "object": "event",
        "type": "checkout.session.completed",
        "account": ACCOUNT,
        "created": int(now().timestamp()),
        "livemode": False,
        "data": {"object": {"id": "cs_1", "metadata": {}}},
    } | facts


def signature(raw: bytes, secret: str, age: float = 0) -> str:
    at = int(now().timestamp() - age)
    signed = hmac.new(secret.encode(), f"{at}.".encode() + raw, hashlib.sha256)
    return f"t={at},v1={signed.hexdigest()}"


@pytest.fixture
def shop(store: Store) -> Store:
    set_up_payments(store)
    return store


@pytest.fixture
def send(client: FlaskClient, settings: Settings, shop: Store) -> Send:
    """POST an event, signed now with the right secret unless told otherwise."""
    secrets = sandbox_secrets(settings.data_dir)

    def post(
        body: Any,
        *,
        age: float = 0,
        secret: str = secrets.webhook_secret,
        header: str | None = None,
        path: str = "/hooks/stripe",
    ) -> TestResponse:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        signed = signature(raw, secret, age) if header is None else header
        headers = {"Stripe-Signature": signed, "Content-Type": "application/json"}
        return client.post(path, data=raw, headers=headers)

    return post
