"""Every event, and when it is sent."""

TEST = "webhook.test"

TYPES = {
    "order.created": "An order enters the fulfilment queue: it is paid, or its deposit is.",
    "order.updated": "Something about an order has changed.",
    "order.shipped": "An order has left.",
    "order.cancelled": "An order was cancelled.",
    "order.refunded": "Money of an order went back, in part or in whole.",
    "quote.created": "A customer asks for a quote.",
    "quote.sent": "A quote was sent to the customer.",
    "quote.accepted": "A customer accepted a quote.",
    "quote.paid": "An accepted quote is paid, or its deposit is.",
    "quote.declined": "A quote was declined by either side.",
    "quote.expired": "A quote's last day is over.",
    "quote.cancelled": "A quote was cancelled.",
    "quote.message": "Somebody wrote a message about a quote.",
    "listing.repriced": "The price of a listing was really changed.",
    "settlement.completed": "A payout was matched to its orders.",
    "stock.low": "Stock went from above its threshold to it or below.",
    TEST: "You asked for a test.",
}
