"""Things of a print shop that does not exist, as the documents show them."""

from typing import Any

STORE_ID = "st_01KAQZ3M5T8V2X4Y6Z8B0D2F4H"
ORDER_ID = "ord_01KAR0J4Q9W3E7R1T5Y8V2P6M0"
QUOTE_ID = "qt_01KAR1C7N4B8V2X6Z0M3K5J9H1"
PRODUCT_ID = "prd_01KAQZ9E2R6T0Y4V8P3S7D1F5G"
VARIANT_ID = "var_01KAQZ9E2S1D5F9G3H7J0K4M8N"
LISTING_ID = "lst_01KAQZ9E2T7P1R5S9V3W6X0Y4Z"
UPLOAD_ID = "up_01KAR1B5G8H2J6K0M4N7P1Q5R9"
IMAGE_ID = "img_01KAQZ9F3W7Y1Z5A9B2C6D0E4F"
ENDPOINT_ID = "whk_01KAR0A1B5C9D3E7F0G4H8J2K6"
DELIVERY_ID = "dlv_01KAR2B6V0X4Y8Z2A5B9C3D7E1"
SHIPPING_ID = "ship_01KAQZ4N8P2Q6R0S3T7V1W5X9Y"
TOKEN = "b3mN7qR1tV5xZ9cF2gJ6kP0s"  # noqa: S105
SETTLEMENT_ID = "set_01KAR3D2H6M0P4R8T1V5X9Z3B7"
EVENT_ID = "evt_01KAR2B6T9Y3V7P1S5D8F2G6H0"
CREATED = "2026-11-23T09:58:12Z"
LATER = "2026-11-23T10:00:00Z"

ADDRESS: dict[str, Any] = {
    "line1": "12 Mill Lane",
    "line2": None,
    "city": "Leeds",
    "region": None,
    "postal_code": "LS1 4AB",
    "country": "GB",
    "text": "12 Mill Lane\nLS1 4AB Leeds\nGB",
}
CUSTOMER: dict[str, Any] = {
    "name": "Sam Field",
    "email": "sam@example.com",
    "phone": "+44 20 7946 0000",
}
ORDER: dict[str, Any] = {
    "id": ORDER_ID,
    "object": "order",
    "number": "1042",
    "marketplace": "storefront",
    "external_id": None,
    "status": "paid",
    "total": 54.48,
    "subtotal": 49.98,
    "shipping": 4.5,
    "tax": 0,
    "refunded": 0,
    "currency": "GBP",
    "lines": [
        {
            "product_id": PRODUCT_ID,
            "variant_id": VARIANT_ID,
            "title": "Ripple vase",
            "sku": "VASE-GREY",
            "options": {"Colour": "Grey"},
            "quantity": 2,
            "unit_price": 24.99,
            "amount": 49.98,
        }
    ],
    "customer": CUSTOMER,
    "shipping_address": ADDRESS,
    "shipping_option": "Tracked post",
    "quote_id": None,
    "tracking": None,
    "balance_due": 0,
    "oversold": False,
    "note": "The darker grey, please.",
    "metadata": {"campaign": "autumn"},
    "created_at": CREATED,
    "updated_at": LATER,
    "paid_at": LATER,
    "shipped_at": None,
    "cancelled_at": None,
    "refunds": [],
    "disputes": [],
}
QUOTE: dict[str, Any] = {
    "id": QUOTE_ID,
    "object": "quote",
    "number": "Q-219",
    "status": "quoted",
    "version": 1,
    "currency": "GBP",
    "customer": CUSTOMER | {"address": ADDRESS},
    "description": "Four brackets for a gate, to stay outside.",
    "quantity": 4,
    "product_id": None,
    "material": "PETG",
    "color": "Grey",
    "needed_by": "2026-12-10",
    "file_url": None,
    "lines": [
        {
            "description": "Bracket, PETG grey",
            "quantity": 4,
            "unit_price": 15.75,
            "amount": 63.0,
        }
    ],
    "subtotal": 63.0,
    "shipping": 4.5,
    "tax": 0,
    "total": 67.5,
    "deposit_due": 0,
    "balance_due": 67.5,
    "deposit_percent": 0,
    "lead_time_days": 5,
    "message": "With 40 % infill they carry a gate.",
    "expires_on": "2026-12-07",
    "order_id": None,
    "previous_id": None,
    "reason": None,
    "messages": [],
    "files": [
        {
            "id": UPLOAD_ID,
            "filename": "bracket.stl",
            "bytes": 48_684,
            "content_type": "model/stl",
            "units": "mm",
        }
    ],
    "timeline": [
        {"event": "created", "at": CREATED},
        {"event": "sent", "at": LATER},
    ],
    "metadata": {},
    "created_at": CREATED,
    "updated_at": LATER,
}
LISTING: dict[str, Any] = {
    "id": LISTING_ID,
    "object": "listing",
    "product_id": PRODUCT_ID,
    "variant_id": VARIANT_ID,
    "sku": "VASE-GREY",
    "marketplace": "storefront",
    "external_id": None,
    "url": f"https://synqro.example.com/s/sf_live_2Zr8kQ0v/products/{PRODUCT_ID}",
    "title": "Ripple vase",
    "price": 24.99,
    "base_price": 24.99,
    "currency": "GBP",
    "quantity": 6,
    "status": "active",
    "status_reason": None,
    "min_price": 19.0,
    "max_price": 32.0,
    "created_at": CREATED,
    "updated_at": LATER,
}
SETTLEMENT: dict[str, Any] = {
    "id": SETTLEMENT_ID,
    "object": "settlement",
    "source": "stripe",
    "external_payout_id": "po_1SXa8mB2c3D4e5F6",
    "status": "completed",
    "currency": "GBP",
    "period": {"from": "2026-11-13T08:21:40Z", "to": "2026-11-19T21:40:03Z"},
    "initiated_at": "2026-11-23T00:00:00Z",
    "arrival_date": "2026-11-25",
    "bank_reference": "STRIPE 7K2M9Q",
    "destination_last4": "4471",
    "totals": {
        "gross_sales": 1042.48,
        "refunds": -10,
        "fees": -21.64,
        **dict.fromkeys(("labels", "disputes", "adjustments", "tax_withheld", "reserve"), 0),
        "payout_fee": 0,
        "net": 1010.84,
    },
    "counts": {"orders": 24, "lines": 25},
    "reconciliation": {
        "status": "balanced",
        "difference": 0,
        "unmatched_lines": 0,
        "checked_at": LATER,
    },
    "lines_url": f"https://synqro.example.com/v1/settlements/{SETTLEMENT_ID}/lines",
}
SETTLEMENT_LINE: dict[str, Any] = {
    "id": "stl_01KAR3D2J8N2Q6S0U4W8Y1A5C9",
    "type": "sale",
    "order_id": "ord_01KAAVX2M6P0R4T8V1X5Z9B3D7",
    "external_order_id": None,
    "external_id": "txn_3SXZ1nB2c3D4e5F60a1B2c3D",
    "gross": 54.48,
    "fee": -1.02,
    "net": 53.46,
    "fee_details": [{"type": "stripe_fee", "amount": -1.02}],
    "occurred_at": "2026-11-19T21:40:03Z",
    "description": "Charge, order 1037",
    "tax_collected_by_marketplace": 0,
}
STOCK_LOW: dict[str, Any] = {
    "product_id": PRODUCT_ID,
    "variant_id": VARIANT_ID,
    "title": "Ripple vase",
    "sku": "VASE-GREY",
    "available": 3,
    "threshold": 3,
}
TEST = {"message": "This is a test. Your endpoint can be reached."}

SOON, NEXT_DAY = "2026-11-23T11:20:00Z", "2026-11-24T15:30:00Z"
ASKED: dict[str, Any] = {
    "status": "pending",
    "version": 0,
    "lines": [],
    **dict.fromkeys(("subtotal", "shipping", "tax", "total")),
    **dict.fromkeys(("deposit_due", "balance_due", "deposit_percent")),
    **dict.fromkeys(("lead_time_days", "message", "expires_on")),
    "timeline": QUOTE["timeline"][:1],
    "updated_at": CREATED,
}


def _then(event: str, at: str, **facts: Any) -> dict[str, Any]:
    later = {"event": event, "at": at}
    return {**facts, "timeline": [*QUOTE["timeline"], later], "updated_at": at}


# How ORDER and QUOTE differ in the example of an event.
CHANGES: dict[str, dict[str, Any]] = {
    "order.updated": {"status": "in_progress", "updated_at": SOON},
    "order.shipped": {
        "status": "shipped",
        "tracking": {"carrier": "Royal Mail", "tracking_number": "AB123456789GB"},
        "updated_at": NEXT_DAY,
        "shipped_at": NEXT_DAY,
    },
    "order.cancelled": {"status": "cancelled", "updated_at": SOON, "cancelled_at": SOON},
    "order.refunded": {
        "refunded": 10,
        "updated_at": SOON,
        "refunds": [
            {
                "id": "rfd_01KAR0Z8W2X6Y0Z4A7B1C5D9E3",
                "amount": 10,
                "status": "succeeded",
                "created_at": SOON,
                "failure": None,
            }
        ],
    },
    "quote.created": ASKED,
    "quote.accepted": _then("accepted", SOON, status="accepted", order_id=ORDER_ID),
    "quote.paid": _then("paid", SOON, status="paid", order_id=ORDER_ID, balance_due=0),
    "quote.declined": _then("declined", SOON, status="declined", reason="The gate was sold."),
    "quote.expired": _then("expired", "2026-12-08T00:00:00Z", status="expired"),
    "quote.cancelled": _then("cancelled", SOON, status="cancelled", reason="No longer needed."),
    "quote.message": _then(
        "message",
        SOON,
        messages=[
            {
                "id": "msg_01KAR1E0S4T8V2W6X9Y3Z7A1B5",
                "from": "customer",
                "text": "Could you print them by Friday?",
                "created_at": SOON,
            }
        ],
    ),
}
