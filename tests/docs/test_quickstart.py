"""The quickstart, pasted block by block into a terminal, as somebody new would."""

import json
from collections.abc import Callable

from synqro.web.snippets import snippet
from tests import makers
from tests.docs.conftest import Terminal, shown

Pump = Callable[[], None]


def test_from_the_keys_to_a_verified_webhook(terminal: Terminal, pump: Pump) -> None:
    def hear(event: str) -> None:
        def heard() -> bool:
            pump()
            return terminal.heard(f"\n{event} evt_")

        makers.wait_for(heard)

    terminal.paste("quickstart/keys.sh")
    assert json.loads(terminal.paste("quickstart/product.sh"))["title"] == "Ripple vase"
    assert json.loads(terminal.paste("quickstart/endpoint.sh"))["status"] == "enabled"
    terminal.paste("quickstart/receive.sh")
    makers.wait_for(lambda: terminal.heard("Listening on"))
    terminal.paste("quickstart/test.sh")
    hear("webhook.test")
    placed = json.loads(terminal.paste("quickstart/order.sh"))
    assert placed.keys() == shown("quickstart/order.json").keys()
    assert placed["status"] == "awaiting_payment"
    terminal.paste("quickstart/pay.sh")
    hear("order.created")
    assert json.loads(terminal.paste("quickstart/ship.sh"))["status"] == "shipped"
    hear("order.shipped")
    terminal.paste("quickstart/stop.sh")
    said = [line.split() for line in snippet("quickstart/heard.txt").splitlines()[1:]]
    for event, _, verdict in said:
        assert any(
            line.startswith(event) and line.endswith(verdict)
            for line in terminal.printed.splitlines()
        )
