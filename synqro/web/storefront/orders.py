"""Orders from a page: placed, looked at by private link, paid."""

from flask import g
from pydantic import BaseModel, Field

from synqro import orders
from synqro.catalogue import OutOfStock, ProductNotFound
from synqro.core.wiring import settings
from synqro.payments import AmountTooSmall, PaymentProviderError, PaymentsNotSetUp
from synqro.web.amounts import AmountOut
from synqro.web.contract import operation
from synqro.web.inputs import LooseIn
from synqro.web.storefront.blueprint import OriginNotAllowed, bp
from synqro.web.storefront.bodies import OrderIn, TokenIn
from synqro.web.storefront.placing import place, placed_before
from synqro.web.times import TimeOut


class PlacedOut(BaseModel):
    order_id: str
    number: str
    status: orders.Status
    total: AmountOut
    currency: str
    checkout_url: str
    order_token: str
    order_url: str
    expires_at: TimeOut


class LineOut(BaseModel):
    """`product_id` and `variant_id` are null for what was agreed in a quote."""

    product_id: str | None
    variant_id: str | None
    title: str
    sku: str | None
    options: dict[str, str]
    quantity: int
    unit_price: AmountOut
    amount: AmountOut


class TrackingOut(BaseModel):
    carrier: str
    tracking_number: str


class CanOut(BaseModel):
    pay: bool
    cancel: bool


class OrderOut(BaseModel):
    """`expires_at` is null once there is nothing left to pay in time; `refunded` is what of
    the money that was paid has gone back, or is on its way.
    """

    id: str
    number: str
    status: orders.Status
    lines: list[LineOut]
    subtotal: AmountOut
    shipping: AmountOut
    tax: AmountOut
    total: AmountOut
    balance_due: AmountOut
    refunded: AmountOut
    currency: str
    tracking: TrackingOut | None
    expires_at: TimeOut | None
    cancelled_at: TimeOut | None
    can: CanOut


class PayOut(BaseModel):
    checkout_url: str
    amount_due: AmountOut
    currency: str
    expires_at: TimeOut


class OrderQuery(LooseIn):
    token: str = Field(max_length=200)


@bp.post("/order")
@operation(
    body=OrderIn,
    out=PlacedOut,
    status=201,
    raises=(
        OriginNotAllowed,
        ProductNotFound,
        OutOfStock,
        orders.StoreClosed,
        orders.PriceChanged,
        AmountTooSmall,
        PaymentsNotSetUp,
        PaymentProviderError,
    ),
)
def place_order(body: OrderIn) -> PlacedOut:
    """Place an order, hold its pieces, and get the page where the buyer pays."""
    earlier = placed_before()
    if earlier:
        order, token = orders.pay(g.store, earlier.token), earlier.token
        checkout_url = order.checkout_url or ""
    else:
        placed = place(body)
        order, token = placed.order, placed.token
        checkout_url = orders.checkout_page(g.store, order)
    return PlacedOut(
        order_id=order.id,
        number=str(order.number),
        status=order.status,
        total=order.money(order.total).number,
        currency=order.currency,
        checkout_url=checkout_url,
        order_token=token,
        order_url=f"{settings().public_url}/s/{g.store.publishable_key}/orders/{token}",
        expires_at=order.expires_at,
    )


@bp.get("/order")
@operation(query=OrderQuery, out=OrderOut, raises=(OriginNotAllowed, orders.OrderNotFound))
def get_order(query: OrderQuery) -> OrderOut:
    """Show the customer's own order."""
    return _shown(orders.by_token(g.store.id, query.token))


@bp.post("/order/pay")
@operation(
    body=TokenIn,
    out=PayOut,
    raises=(
        OriginNotAllowed,
        orders.OrderNotFound,
        orders.NotPayable,
        orders.OrderExpired,
        orders.PaymentProcessing,
        PaymentsNotSetUp,
        PaymentProviderError,
    ),
)
def pay_order(body: TokenIn) -> PayOut:
    """Get the page where an unpaid order is paid."""
    order = orders.pay(g.store, body.token)
    return PayOut(
        checkout_url=order.checkout_url or "",
        amount_due=order.money(orders.amount_due(order)).number,
        currency=order.currency,
        expires_at=order.session_expires_at if order.quote_id else order.expires_at,
    )


@bp.post("/order/cancel")
@operation(
    body=TokenIn,
    out=OrderOut,
    raises=(
        OriginNotAllowed,
        orders.OrderNotFound,
        orders.NotCancellable,
        orders.PaymentProcessing,
        PaymentProviderError,
    ),
)
def cancel_order(body: TokenIn) -> OrderOut:
    """Cancel the customer's own order while it is unpaid; its pieces are free at once."""
    return _shown(orders.cancel_by_customer(g.store, body.token))


def _shown(order: orders.Order) -> OrderOut:
    open_, payable = order.status is orders.Status.AWAITING_PAYMENT, orders.can_pay(order)
    return OrderOut(
        id=order.id,
        number=str(order.number),
        status=order.status,
        lines=[_line(order, line) for line in order.lines],
        subtotal=order.money(order.subtotal).number,
        shipping=order.money(order.shipping).number,
        tax=order.money(order.tax).number,
        total=order.money(order.total).number,
        balance_due=order.money(orders.balance_due(order)).number,
        refunded=order.money(orders.sums(order).refunded).number,
        currency=order.currency,
        tracking=TrackingOut(**vars(order.tracking)) if order.tracking else None,
        expires_at=order.expires_at if open_ and not order.quote_id else None,
        cancelled_at=order.cancelled_at,
        can=CanOut(pay=payable, cancel=open_ and payable),
    )


def _line(order: orders.Order, line: orders.Line) -> LineOut:
    return LineOut(
        product_id=line.product_id,
        variant_id=line.variant_id,
        title=line.title,
        sku=line.sku,
        options=line.options,
        quantity=line.quantity,
        unit_price=order.money(line.unit_price).number,
        amount=order.money(line.amount).number,
    )
