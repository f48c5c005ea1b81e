"""What our webhooks carry: the whole body of every event, as a model and as an example."""

from functools import cache
from threading import Lock
from typing import Any, Literal

from pydantic import BaseModel, Field, create_model

from synqro import events
from synqro.stores import Mode
from synqro.web import openapi_examples as shop
from synqro.web.amounts import AmountOut
from synqro.web.api.listings import ListingOut
from synqro.web.api.orders import OrderOut
from synqro.web.api.quotes import QuoteSentOut
from synqro.web.api.settlements import SettlementOut
from synqro.web.openapi_pricing import REPRICED
from synqro.web.times import TimeOut

building = Lock()  # two threads that begin together must get the same models


class TestMessageOut(BaseModel):
    """What a test says."""

    message: str


class StockLowOut(BaseModel):
    """What runs low: `available` is what is on hand less what is paid for. Open checkouts do
    not count. `threshold` is the product's own, or the shop's.
    """

    product_id: str
    variant_id: str
    title: str
    sku: str | None
    available: int
    threshold: int


class RepricedOut(ListingOut):
    """The listing with the price that it has now. A rule changed it, or its change was undone:
    `reason` says which, in a sentence, and `run_id` names the run it belongs to.
    """

    old_price: AmountOut
    new_price: AmountOut
    rule_id: str | None
    reason: str
    run_id: str


def model(type: str) -> type[BaseModel]:
    """Give back the model of the whole body of events of `type`. Raises KeyError."""
    with building:
        return _models()[type]


def example(type: str) -> dict[str, Any]:
    """Give back a whole body of an event of `type`, the same at every call. Raises KeyError."""
    if type not in events.TYPES:
        raise KeyError(type)
    _, data = _data(type)
    return {
        "id": shop.EVENT_ID,
        "event": type,
        "created_at": shop.LATER,
        "mode": Mode.LIVE.value,
        "data": data | shop.CHANGES.get(type, {}),
    }


@cache
def _models() -> dict[str, type[BaseModel]]:
    return {type: _model(type, said) for type, said in events.TYPES.items()}


def _model(type: str, said: str) -> type[BaseModel]:
    name = "".join(part.title() for part in type.split(".")) + "Event"
    about = "The event's id, the same on every try: also sent as the header webhook-id."
    id_field = Field(description=about, examples=[shop.EVENT_ID])
    fields: dict[str, Any] = {
        "id": (str, id_field),
        "event": (Literal[type], ...),
        "created_at": (TimeOut, ...),
        "mode": (Mode, Field(description="live, or test where the store is a test twin.")),
        "data": (_data(type)[0], Field(description="The thing itself, as it was then.")),
    }
    return create_model(name, __doc__=said, **fields)


def _data(type: str) -> tuple[Any, dict[str, Any]]:
    kind = type.partition(".")[0]
    return {
        "listing": (RepricedOut, REPRICED),
        "order": (OrderOut, shop.ORDER),
        "quote": (QuoteSentOut, shop.QUOTE),
        "settlement": (SettlementOut, shop.SETTLEMENT),
        "stock": (StockLowOut, shop.STOCK_LOW),
        "webhook": (TestMessageOut, shop.TEST),
    }[kind]
