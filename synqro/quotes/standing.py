"""What may be done with a quote now, and what is to be paid."""

from synqro import orders
from synqro.core.clock import now
from synqro.orders import Order
from synqro.quotes.lifecycle import ACCEPTED, CUSTOMER, MERCHANT, PAID, QUOTED, Step, allowed
from synqro.quotes.models import Quote
from synqro.quotes.reading import offer_of
from synqro.quotes.shapes import Can
from synqro.quotes.talking import open_until


def can(quote: Quote, order: Order | None = None, sums: orders.Sums | None = None) -> Can:
    """Give back what the customer may do; the quote's order, and what was paid of it, are read
    where they are not given.
    """
    order = order or order_of(quote)
    settling = order is not None and order.settling
    payable = quote.status in (ACCEPTED, PAID) and not settling
    until = open_until(quote)
    return Can(
        accept=quote.status is QUOTED and not lapsed(quote),
        decline=allowed(quote.status, Step.DECLINE, CUSTOMER),
        cancel=allowed(quote.status, Step.CANCEL, CUSTOMER) and not settling,
        pay=payable and amount_due(quote, order, sums) > 0,
        message=until is None or now() < until,
    )


def can_send(quote: Quote) -> bool:
    """True where the merchant may send a price, the first or another."""
    return allowed(quote.status, Step.SEND, MERCHANT)


def can_extend(quote: Quote) -> bool:
    """True where the merchant may keep the price open for longer, or mail it again."""
    return allowed(quote.status, Step.EXTEND, MERCHANT)


def can_decline(quote: Quote) -> bool:
    """True where the merchant may decline."""
    return allowed(quote.status, Step.DECLINE, MERCHANT)


def can_cancel(quote: Quote) -> bool:
    """True where the merchant may call an accepted quote off."""
    return allowed(quote.status, Step.CANCEL, MERCHANT)


def lapsed(quote: Quote) -> bool:
    """True where the price has ended and the clock's round has not come by yet."""
    over = quote.expires_at is not None and quote.expires_at <= now()
    return quote.status is QUOTED and over


def order_of(quote: Quote) -> Order | None:
    """Give back the order that the version that holds was accepted with."""
    return orders.find(quote.store_id, quote.order_id) if quote.order_id else None


def amount_due(quote: Quote, order: Order | None = None, sums: orders.Sums | None = None) -> int:
    """Give back what is to pay next, in minor units: the deposit or the total, then a balance.

    `order` and `sums` as in `can`.
    """
    order = order or order_of(quote)
    if quote.status is PAID:
        return orders.amount_due(order, sums) if order else 0
    offer = offer_of(quote)
    return offer.due if offer and quote.status in (QUOTED, ACCEPTED) else 0
