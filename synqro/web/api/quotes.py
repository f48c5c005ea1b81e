"""/v1/quotes: what customers ask for, with all that was answered and said."""

from typing import Any, Literal

from flask import g
from pydantic import BaseModel, Field

from synqro import orders, quotes
from synqro.core.pages import InvalidCursor
from synqro.core.wiring import settings
from synqro.web.amounts import AmountOut
from synqro.web.api.blueprint import bp
from synqro.web.api.lists import ListIn, ListOut, listed
from synqro.web.api.moments import TimeIn
from synqro.web.api.orders import AddressOut
from synqro.web.contract import operation
from synqro.web.files import attached
from synqro.web.storefront.quotes import (
    CanQuoteOut,
    FileOut,
    HappeningOut,
    MessageOut,
    QuoteLineOut,
)
from synqro.web.times import TimeOut


class QuoteCustomerOut(BaseModel):
    name: str
    email: str
    phone: str | None
    address: AddressOut | None


class SentFileOut(BaseModel):
    """A file of the customer's; `units` is the customer's answer where a mesh has none."""

    id: str
    filename: str
    bytes: int
    content_type: str | None
    units: str | None


class QuoteData(BaseModel):
    """What webhooks and /v1 both say of a quote. Amounts are null before the first price;
    `deposit_due` and `balance_due` together are what is still to be paid.
    """

    id: str = Field(examples=["qt_01KAR1C7N4B8V2X6Z0M3K5J9H1"])
    object: Literal["quote"]
    number: str = Field(description="As people say it.", examples=["Q-1042"])
    status: quotes.Status
    version: int = Field(description="How many prices were sent; the last one holds.")
    currency: str = Field(examples=["GBP"])
    customer: QuoteCustomerOut
    description: str | None
    quantity: int
    product_id: str | None
    material: str | None
    color: str | None
    needed_by: str | None = Field(examples=["2026-12-10"])
    file_url: str | None = Field(description="A link to a file that the customer gave.")
    lines: list[QuoteLineOut]
    subtotal: AmountOut | None
    shipping: AmountOut | None
    tax: AmountOut | None
    total: AmountOut | None
    deposit_due: AmountOut | None
    balance_due: AmountOut | None
    deposit_percent: float | None
    lead_time_days: int | None
    message: str | None = Field(description="What was written with the price.")
    expires_on: str | None = Field(
        description="The last day on which the price holds, where the store is.",
        examples=["2026-12-07"],
    )
    order_id: str | None
    previous_id: str | None = Field(description="The quote that this one asks again.")
    reason: str | None = Field(description="Why it was declined or cancelled.")
    messages: list[MessageOut]
    timeline: list[HappeningOut]
    metadata: dict[str, str]
    created_at: TimeOut
    updated_at: TimeOut


class QuoteSentOut(QuoteData):
    """A quote as webhooks carry it: without its private links."""

    files: list[SentFileOut]


class MayOut(BaseModel):
    send: bool
    extend: bool
    decline: bool
    cancel: bool
    message: bool


class QuoteOut(QuoteData):
    """A quote. Amounts are null before the first price; `deposit_due` and `balance_due`
    together are what is still to be paid, `amount_due` is what is to be paid next.

    `quote_url` and `order_url` are the customer's private links, to be shown to nobody else.
    """

    amount_due: AmountOut
    quote_url: str
    order_url: str | None
    files: list[FileOut]
    can: CanQuoteOut = Field(description="What the customer may do now.")
    merchant_can: MayOut = Field(description="What the store may do now.")


class QuotesIn(ListIn):
    """`created_after` is inclusive, `created_before` is not."""

    status: quotes.Status | None = None
    created_after: TimeIn | None = None
    created_before: TimeIn | None = None


@bp.get("/quotes")
@operation(scope="quotes:read", query=QuotesIn, out=ListOut[QuoteOut], raises=(InvalidCursor,))
def list_quotes(query: QuotesIn) -> dict[str, Any]:
    """List quotes, the newest first."""
    page = quotes.newest_first(
        g.store.id,
        status=query.status,
        created_after=query.created_after,
        created_before=query.created_before,
        cursor=query.cursor,
        limit=query.limit,
    )
    known = quotes.belongings_of(page.data)
    return listed(page, lambda quote: shown(quote, known[quote.id]))


@bp.get("/quotes/<quote_id>")
@operation(scope="quotes:read", out=QuoteOut, raises=(quotes.QuoteNotFound,))
def get_quote(quote_id: str) -> dict[str, Any]:
    """Show one quote."""
    return shown(quotes.find(g.store.id, quote_id))


def shown(quote: quotes.Quote, its: quotes.Belongings | None = None) -> dict[str, Any]:
    """Give back what a QuoteOut reads; what belongs to the quote is read if it is not given."""
    its = its or quotes.belongings_of([quote])[quote.id]
    can = quotes.can(quote, its.order, its.sums)
    due = quotes.amount_due(quote, its.order, its.sums)
    return quotes.as_wire(quote, its) | {
        "amount_due": quote.money(due).number,
        "quote_url": _page("quotes", quotes.link_token(quote)),
        "order_url": its.order and _page("orders", orders.link_token(its.order)),
        "files": [attached(file) for file in quotes.attached(g.store, its.files)],
        "can": can._asdict(),
        "merchant_can": {
            "send": quotes.can_send(quote),
            "extend": quotes.can_extend(quote),
            "decline": quotes.can_decline(quote),
            "cancel": quotes.can_cancel(quote),
            "message": can.message,
        },
    }


def _page(room: str, token: str) -> str:
    return f"{settings().public_url}/s/{g.store.publishable_key}/{room}/{token}"
