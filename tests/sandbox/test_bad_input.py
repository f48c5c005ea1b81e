"""Whatever is sent to the sandbox's API, it refuses in Stripe's words and never stumbles."""

import http.client
import json
from itertools import product
from urllib.parse import urlsplit

import pytest

from synqro.sandbox.stripe.api import ENDPOINTS
from synqro.sandbox.stripe.calls import Endpoint
from tests.sandbox.stage import Stage

NAMES = ("id", "session", "account", "charge", "dispute", "refund", "intent", "link", "payout")
FORMS = (
    b"\xff\xfe",
    b"a=%ff",
    b"amount=1&amount[x]=2",
    b"[[[]]]=1",
    b"expand[0]=data.source.charge.x",
    b"expand[]=object&expand[x]=y",
    b"limit=99999999999999999999&payment_intent=%00",
    b"&".join(b"a%d=1" % n for n in range(6000)),
    b"metadata" + b"[a]" * 40 + b"=1",
)
BODIES = (
    b"{",
    b"[]",
    b'{"account": "\\ud800", "use_case": {"type": "account_onboarding", "account_onboarding":'
    b' {"refresh_url": "http://a.example"}}}',
    b'{"include": "\\ud800", "action": "\\ud800"}',
    b"[" * 100_000,
    b'{"amount": 1e999, "typed": NaN, "kind": ["chargeback"]}',
    b'{"amount": ' + b"9" * 5000 + b"}",
    b"\xff",
)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda e: f"{e.method} {e.path}")
def test_nothing_makes_it_stumble(stage: Stage, endpoint: Endpoint):
    path = endpoint.path
    for name in (
        "id",
        "session",
        "account",
        "charge",
        "dispute",
        "refund",
        "intent",
        "link",
        "payout",
    ):
        path = path.replace(f"{{{name}}}", "x%00%ff'")
    path = path.replace("{action}", "win")
    forms = [(path + "?", form, b"") for form in FORMS]
    if endpoint.method == "POST":
        in_json = not endpoint.path.startswith(("/v1/", "/oauth/"))
        forms = [(path, b"", body) for body in (BODIES if in_json else FORMS)]
    for (target, query, body), account in product(forms, (None, stage.merchant())):
        status, answer = send(stage, endpoint.method, target.encode() + query, body, account)
        assert 200 <= status < 500, (target, query[:60], body[:60], answer)


def send(
    stage: Stage, method: str, target: bytes, body: bytes, account: str | None
) -> tuple[int, object]:
    """Send raw bytes, as no client of Stripe's would."""
    parts = urlsplit(stage.address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    connection.putrequest(method, "/", skip_accept_encoding=True)
    connection._buffer[0] = method.encode() + b" " + target + b" HTTP/1.1"  # type: ignore[attr-defined]
    connection.putheader("Authorization", f"Bearer {stage.secrets.secret_key}")
    connection.putheader("Content-Length", str(len(body)))
    if account:
        connection.putheader("Stripe-Account", account)
    connection.endheaders(body)
    answer = connection.getresponse()
    found = json.loads(answer.read())
    connection.close()
    return answer.status, found
