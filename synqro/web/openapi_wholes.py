"""Models as wholes in the examples of the OpenAPI document."""

from typing import Any

from synqro.web.openapi_examples import (
    ADDRESS,
    CUSTOMER,
    DELIVERY_ID,
    ENDPOINT_ID,
    EVENT_ID,
    LATER,
    LISTING,
    ORDER,
    PRODUCT_ID,
    QUOTE,
    QUOTE_ID,
    SETTLEMENT,
    SETTLEMENT_LINE,
    SHIPPING_ID,
    TOKEN,
    UPLOAD_ID,
    VARIANT_ID,
)
from synqro.web.openapi_fields import FIELDS
from synqro.web.openapi_pricing import WHOLE as PRICING

# Whole examples, by the name of the schema.
WHOLE: dict[str, Any] = {
    **PRICING,
    "OrderOut": ORDER,
    "QuoteSentOut": QUOTE,
    "ListingOut": LISTING,
    "SettlementOut": SETTLEMENT,
    "SettlementLineOut": SETTLEMENT_LINE,
    "AddressIn": {name: ADDRESS[name] for name in ("line1", "city", "postal_code", "country")},
}
WHOLE["DeliveryOut"] = {
    "id": DELIVERY_ID,
    "object": "delivery",
    "webhook_id": ENDPOINT_ID,
    "event_id": EVENT_ID,
    "event": "order.created",
    "status": "succeeded",
    "attempts": [
        {
            "at": LATER,
            "response_status": 200,
            "response_headers": {"content-type": "text/plain"},
            "response_body": "ok",
            "request_headers": {"webhook-id": EVENT_ID, "webhook-timestamp": "1795428000"},
            "error": None,
            "duration_ms": 48,
        }
    ],
    "next_attempt_at": None,
    "replay_of": None,
    "created_at": LATER,
}
WHOLE["SuggestionOut"] = {
    **{"object": "suggestion", "quote_id": QUOTE_ID, "currency": "GBP"},
    **{"available": True, "reason": None, "reasons": []},
    **{"price": 63.0, "cost": 41.2, "firm": True, "cautions": []},
    "working": [
        {"kind": "material", "cost": True, "amount": 12.4, "facts": {"grams": 496.0}},
        {"kind": "machine", "cost": True, "amount": 28.8, "facts": {"seconds": 34_560}},
        {"kind": "margin", "cost": False, "amount": 21.8, "facts": {"percent": 52.9}},
    ],
    "items": [
        {
            **{"file_id": UPLOAD_ID, "name": "bracket.stl", "quantity": 4},
            **{"unit_price": 15.75, "amount": 63.0, "material": "PETG"},
            **{"machine_id": "mch_01KAQZ6C0D4E8F2G5H9J3K7M1N", "grams": 124.0, "seconds": 8640},
        }
    ],
    "lines": [{"description": "Bracket, PETG grey", "quantity": 4, "unit_price": 15.75}],
}
WHOLE["CustomerIn"] = CUSTOMER | {"address": WHOLE["AddressIn"]}
WHOLE["OrderIn"] = WHOLE["StorefrontOrderIn"] = {
    "items": [{"product_id": PRODUCT_ID, "variant_id": VARIANT_ID, "quantity": 2}],
    "customer": WHOLE["CustomerIn"],
    "shipping_option_id": SHIPPING_ID,
    "expected_total": 54.48,
    "return_url": "https://shop.example.com/thanks",
}
WHOLE["QuoteIn"] = WHOLE["StorefrontQuoteIn"] = {
    "customer": CUSTOMER,
    "description": QUOTE["description"],
    "quantity": 4,
    "material": "PETG",
    "color": "Grey",
    "needed_by": "2026-12-10",
    "uploads": [{"id": UPLOAD_ID, "units": "mm"}],
}
WHOLE["ListingIn"] = {
    "marketplace": "storefront",
    "product_id": PRODUCT_ID,
    "variant_id": VARIANT_ID,
    "price": 24.99,
    "min_price": 19,
    "max_price": 32,
}
WHOLE["ProductIn"] = {
    "title": "Ripple vase",
    "description": FIELDS["description"],
    "sku": "VASE-GREY",
    "price": 24.99,
    "stock": 6,
    "tags": ["vase"],
}
WHOLE["SendIn"] = {
    "lines": WHOLE["SuggestionOut"]["lines"],
    "shipping": 4.5,
    "lead_time_days": 5,
    "message": QUOTE["message"],
}
WHOLE["ProductChangesIn"] = {"price": 22.5, "low_stock_threshold": 2}
WHOLE["StoreChangesIn"] = {
    "allowed_domains": ["shop.example.com"],
    "shipping_options": [{"name": "Tracked post", "price": 4.5, "countries": ["GB"]}],
}


def _seen(whole: dict[str, Any], without: tuple[str, ...], **more: Any) -> dict[str, Any]:
    return {name: value for name, value in whole.items() if name not in without} | more


# What customers see of their own is less, and what they can do.
NOT_SHOWN = (
    *("object", "marketplace", "external_id", "customer", "shipping_address", "note"),
    *("shipping_option", "quote_id", "oversold", "metadata", "created_at", "updated_at"),
    *("paid_at", "shipped_at", "refunds", "disputes"),
)
WHOLE["StorefrontOrderOut"] = _seen(
    ORDER, NOT_SHOWN, expires_at=None, can={"pay": False, "cancel": False}
)
CAN = {"accept": True, "decline": True, "cancel": True, "pay": False, "message": True}
FILE = {
    **QUOTE["files"][0],
    "url": f"https://synqro.example.com/files/{UPLOAD_ID}?token={TOKEN}",
    "mesh": None,
}
LINKS = {"amount_due": 67.5, "order_url": None, "quote_url": FIELDS["quote_url"]}
WHOLE["QuoteOut"] = {
    **QUOTE,
    **LINKS,
    "files": [FILE],
    "can": CAN,
    "merchant_can": {
        **dict.fromkeys(("send", "extend", "decline", "message"), True),
        "cancel": False,
    },
}
WHOLE["StorefrontQuoteOut"] = _seen(
    WHOLE["QuoteOut"], ("object", "customer", "deposit_percent", "previous_id", "merchant_can")
)
