"""/v1/orders: every order of the store, to be listed, copied and looked at."""

from typing import Any, Literal

from flask import g
from pydantic import BaseModel, Field

from synqro import orders
from synqro.core.pages import InvalidCursor
from synqro.web.amounts import AmountOut
from synqro.web.api.blueprint import bp
from synqro.web.api.lists import ListIn, ListOut, listed
from synqro.web.api.moments import TimeIn
from synqro.web.contract import operation
from synqro.web.times import TimeOut


class AddressOut(BaseModel):
    """An address that was typed as free text stands in `line1`, lines and all."""

    line1: str
    line2: str | None
    city: str | None
    region: str | None
    postal_code: str | None
    country: str | None = Field(description="Two letters, as in ISO 3166-1.", examples=["GB"])
    text: str = Field(description="All lines, as on a label.")


class OrderCustomerOut(BaseModel):
    name: str
    email: str
    phone: str | None


class OrderLineOut(BaseModel):
    """What was sold, as it was then. `product_id` and `variant_id` are null for what was
    agreed in a quote.
    """

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


class RefundOut(BaseModel):
    """Money on its way back. One that is `requested` was not answered by the payment provider
    yet, and is asked for again until it is.
    """

    id: str
    amount: AmountOut
    status: orders.RefundStatus
    created_at: TimeOut
    failure: str | None = Field(description="Why it failed, in a sentence.")


class DisputeOut(BaseModel):
    """A payment that the customer contests at the bank. `amount` is in the order's currency."""

    id: str
    amount: AmountOut
    currency: str
    reason: str
    status: orders.DisputeStatus
    respond_by: TimeOut | None


class OrderOut(BaseModel):
    """An order. `total` holds shipping and tax; `balance_due` is what is still to be paid of
    it, `refunded` what has gone back or is on its way.
    """

    id: str = Field(examples=["ord_01KAR0J4Q9W3E7R1T5Y8V2P6M0"])
    object: Literal["order"]
    number: str = Field(description="As people say it.", examples=["1042"])
    marketplace: str = Field(
        description="Where it was sold: storefront, or a marketplace.", examples=["storefront"]
    )
    external_id: str | None = Field(description="Its id on that marketplace.")
    status: orders.Status
    total: AmountOut
    subtotal: AmountOut
    shipping: AmountOut
    tax: AmountOut
    refunded: AmountOut
    currency: str = Field(examples=["GBP"])
    lines: list[OrderLineOut]
    customer: OrderCustomerOut
    shipping_address: AddressOut | None
    shipping_option: str | None = Field(description="The name of the chosen way of shipping.")
    quote_id: str | None = Field(description="The quote that it was made from.")
    tracking: TrackingOut | None
    balance_due: AmountOut
    oversold: bool = Field(
        description="True where it was paid after its reservation had lapsed and the stock is gone."
    )
    note: str | None = Field(description="What the customer wrote with it.")
    metadata: dict[str, str]
    created_at: TimeOut
    updated_at: TimeOut
    paid_at: TimeOut | None
    shipped_at: TimeOut | None
    cancelled_at: TimeOut | None
    refunds: list[RefundOut]
    disputes: list[DisputeOut]


class OrdersIn(ListIn):
    """`*_after` are inclusive, `created_before` is not."""

    marketplace: str | None = Field(None, max_length=100)
    status: orders.Status | None = None
    created_after: TimeIn | None = None
    created_before: TimeIn | None = None
    updated_after: TimeIn | None = None
    order: Literal["updated_at"] | None = Field(
        None, description="`updated_at`: the oldest change first. Else the newest order first."
    )

    def sought(self) -> orders.Sought:
        return orders.Sought(
            self.status,
            self.marketplace,
            self.created_after,
            self.created_before,
            self.updated_after,
        )


@bp.get("/orders")
@operation(scope="orders:read", query=OrdersIn, out=ListOut[OrderOut], raises=(InvalidCursor,))
def list_orders(query: OrdersIn) -> dict[str, Any]:
    """List orders, the newest first.

    To keep a copy, list with `order=updated_at`, follow `next_cursor` to the end, and keep the
    newest `updated_at` that you have seen: the next time begin there with `updated_after`.
    Nothing is missed, also of what changes meanwhile; what changed in that very second comes
    once more. Filters can be combined.
    """
    find = orders.changed_first if query.order else orders.newest_first
    page = find(g.store.id, query.sought(), cursor=query.cursor, limit=query.limit)
    books = orders.books_of(page.data)
    return listed(page, lambda order: orders.as_wire(order, books[order.id]))


@bp.get("/orders/<order_id>")
@operation(scope="orders:read", out=OrderOut, raises=(orders.OrderNotFound,))
def get_order(order_id: str) -> dict[str, Any]:
    """Show one order."""
    return orders.as_wire(orders.find(g.store.id, order_id))
