"""What the mails about a payout are written from."""

from datetime import date
from typing import Any

from babel.dates import format_date

from synqro import mail, settlements, stores
from synqro.core.money import Money
from synqro.core.wiring import settings


def _of_payout(message: mail.Message) -> dict[str, Any]:
    store = stores.by_id(message.store_id or "")
    payout = settlements.find(store.id, message.facts["settlement_id"])
    day = date.fromisoformat(payout.arrival_date)
    return {
        "store": store,
        "payout": payout,
        "amount": Money(payout.net, payout.currency),
        "day": str(format_date(day, "EEEE d MMMM", locale="en")),
        "test": store.mode is stores.Mode.TEST,
        "link": f"{settings().public_url}/console/settlements/{payout.id}",
    }


ABOUT = {"settlements/failed": _of_payout}
