"""Quotes from a page: asked for, looked at by private link, accepted, ended, talked about."""

from typing import Literal

from flask import g
from pydantic import BaseModel, ConfigDict, Field

from synqro import orders, quotes
from synqro.catalogue import ProductNotFound
from synqro.core.wiring import settings
from synqro.payments import AmountTooSmall, PaymentProviderError, PaymentsNotSetUp
from synqro.web.amounts import AmountOut
from synqro.web.contract import operation
from synqro.web.files import attached
from synqro.web.inputs import LooseIn
from synqro.web.storefront.blueprint import OriginNotAllowed, bp
from synqro.web.storefront.bodies import AcceptIn, MessageIn, QuoteIn, ReasonIn
from synqro.web.storefront.requesting import also_wrong, ask, say
from synqro.web.storefront.uploads import MeshOut
from synqro.web.times import TimeOut


class AskedOut(BaseModel):
    id: str
    number: str
    status: quotes.Status
    token: str
    quote_url: str


class QuoteLineOut(BaseModel):
    description: str
    quantity: int
    unit_price: AmountOut
    amount: AmountOut


class MessageOut(BaseModel):
    model_config = ConfigDict(serialize_by_alias=True)

    id: str
    sender: Literal["customer", "merchant"] = Field(alias="from")
    text: str
    created_at: TimeOut


class FileOut(BaseModel):
    """`url` is good for an hour, and null once the file is gone."""

    id: str
    filename: str
    bytes: int
    content_type: str | None
    units: str | None
    url: str | None
    mesh: MeshOut | None


class HappeningOut(BaseModel):
    event: str
    at: TimeOut


class CanQuoteOut(BaseModel):
    accept: bool
    decline: bool
    cancel: bool
    pay: bool
    message: bool


class QuoteOut(BaseModel):
    """Amounts are null before the first price; `deposit_due` and `balance_due` together are
    what is still to be paid, `amount_due` is what is to be paid next.
    """

    id: str
    number: str
    status: quotes.Status
    version: int
    currency: str
    description: str | None
    quantity: int
    product_id: str | None
    material: str | None
    color: str | None
    needed_by: str | None
    file_url: str | None
    lines: list[QuoteLineOut]
    subtotal: AmountOut | None
    shipping: AmountOut | None
    tax: AmountOut | None
    total: AmountOut | None
    deposit_due: AmountOut | None
    balance_due: AmountOut | None
    amount_due: AmountOut
    lead_time_days: int | None
    message: str | None
    expires_on: str | None
    reason: str | None
    order_id: str | None
    order_url: str | None
    quote_url: str
    messages: list[MessageOut]
    files: list[FileOut]
    timeline: list[HappeningOut]
    metadata: dict[str, str]
    can: CanQuoteOut
    created_at: TimeOut
    updated_at: TimeOut


class AcceptedOut(BaseModel):
    """`expires_at` is of this `checkout_url`: accept again for a new one."""

    status: quotes.Status
    amount_due: AmountOut
    currency: str
    checkout_url: str
    expires_at: TimeOut
    order_id: str


class QuoteQuery(LooseIn):
    token: str = Field(max_length=200)
    id: str | None = Field(None, max_length=64)


@bp.post("/quote")
@operation(
    body=QuoteIn,
    also=also_wrong,
    out=AskedOut,
    status=201,
    raises=(
        OriginNotAllowed,
        ProductNotFound,
        quotes.QuoteNotFound,
        quotes.NothingToQuote,
        quotes.QuotesClosed,
    ),
)
def request_quote(body: QuoteIn) -> AskedOut:
    """Ask for a price; the link in the answer is where it will stand."""
    asked = ask(body)
    return AskedOut(
        id=asked.quote.id,
        number=quotes.display_number(asked.quote),
        status=asked.quote.status,
        token=asked.token,
        quote_url=_page(asked.token),
    )


@bp.get("/quote")
@operation(query=QuoteQuery, out=QuoteOut, raises=(OriginNotAllowed, quotes.QuoteNotFound))
def get_quote(query: QuoteQuery) -> QuoteOut:
    """Show the customer's own quote. Looking changes nothing."""
    quote = quotes.by_token(g.store.id, query.token)
    if query.id not in (None, quote.id):
        raise quotes.QuoteNotFound("There is no such quote.")
    return _shown(quote)


@bp.post("/quote/accept")
@operation(
    body=AcceptIn,
    out=AcceptedOut,
    raises=(
        OriginNotAllowed,
        quotes.QuoteNotFound,
        quotes.VersionStale,
        quotes.QuoteNotOpen,
        quotes.QuoteExpired,
        orders.PaymentProcessing,
        AmountTooSmall,
        PaymentsNotSetUp,
        PaymentProviderError,
    ),
)
def accept_quote(body: AcceptIn) -> AcceptedOut:
    """Accept the version in view, and get the page where it is paid."""
    accepted = quotes.accept(
        g.store,
        body.token,
        version=body.version,
        phone=body.customer.phone,
        address=body.customer.as_address(),
    )
    try:
        order = orders.payable_page(g.store, accepted.order, back=_page(body.token))
    except orders.NotPayable as error:
        now = quotes.afresh(accepted.quote)
        raise quotes.QuoteNotOpen("It was paid a moment ago.", status=now.status.value) from error
    return AcceptedOut(
        status=quotes.Status.ACCEPTED,
        amount_due=order.money(orders.amount_due(order)).number,
        currency=order.currency,
        checkout_url=order.checkout_url or "",
        expires_at=order.session_expires_at,
        order_id=order.id,
    )


@bp.post("/quote/decline")
@operation(
    body=ReasonIn,
    out=QuoteOut,
    raises=(OriginNotAllowed, quotes.QuoteNotFound, quotes.QuoteNotOpen),
)
def decline_quote(body: ReasonIn) -> QuoteOut:
    """Turn the price down."""
    return _shown(quotes.decline_by_customer(g.store, body.token, body.reason))


@bp.post("/quote/cancel")
@operation(
    body=ReasonIn,
    out=QuoteOut,
    raises=(
        OriginNotAllowed,
        quotes.QuoteNotFound,
        quotes.QuoteNotOpen,
        orders.PaymentProcessing,
        PaymentProviderError,
    ),
)
def cancel_quote(body: ReasonIn) -> QuoteOut:
    """Call the own quote off while it is unpaid."""
    return _shown(quotes.cancel_by_customer(g.store, body.token, body.reason))


@bp.post("/quote/message")
@operation(
    body=MessageIn,
    out=QuoteOut,
    raises=(OriginNotAllowed, quotes.QuoteNotFound, quotes.QuoteNotOpen),
)
def message_quote(body: MessageIn) -> QuoteOut:
    """Write to the shop."""
    return _shown(say(body))


def _page(token: str) -> str:
    return f"{settings().public_url}/s/{g.store.publishable_key}/quotes/{token}"


def _shown(quote: quotes.Quote) -> QuoteOut:
    order = quotes.order_of(quote)
    told = quotes.as_wire(quote) | {
        "amount_due": quote.money(quotes.amount_due(quote, order)).number,
        "order_url": order and _order_page(order),
        "quote_url": _page(quotes.link_token(quote)),
        "files": [attached(file) for file in quotes.files(g.store, quote)],
        "can": quotes.can(quote, order)._asdict(),
    }
    return QuoteOut.model_validate(told)


def _order_page(order: orders.Order) -> str:
    token = orders.link_token(order)
    return f"{settings().public_url}/s/{g.store.publishable_key}/orders/{token}"
