"""The customer accepts a version, and an order is made of it in the same transaction."""

from dataclasses import asdict

from synqro import events, orders
from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.core.errors import field_error
from synqro.orders import Address, Order
from synqro.quotes.errors import QuoteExpired, VersionStale
from synqro.quotes.lifecycle import ACCEPTED, CUSTOMER, EXPIRED, QUOTED, Step, after
from synqro.quotes.models import Quote, TimelineKind, Version
from synqro.quotes.noting import locked_by_token, mail_owners, news, tell
from synqro.quotes.reading import offer_of
from synqro.quotes.shapes import Accepted
from synqro.quotes.wire import as_wire
from synqro.stores import Store

PROCESSING = "Your payment is on its way. Your bank has not settled it yet."


@transaction()
def accept(
    store: Store,
    token: str,
    *,
    version: int,
    phone: str | None = None,
    address: Address | None = None,
) -> Accepted:
    """Accept the version that the customer has in view, and make an order of it.

    Again while it is unpaid: the same order. The caller opens the page where it is paid.
    Raises QuoteNotFound, VersionStale (with the `version` that holds), QuoteExpired,
    QuoteNotOpen (with its `status`), PaymentProcessing, PaymentsNotSetUp, AmountTooSmall,
    Invalid for an address that is needed.
    """
    quote = locked_by_token(store.id, token)
    if quote.status in (QUOTED, ACCEPTED) and version != quote.offered:
        say = "A newer price was sent. Look at it before you accept."
        raise VersionStale(say, version=quote.offered)
    if quote.status is ACCEPTED and (order := _still_unpaid(quote)):
        return Accepted(quote, order)
    if quote.status is not ACCEPTED:
        _refuse_late(quote)
        after(quote.status, Step.ACCEPT, CUSTOMER)
    offer = offer_of(quote)
    assert offer is not None  # noqa: S101  what is quoted has a version
    _note_customer(store, quote, phone, address)
    order = _ordered(store, quote, offer)
    return Accepted(quote, order)


def _still_unpaid(quote: Quote) -> Order | None:
    if quote.order_id is None:
        return None
    order = orders.find(quote.store_id, quote.order_id)
    if order.settling:
        raise orders.PaymentProcessing(PROCESSING)
    return order if order.status is orders.Status.AWAITING_PAYMENT else None


def _refuse_late(quote: Quote) -> None:
    over = quote.expires_at is not None and quote.expires_at <= now()
    if quote.status is EXPIRED or (quote.status is QUOTED and over):
        raise QuoteExpired("This price has expired. Ask for a fresh one.")


def _note_customer(store: Store, quote: Quote, phone: str | None, address: Address | None) -> None:
    quote.customer_phone = phone or quote.customer_phone
    if address is not None:
        quote.customer_address = asdict(address)
    if store.address_required and quote.customer.address is None:
        say = "Enter the address it should go to."
        raise field_error("customer.address", "required", say)


def _ordered(store: Store, quote: Quote, offer: Version) -> Order:
    agreed = _agreed(offer)
    placed = orders.place_from_quote(
        store, quote.id, agreed, customer=quote.customer, metadata=quote.meta
    )
    quote.status, quote.order_id = ACCEPTED, placed.order.id
    quote.accepted_at, quote.remind_at = now(), None
    news(quote, unread=False)
    tell(quote, TimelineKind.ACCEPTED, CUSTOMER, order_id=placed.order.id)
    db.session.flush()
    events.emit(store.id, "quote.accepted", as_wire(quote), mode=store.mode)
    mail_owners(store, quote, "quotes/accepted", version=offer.number)
    return placed.order


def _agreed(offer: Version) -> orders.Agreed:
    return orders.Agreed(
        lines=[
            orders.AgreedLine(
                title=line["description"],
                quantity=line["quantity"],
                unit_price=line["unit_price"],
            )
            for line in offer.lines
        ],
        subtotal=offer.subtotal,
        shipping=offer.shipping,
        tax=offer.tax,
        total=offer.total,
        due=offer.due,
        tax_rate_bp=offer.tax_rate_bp,
        tax_label=offer.tax_label,
        tax_included=offer.tax_included,
        lead_time_days=offer.lead_time_days,
    )
