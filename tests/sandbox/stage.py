"""The sandbox running for a test: the real SDK in front of it, a little hook behind it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import stripe

from synqro import sandbox
from synqro.core import clock
from synqro.core.sandbox import SandboxSecrets, sandbox_secrets
from synqro.sandbox.loopback import call
from tests.makers import move_clock, wait_for

SHOP = "http://127.0.0.1:8000"
LINE = {
    "price_data": {"currency": "gbp", "unit_amount": 1250, "product_data": {"name": "Gear"}},
    "quantity": 2,
}
Json = dict[str, Any]


@dataclass
class Hook:
    """Where events arrive. `status` is what it answers."""

    arrived: list[tuple[str, str, bytes]] = field(default_factory=list)
    status: int = 200
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks/stripe"

    def types(self, about: str = "") -> list[str]:
        """The types of the snapshot events that arrived, in their order."""
        found = [json.loads(body) for path, _, body in self.arrived if path == "/hooks/stripe"]
        return [event["type"] for event in found if event["type"].startswith(about)]


def code_of(error: stripe.StripeError) -> str | None:
    """The code in the answer; the SDK keeps it to itself for some kinds of error."""
    found: Json = error.json_body["error"]
    return found.get("code")


@dataclass
class Stage:
    address: str
    secrets: SandboxSecrets
    hook: Hook
    clock_file: Path
    client: stripe.StripeClient

    def forward(self, seconds: float) -> None:
        move_clock(self.clock_file, seconds)

    def ask(self, method: str, path: str, body: Json | None = None) -> Json:
        """Ask what the pages ask."""
        headers = {
            "Authorization": f"Bearer {self.secrets.secret_key}",
            "Content-Type": "application/json",
        }
        payload = json.dumps(body or {}).encode()
        url = f"{self.address}/_sandbox/{path}"
        status, answer = call(method, url, payload, headers, timeout=60)
        assert status == 200, answer
        found: Json = json.loads(answer)
        return found

    def switch(self, **switches: Any) -> None:
        self.ask("POST", "switches", switches)

    def press(self, session: str, action: str) -> Json:
        return self.ask("POST", f"sessions/{session}/{action}")

    def merchant(self, ending: str = "complete") -> str:
        """An account that went through onboarding with this ending."""
        account = new_account(self.client)
        link = new_link(self.client, account)
        self.ask("POST", f"links/{link.rpartition('/')[2]}/{ending}")
        return account

    def open(self, account: str, key: str | None = None, **params: Any) -> Any:
        """Open a checkout session of £25.00."""
        asked: Any = {
            "mode": "payment",
            "success_url": f"{SHOP}/thanks?id={{CHECKOUT_SESSION_ID}}",
            "cancel_url": f"{SHOP}/basket",
            "line_items": [LINE],
            **params,
        }
        options: Any = {"stripe_account": account}
        if key:
            options["idempotency_key"] = key
        return self.client.v1.checkout.sessions.create(asked, options)

    def read(self, account: str, session: str, *expand: str) -> Any:
        params: Any = {"expand": list(expand)} if expand else {}
        options: Any = {"stripe_account": account}
        return self.client.v1.checkout.sessions.retrieve(session, params, options)

    def hears(self, *types: str) -> None:
        """Wait until all these events have arrived."""
        wait_for(lambda: set(types) <= set(self.hook.types()))


def new_account(client: stripe.StripeClient) -> str:
    account = client.v2.core.accounts.create(
        {
            "display_name": "Northlight Prints",
            "contact_email": "robin@northlight.example",
            "dashboard": "full",
            "identity": {"country": "gb"},
            "defaults": {
                "responsibilities": {"fees_collector": "stripe", "losses_collector": "stripe"}
            },
            "configuration": {"merchant": {"capabilities": {"card_payments": {"requested": True}}}},
        }
    )
    return account.id


def new_link(client: stripe.StripeClient, account: str) -> str:
    link = client.v2.core.account_links.create(
        {
            "account": account,
            "use_case": {
                "type": "account_onboarding",
                "account_onboarding": {
                    "refresh_url": f"{SHOP}/again",
                    "return_url": f"{SHOP}/back",
                },
            },
        }
    )
    return link.url


def sdk(address: str, key: str, **options: Any) -> stripe.StripeClient:
    """The SDK as the product uses it, pointed at the sandbox."""
    return stripe.StripeClient(
        key,
        base_addresses={"api": address, "connect": address},
        client_id="ca_synqro",
        **options,
    )


@contextmanager
def staged(folder: Path) -> Iterator[Stage]:
    """Run the sandbox on a folder, with a hook that hears its events."""
    clock_file = folder / "clock"
    clock.use_file(clock_file)
    with (
        listening() as hook,
        sandbox.running(data_dir=folder, webhook_url=hook.url, pages_url=SHOP) as address,
    ):
        secrets = sandbox_secrets(folder)
        yield Stage(address, secrets, hook, clock_file, sdk(address, secrets.secret_key))
    clock.use_file(None)


@contextmanager
def listening() -> Iterator[Hook]:
    """A hook on a port of its own."""
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            body = self.rfile.read(length)
            if len(body) < length:  # its sender was killed on the way
                return
            hook.arrived.append((self.path, self.headers["Stripe-Signature"], body))
            self.send_response(hook.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hook.port = server.server_port
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield hook
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
