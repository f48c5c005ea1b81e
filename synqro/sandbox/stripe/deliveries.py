"""Sends events to the product, signed, until they are answered with 2xx."""

import hashlib
import hmac
import http.client
import json
import logging
from dataclasses import dataclass
from threading import Event

from synqro.core.clock import now
from synqro.core.sandbox import SandboxSecrets
from synqro.sandbox.loopback import call
from synqro.sandbox.stripe.books import Store
from synqro.sandbox.stripe.events import Due, delivered, next_due, try_again
from synqro.sandbox.stripe.switches import read_switches

log = logging.getLogger(__name__)

WAITS = (1, 2, 5, 10, 30, 60, 300, 1800, 3600)  # seconds; the last one repeats
GIVE_UP_AFTER = 3 * 24 * 3600
PATIENCE = 10.0
WRONG_SECRET = "whsec_of_somebody_else"  # noqa: S105 - wrong on purpose


@dataclass(frozen=True)
class Hook:
    """Where the product listens: snapshot events at `url`, thin ones at `url`/v2."""

    url: str
    secrets: SandboxSecrets


def signature(payload: bytes, secret: str, timestamp: int) -> str:
    """Make the `Stripe-Signature` header of a payload."""
    signed = str(timestamp).encode() + b"." + payload
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={digest}"


def deliver_forever(store: Store, hook: Hook, stop: Event) -> None:
    """Send what is due, sleep until something changes or half a second is over."""
    while not stop.is_set():
        store.news.clear()
        try:
            while not stop.is_set() and _deliver_next(store, hook):
                pass
        except Exception:  # one bad moment must not end all deliveries
            log.exception("The sandbox could not deliver an event.")
        store.news.wait(0.5)


def _deliver_next(store: Store, hook: Hook) -> bool:
    with store.transaction() as books:
        due = next_due(books)
        deliver = read_switches(books)["deliver"]
    if due is None:
        return False
    times = 2 if deliver["twice"] else 1
    arrived = all([_send(due, hook, wrong=deliver["wrong_secret"]) for _ in range(times)])
    with store.transaction() as books:
        if arrived:
            delivered(books, due.event_id)
        else:
            wait = WAITS[min(due.attempts, len(WAITS) - 1)]
            try_again(books, due.event_id, wait if due.age < GIVE_UP_AFTER else None)
    return True


def _send(due: Due, hook: Hook, *, wrong: bool) -> bool:
    secret = hook.secrets.webhook_secret_v2 if due.thin else hook.secrets.webhook_secret
    payload = json.dumps(due.body).encode()
    stamp = int(now().timestamp())
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": signature(payload, WRONG_SECRET if wrong else secret, stamp),
    }
    url = f"{hook.url}/v2" if due.thin else hook.url
    try:
        status, _ = call("POST", url, payload, headers, timeout=PATIENCE)
    except (OSError, http.client.HTTPException):
        return False
    return 200 <= status < 300
