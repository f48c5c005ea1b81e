"""The guide to quotes, pasted block by block: the customer's side and the merchant's."""

import json
from collections.abc import Callable

from synqro import quotes, stores
from tests import makers
from tests.docs.conftest import Terminal, shown


def test_from_a_file_to_a_paid_quote(
    terminal: Terminal, shop: stores.Store, pump: Callable[[], None]
) -> None:
    terminal.paste("quickstart/keys.sh")
    mesh = json.loads(terminal.paste("quotes/upload.sh"))["mesh"]
    assert mesh["size_mm"][:2] == [60, 40]
    assert int(terminal.paste("quotes/tus.sh").split()[-1]) == terminal.size("plate.stl")
    asked = json.loads(terminal.paste("quotes/request.sh"))
    assert asked.keys() == shown("quotes/request.json").keys()
    waiting = json.loads(terminal.paste("quotes/waiting.sh"))["data"]
    assert [quote["id"] for quote in waiting] == [asked["id"]]
    assert "error" not in json.loads(terminal.paste("quotes/suggestion.sh"))
    sent = json.loads(terminal.paste("quotes/send.sh"))
    assert (sent["status"], sent["total"]) == (
        "quoted",
        shown("quotes/accepted.json")["amount_due"],
    )
    assert json.loads(terminal.paste("quotes/look.sh"))["can"]["accept"]
    said = json.loads(terminal.paste("quotes/message.sh"))["messages"]
    assert said[-1]["from"] == "customer"
    accepted = json.loads(terminal.paste("quotes/accept.sh"))
    assert accepted.keys() == shown("quotes/accepted.json").keys()
    terminal.paste("quotes/pay.sh")

    def paid() -> bool:
        pump()
        return quotes.find(shop.id, asked["id"]).status is quotes.Status.PAID

    makers.wait_for(paid)
