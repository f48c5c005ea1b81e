"""The guide to webhooks: an endpoint's whole life by API, and receivers of one's own."""

import json
import shutil
from collections.abc import Callable

import pytest

from synqro.web.snippets import snippet
from tests import makers
from tests.docs.conftest import Terminal

Pump = Callable[[], None]
SECRET = "export SYNQRO_WEBHOOK_SECRET=whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"
EVENT = '{"id": "evt_1", "event": "order.created", "data": {"id": "ord_1"}}'


def test_an_endpoints_life(terminal: Terminal, pump: Pump) -> None:
    terminal.paste("quickstart/keys.sh")
    assert "secret" in json.loads(terminal.paste("webhooks/endpoint.sh"))
    terminal.paste("quickstart/endpoint.sh")
    terminal.paste("quickstart/test.sh")
    pump()  # nobody listens yet
    [failed] = json.loads(terminal.paste("webhooks/deliveries.sh"))["data"]
    assert failed["status"] == "pending" and failed["attempts"][0]["error"]
    terminal.paste("quickstart/receive.sh")
    makers.wait_for(lambda: terminal.heard("Listening on"))
    assert json.loads(terminal.paste("webhooks/recover.sh"))["queued"] == 1
    pump()
    makers.wait_for(lambda: terminal.heard("webhook.test evt_"))
    again = json.loads(terminal.paste("webhooks/replay.sh"))
    assert again["replay_of"] == failed["id"] and again["event_id"] == failed["event_id"]
    pump()
    assert terminal.printed.count("webhook.test evt_") == 1  # the receiver knows it
    assert json.loads(terminal.paste("webhooks/rotate.sh"))["secret"].startswith("whsec_")
    assert json.loads(terminal.paste("webhooks/events.sh"))["data"] == []
    terminal.paste("quickstart/stop.sh")


@pytest.mark.parametrize(
    "command", ["python3 receive.py", pytest.param("node receive.mjs", marks=pytest.mark.external)]
)
def test_an_event_of_ones_own_is_taken(terminal: Terminal, command: str) -> None:
    program, name = command.split()
    if not shutil.which(program):
        pytest.fail(f"{program} is needed")
    suffix = name.partition(".")[2]
    for file in (name, f"verify.{suffix}", "send.sh"):
        (terminal.folder / file).write_text(snippet(f"webhooks/{file}"))
    (terminal.folder / "event.json").write_text(EVENT)
    send = f"sh send.sh http://127.0.0.1:{terminal.port}/hooks < event.json"
    terminal.type(f"{SECRET}\n{command} &")
    makers.wait_for(lambda: terminal.heard("Listening on"))
    assert terminal.type(send).split()[-1] == "204"
    makers.wait_for(lambda: terminal.heard("order.created evt_1 verified"))
    forged = send.replace("sh send.sh", f"{SECRET}MDEy sh send.sh".removeprefix("export "))
    assert terminal.type(forged).split()[-1] == "401"


def test_the_headers_are_those_shown(terminal: Terminal) -> None:
    shown = [line.partition(":")[0] for line in snippet("webhooks/headers.http").splitlines()[1:]]
    sent = snippet("webhooks/send.sh")
    assert all(f'"{name}: ' in sent for name in shown)
