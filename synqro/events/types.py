"""Every event, and when it is sent."""

TEST = "webhook.test"

TYPES = {
    "order.created": "An order enters the fulfilment queue: it is paid, or its deposit is.",
    "order.updated": "Something about an order has changed.",
    "order.shipped": "An order has left.",
    "order.cancelled": "An order was cancelled.",
    "order.refunded": "Money of an order went back, in part or in whole.",
    TEST: "You asked for a test.",
}
