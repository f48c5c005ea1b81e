"""What the guides say about checking a delivery, with deliveries of our own."""

import base64
import hashlib
import hmac
import importlib.util
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator

import pytest

from synqro import events, stores
from synqro.core.db import db, transaction
from synqro.web.snippets import FOLDER
from tests.events.receiver import Came, Receiver

Verify = Callable[[str, dict[str, str], bytes], bool]
Deliver = Callable[[], Came]
OTHER = "whsec_" + base64.b64encode(bytes(24)).decode()
NODE = pytest.param("node", marks=pytest.mark.external)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as running:
        yield running


@pytest.fixture
def new(store: stores.Store, receiver: Receiver) -> events.NewEndpoint:
    return events.add_endpoint(store.id, url=receiver.url, types=["*"])


@pytest.fixture
def deliver(
    store: stores.Store, receiver: Receiver, pump: Callable[[], None]
) -> Callable[[], Came]:
    """Let something happen, and give back the request that told of it."""

    def happen() -> Came:
        with transaction():
            said = {"id": "ord_1", "number": "1001", "customer": "Zoë “Z” Field", "total": 24.99}
            events.emit(store.id, "order.created", said, mode=store.mode)
        pump()
        return receiver.came[-1]

    return happen


def in_python(secret: str, headers: dict[str, str], body: bytes) -> bool:
    spec = importlib.util.spec_from_file_location("verify", FOLDER / "webhooks" / "verify.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return bool(module.verify(secret, headers, body))


def in_shell(secret: str, headers: dict[str, str], body: bytes) -> bool:
    said = [headers.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature")]
    env = {"PATH": os.environ["PATH"], "SYNQRO_WEBHOOK_SECRET": secret}
    command = ["sh", str(FOLDER / "webhooks" / "verify.sh"), *said]
    done = subprocess.run(command, input=body, env=env, capture_output=True, check=False)
    assert (done.returncode == 0) == (done.stdout == b"Good.\n"), done
    return done.returncode == 0


def in_node(secret: str, headers: dict[str, str], body: bytes) -> bool:
    given = json.dumps([secret, headers, base64.b64encode(body).decode()])
    script = (
        f"import {{ verify }} from {json.dumps(str(FOLDER / 'webhooks' / 'verify.mjs'))};"
        f"const [secret, headers, body] = {given};"
        "console.log(verify(secret, headers, Buffer.from(body, 'base64')));"
    )
    node = shutil.which("node")
    assert node, "Node is needed"
    done = subprocess.run(
        [node, "--input-type=module", "-e", script], capture_output=True, text=True, check=True
    )
    return done.stdout == "true\n"


WAYS = {"python": in_python, "shell": in_shell, "node": in_node}


@pytest.fixture(params=["python", "shell", NODE])
def verify(request: pytest.FixtureRequest) -> Verify:
    return WAYS[request.param]


def signed(secret: str, event_id: str, at: int, body: bytes) -> dict[str, str]:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mac = hmac.digest(key, f"{event_id}.{at}.".encode() + body, hashlib.sha256)
    signature = f"v1,{base64.b64encode(mac).decode()}"
    return {
        "webhook-id": event_id, "webhook-timestamp": str(at), "webhook-signature": signature
    }  # fmt: skip


def test_a_real_delivery_is_taken_and_everything_else_refused(
    verify: Verify, new: events.NewEndpoint, deliver: Deliver
) -> None:
    came = deliver()
    ours = {name: value for name, value in came.headers.items() if name.startswith("webhook-")}
    assert verify(new.secret, ours, came.body)
    assert not verify(new.secret, ours, came.body.replace(b"24.99", b"0.99"))
    assert not verify(new.secret, ours, json.dumps(json.loads(came.body)).encode())
    assert not verify(OTHER, ours, came.body)
    assert not verify(new.secret, ours | {"webhook-id": "evt_other"}, came.body)
    later = str(int(ours["webhook-timestamp"]) + 1)
    assert not verify(new.secret, ours | {"webhook-timestamp": later}, came.body)


@pytest.mark.parametrize("good", [True, False], ids=["just", "no longer"])
@pytest.mark.parametrize("sign", [1, -1], ids=["newer", "older"])
def test_what_is_older_or_newer_than_five_minutes_is_refused(
    verify: Verify, sign: int, good: bool
) -> None:
    at = int(time.time()) + sign * (290 if good else 310)
    headers = signed(OTHER, "evt_1", at, b"{}")
    assert verify(OTHER, headers, b"{}") is good


def test_either_secret_is_good_while_one_is_being_replaced(
    verify: Verify, new: events.NewEndpoint, store: stores.Store, deliver: Deliver
) -> None:
    newer = events.rotate_secret(store.id, new.endpoint.id)
    db.session.rollback()
    came = deliver()
    assert len(came.headers["webhook-signature"].split()) == 2
    assert verify(new.secret, came.headers, came.body)
    assert verify(newer.secret, came.headers, came.body)
    assert not verify(OTHER, came.headers, came.body)


@pytest.mark.parametrize(
    "odd",
    [
        {"webhook-timestamp": "now"},
        {"webhook-timestamp": ""},
        {"webhook-signature": ""},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1,é v1a,x ,"},
        {"webhook-signature": "v2,{good}"},
        {},
    ],
    ids=lambda odd: " ".join(odd.values()) or "none",
)
@pytest.mark.parametrize("way", ["python", NODE])
def test_odd_headers_are_refused_and_break_nothing(way: str, odd: dict[str, str]) -> None:
    headers = signed(OTHER, "evt_1", int(time.time()), b"{}")
    good = headers["webhook-signature"].removeprefix("v1,")
    given = headers | {name: value.format(good=good) for name, value in odd.items()}
    assert not WAYS[way](OTHER, given if odd else {}, b"{}")
