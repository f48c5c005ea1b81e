"""The guide to stock and payouts: a shelf that runs low, and a payout that is booked."""

import json
import sqlite3
from collections.abc import Callable
from decimal import Decimal

from synqro import stores
from synqro.settlements import Reconciliation
from tests import makers
from tests.docs.conftest import Terminal
from tests.payments.till import Till, account
from tests.settlements import made

Pump = Callable[[], None]
AT_ONCE = {"leaves_after": 0, "arrives_after": 0, "reconciles_after": 0}


def test_a_payout_reaches_the_ledger_once(
    terminal: Terminal, pump: Pump, till: Till, shop: stores.Store
) -> None:
    def hear(words: str) -> None:
        def heard() -> bool:
            pump()
            return terminal.heard(words)

        makers.wait_for(heard)

    terminal.paste("quickstart/keys.sh")
    terminal.paste("quickstart/product.sh")
    assert json.loads(terminal.paste("stock/threshold.sh"))["low_stock_threshold"] == 2
    assert json.loads(terminal.paste("stock/count.sh"))["stock"] == 3
    assert json.loads(terminal.paste("stock/endpoint.sh"))["status"] == "enabled"
    terminal.paste("stock/listen.sh")
    makers.wait_for(lambda: terminal.heard("Listening on"))
    assert terminal.size("listen.py")

    terminal.paste("quickstart/order.sh")
    terminal.paste("quickstart/pay.sh")
    hear("Make more of Ripple vase of which are left: 2")

    till.ask("switches", payouts=AT_ONCE)
    till.ask(f"accounts/{account(shop).account_id}/payout", available="now")
    hear("EUR booked")
    [found] = json.loads(terminal.paste("stock/settlements.sh"))["data"]
    assert found["reconciliation"]["status"] == "balanced"
    [sale] = json.loads(terminal.paste("stock/lines.sh"))["data"]
    assert (sale["type"], sale["gross"]) == ("sale", 28)
    assert terminal.type("SYNQRO_SECRET_KEY=$SECRET_KEY python3 book.py $SETTLEMENT") == "known"
    by_hand = made.settled(
        shop, net=900, payout_fee=-9, reconciliation=Reconciliation.NOT_APPLICABLE
    )
    again = f"SYNQRO_SECRET_KEY=$SECRET_KEY python3 book.py {by_hand.id}"
    assert terminal.type(again) == "booked"
    terminal.paste("quickstart/stop.sh")

    with sqlite3.connect(terminal.folder / "ledger.db") as ledger:
        entries = booked(ledger, found["id"])
        assert entries.keys() == {"Bank", "Sales", "Fees"} and entries["Sales"] == -28
        assert entries["Bank"] == Decimal(str(found["totals"]["net"]))
        unknown = {"Bank": Decimal(9), "Fees": Decimal("0.09"), "To be explained": Decimal("-9.09")}
        assert booked(ledger, by_hand.id) == unknown


def booked(ledger: sqlite3.Connection, payout_id: str) -> dict[str, Decimal]:
    """What stands in the ledger for a payout, without what is 0. It is balanced."""
    asked = "SELECT account, amount FROM entries WHERE payout_id = ?"
    rows = [(name, Decimal(amount)) for name, amount in ledger.execute(asked, (payout_id,))]
    assert sum(amount for _, amount in rows) == 0
    return {name: amount for name, amount in rows if amount}
