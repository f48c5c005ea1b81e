"""Every event, and when it is sent."""

TEST = "webhook.test"

TYPES = {
    "order.created": "An order enters the fulfilment queue: it is paid, or its deposit is.",
    "order.updated": "Something about an order has changed.",
    "order.shipped": "An order has left.",
    "order.cancelled": "An order was cancelled.",
    "order.refunded": "Money of an order went back, in part or in whole.",
    "quote.created": "A customer has asked for a quote.",
    "quote.sent": "A price was sent to the customer, the first or a newer one.",
    "quote.accepted": "The customer has accepted the price and is about to pay.",
    "quote.paid": "The quote is paid, or its deposit is.",
    "quote.declined": "The merchant or the customer has declined.",
    "quote.expired": "The day on which the price ended has passed.",
    "quote.cancelled": "The quote was called off.",
    "quote.message": "The customer or the merchant has written a message.",
    "listing.repriced": "A price rule has changed a price, or a change of one was undone.",
    "stock.low": "What is left of a variant has come down to its threshold.",
    "settlement.completed": "A payout was reconciled: what it is made of is known.",
    TEST: "You asked for a test.",
}
