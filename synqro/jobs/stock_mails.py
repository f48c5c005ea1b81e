"""What the mail about low stock is written from, and whether it is still true."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from synqro import catalogue, mail, stores
from synqro.core.wiring import settings


def _low(message: mail.Message) -> dict[str, Any]:
    store = stores.by_id(message.store_id or "")
    found = catalogue.still_low(store.id, message.facts["variant_ids"])
    if not found:
        raise mail.Undeliverable("Nothing of this is low any more.")
    return {
        "store": store,
        "twin": store.mode is stores.Mode.TEST,
        "low": found,
        "more": message.facts["more"],
        "left": _left,
        "link": f"{settings().public_url}/console/stock?show=low",
    }


def _left(one: catalogue.Stocked) -> str:
    stock = one.variant.stock or 0
    return str(ngettext("%(num)s left", "%(num)s left", stock)) if stock else str(_("none left"))


ABOUT = {"stock/low": _low}
