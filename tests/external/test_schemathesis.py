"""Schemathesis throws what it can think of at a running product: no answer is a 5xx, or one
that the document does not know.
"""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV31SpecValidator

from synqro import events, stores
from synqro.config import Settings
from synqro.web import openapi
from synqro.web import openapi_examples as shop
from tests import makers
from tests.bench.serving import served
from tests.events.receiver import Receiver
from tests.payments.till import Till
from tests.storefront.uploading import PATH, stl

pytestmark = pytest.mark.external
SECONDS = int(os.environ.get("SCHEMATHESIS_SECONDS", "100"))
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_headers_conformance,response_schema_conformance"
)
# A kind of body that it does not know, a piece of a file, and the key of each face.
HOOKS = """
import os
import schemathesis
from hypothesis import strategies

pieces = strategies.binary(max_size=2000)
schemathesis.openapi.media_type("application/offset+octet-stream", pieces)
SECRET = ("Authorization", "Bearer " + os.environ["SECRET_KEY"])
PUBLISHABLE = ("X-Synqro-Store", os.environ["PUBLISHABLE_KEY"])

@schemathesis.hook
def before_call(context, case, kwargs):
    name, value = SECRET if case.path.startswith("/v1/") else PUBLISHABLE
    case.headers[name] = value
"""
REPEATED = ("/v1/products", "/api/storefront/quote")
AGAIN = {"$ref": "#/components/parameters/IdempotencyKey"}
Json = dict[str, Any]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    settings.rate_limits = "off"
    settings.webhook_allow_private = True
    return settings


@pytest.fixture
def live(app: Flask, settings: Settings) -> Iterator[str]:
    """The app behind the product's own server."""
    with served(app, settings):
        yield settings.public_url


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as found:
        yield found


def made(
    app: Flask, client: FlaskClient, store: stores.Store, till: Till, url: str
) -> tuple[dict[str, str], dict[str, str]]:
    """A shop with one of each. Gives back its ids by those of the examples, and its tokens by
    what they open.
    """
    product = makers.product(store, stock=500)
    endpoint = events.add_endpoint(store.id, url=url, types=["*"]).endpoint
    bought = makers.buy(client, store, product.id).get_json()
    makers.press(client, bought["checkout_url"])
    makers.wait_for(lambda: till.run_jobs() is not None and events.deliveries(store.id).data)
    asked = makers.quoted(store)
    headers = {"X-Synqro-Store": store.publishable_key}
    form = {"file": (BytesIO(stl()), "part.stl")}
    sent = client.post(PATH, data=form, headers=headers).get_json()
    happened = events.happened(store.id).data[0]
    delivery = events.deliveries(store.id).data[0]
    ids = {
        shop.PRODUCT_ID: product.id,
        shop.VARIANT_ID: product.variants[0].id,
        shop.ORDER_ID: bought["order_id"],
        shop.QUOTE_ID: asked.quote.id,
        shop.UPLOAD_ID: sent["upload_id"],
        shop.ENDPOINT_ID: endpoint.id,
        shop.EVENT_ID: happened.id,
        shop.DELIVERY_ID: delivery.id,
    }
    tokens = {"order": bought["order_token"], "quote": asked.token, "upload": sent["upload_token"]}
    return ids, tokens


def with_ours(document: Json, ids: dict[str, str], tokens: dict[str, str]) -> Json:
    """The document, its examples about what is there, and no keys but those we send.

    The same few idempotency keys are thought of all the time: they are tried in two places only.
    """
    paths = {}
    for path, methods in document["paths"].items():
        text = json.dumps(methods)
        for opens, token in tokens.items():
            if path.startswith(f"/api/storefront/{opens}"):
                text = text.replace(shop.TOKEN, token)
        for theirs, ours in ids.items():
            text = text.replace(theirs, ours)
        paths[path] = json.loads(text)
        for operation in paths[path].values():
            operation["security"] = []
            if path not in REPEATED:
                given = operation.get("parameters", [])
                operation["parameters"] = [one for one in given if one != AGAIN]
    paths["/api/storefront/order"]["post"]["requestBody"]["content"]["application/json"][
        "example"
    ] = {"product_id": ids[shop.PRODUCT_ID], "customer": makers.BUYER}
    again = document["components"]["parameters"]["IdempotencyKey"]
    fresh = {name: value for name, value in again.items() if name != "example"}
    parameters = {**document["components"]["parameters"], "IdempotencyKey": fresh}
    components = {**document["components"], "parameters": parameters}
    return {**document, "paths": paths, "components": components}


def test_no_answer_is_broken_or_unknown(
    app: Flask,
    client: FlaskClient,
    connected: stores.Store,
    till: Till,
    live: str,
    receiver: Receiver,
    tmp_path: Path,
) -> None:
    _, secret = stores.create_key(connected.id, name="Everything")
    document = with_ours(openapi.document(), *made(app, client, connected, till, receiver.url))
    assert [e.message for e in OpenAPIV31SpecValidator(document).iter_errors()] == []
    (tmp_path / "hooks.py").write_text(HOOKS)
    (tmp_path / "openapi.json").write_text(json.dumps(document))
    command = [os.environ["SCHEMATHESIS"], "run", "openapi.json", "--url", live]
    command += ["--checks", CHECKS, "--max-time", str(SECONDS), "--seed", "20261123"]
    command += ["--continue-on-failure", "--request-timeout", "30"]
    command += ["--output-truncate", "false", "--suppress-health-check", "all", "--no-color"]
    told = subprocess.run(
        command,
        cwd=tmp_path,
        env=os.environ
        | {"SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(tmp_path)}
        | {"SECRET_KEY": secret, "PUBLISHABLE_KEY": connected.publishable_key},
        capture_output=True,
        text=True,
        timeout=SECONDS + 500,
    )
    Path(os.environ.get("SCHEMATHESIS_LOG", tmp_path / "said.txt")).write_text(told.stdout)
    tried = re.search(r"Tested: (\d+)", told.stdout)
    assert tried and int(tried[1]) > 50, told.stdout[-3000:] + told.stderr[-3000:]
    assert told.returncode == 0, told.stdout[-20_000:]
