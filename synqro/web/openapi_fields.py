"""What fields of these names hold in the examples, and models as wholes."""

from typing import Any

from synqro.web.openapi_examples import (
    ADDRESS,
    CREATED,
    CUSTOMER,
    DELIVERY_ID,
    ENDPOINT_ID,
    EVENT_ID,
    IMAGE_ID,
    LATER,
    LISTING,
    LISTING_ID,
    ORDER,
    ORDER_ID,
    PRODUCT_ID,
    QUOTE,
    QUOTE_ID,
    SHIPPING_ID,
    SOON,
    STORE_ID,
    TOKEN,
    UPLOAD_ID,
    VARIANT_ID,
)  # fmt: skip

# The id of a thing, by what its `object` says.
IDS = {
    "order": ORDER_ID,
    "quote": QUOTE_ID,
    "product": PRODUCT_ID,
    "listing": LISTING_ID,
    "image": IMAGE_ID,
    "upload": UPLOAD_ID,
    "store": STORE_ID,
    "event": EVENT_ID,
    "delivery": DELIVERY_ID,
    "webhook_endpoint": ENDPOINT_ID,
}

# What a field of this name holds, or a parameter; `Model.field` where it means another thing.
FIELDS: dict[str, Any] = {
    "order_id": ORDER_ID,
    "quote_id": QUOTE_ID,
    "product_id": PRODUCT_ID,
    "variant_id": VARIANT_ID,
    "listing_id": LISTING_ID,
    "upload_id": UPLOAD_ID,
    "event_id": EVENT_ID,
    "image_id": IMAGE_ID,
    "endpoint_id": ENDPOINT_ID,
    "webhook_id": ENDPOINT_ID,
    "delivery_id": DELIVERY_ID,
    "shipping_option_id": SHIPPING_ID,
    "upload_ids": [UPLOAD_ID],
    "name": "Sam Field",
    "email": "sam@example.com",
    "phone": "+44 20 7946 0000",
    "title": "Ripple vase",
    "sku": "VASE-GREY",
    "currency": "GBP",
    "country": "GB",
    "timezone": "Europe/London",
    "locale": "en-GB",
    "number": "1042",
    "token": TOKEN,
    "order_token": TOKEN,
    "upload_token": TOKEN,
    "key": "sf_live_2Zr8kQ0v",
    "url": "https://shop.example.com/synqro",
    "alt": "A grey vase with ripples",
    "width": 960,
    "height": 720,
    "quantity": 1,
    "created_at": CREATED,
    "updated_at": LATER,
    "at": LATER,
    "expires_at": SOON,
    "since": CREATED,
    "until": LATER,
    "expires_on": "2026-12-07",
    "needed_by": "2026-12-10",
    "filename": "bracket.stl",
    "bytes": 48_684,
    "content_type": "model/stl",
    "carrier": "Royal Mail",
    "tracking_number": "AB123456789GB",
    "metadata": {"campaign": "autumn"},
    "options": {"Colour": "Grey"},
    "tags": ["vase"],
    "lead_time_days": 3,
    "max_quantity": 10,
    "low_stock_threshold": 2,
    "stock": 6,
    "description": "Printed from corn starch, in one go.",
    "text": "Could you print them by Friday?",
    "reason": "The gate was sold.",
    "note": "The darker grey, please.",
    "checkout_url": "https://checkout.stripe.com/c/pay/cs_live_a1B2c3",
    "return_url": "https://shop.example.com/thanks",
    "cancel_url": "https://shop.example.com/basket",
    "order_url": f"https://synqro.example.com/s/sf_live_2Zr8kQ0v/orders/{TOKEN}",
    "quote_url": f"https://synqro.example.com/s/sf_live_2Zr8kQ0v/quotes/{TOKEN}",
    "terms_url": "https://shop.example.com/terms",
    "privacy_url": "https://shop.example.com/privacy",
    "publishable_key": "sf_live_2Zr8kQ0v",
    "retention_days": 90,
    "has_more": False,
    "events": ["order.created", "quote.accepted"],
    "next_cursor": None,
    "previous_id": None,
    "closed_message": None,
    "logo_url": None,
    "warnings": [],
    "units": "mm",
    "VariantOut.id": VARIANT_ID,
    "ImageOut.url": f"https://synqro.example.com/media/{IMAGE_ID}-960.webp",
    "StoreOut.id": STORE_ID,
    "ProductOut.id": PRODUCT_ID,
    "disabled_reason": None,
    "disabled_at": None,
    "failing_since": None,
    "old_secret_until": None,
    "StoreOut.name": "Northlight Prints",
    "StoreOut.allowed_domains": ["shop.example.com"],
    "StoreOut.low_stock_threshold": 2,
    "QuoteSettingsOut.expires_after_days": 14,
    "ShippingOptionOut.id": SHIPPING_ID,
    "ShippingOptionOut.name": "Tracked post",
    "ShippingOptionOut.price": 4.5,
    "ShippingOptionOut.countries": ["GB"],
    "MaterialOut.name": "PETG",
    "MaterialOut.colors": ["Grey", "Black"],
    "OptionOut.name": "Colour",
    "OptionOut.values": ["Grey", "White"],
    "ThemeOut.brand_color": "#1f6f54",
    "ThemeOut.radius": 8,
    "QuotesOut.max_files": 10,
    "QuotesOut.max_upload_bytes": 104_857_600,
    "QuotesOut.file_types": ["stl", "3mf", "step", "pdf"],
    "MeshOut.format": "stl",
    "MeshOut.triangles": 972,
    "MeshOut.volume_mm3": 18_240.5,
    "MeshOut.area_mm2": 9_120.2,
    "AskedOut.id": QUOTE_ID,
    "AskedOut.number": "Q-219",
    "AskedOut.status": "pending",
    "AcceptIn.version": 1,
    "AcceptedOut.status": "accepted",
    "AcceptedOut.amount_due": 67.5,
    "PlacedOut.total": 54.48,
    "PlacedOut.status": "awaiting_payment",
    "PayOut.amount_due": 54.48,
    "EventOut.event": "order.created",
    "EventOut.data": ORDER,
    "cost": 6.4,
    "DocumentOut.openapi": "3.1.1",
    "DocumentOut.info": {"title": "Synqro", "version": "1"},
    "DocumentOut.paths": {},
    "secret": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
    "size_mm": [62.0, 40.0, 18.5],
}

# What a parameter of a list means, where its own model does not say.
PARAMETERS = {
    "cursor": "`next_cursor` of the page before.",
    "limit": "How many of them come at once.",
    "token": "What the answer that made it gave out for it.",
    "id": "Its id.",
    "type": "Only events of this type.",
    "marketplace": "Only those of this marketplace.",
    "status": "Only those with this status.",
    "sku": "Only those with this SKU.",
    "q": "Words to look for.",
}

# Whole examples, by the name of the schema.
WHOLE: dict[str, Any] = {
    "OrderOut": ORDER,
    "QuoteOut": QUOTE,
    "ListingOut": LISTING,
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
WHOLE["StorefrontQuoteOut"] = _seen(
    QUOTE,
    ("object", "customer", "deposit_percent", "previous_id"),
    amount_due=67.5,
    order_url=None,
    quote_url=FIELDS["quote_url"],
    files=[
        {
            **QUOTE["files"][0],
            "url": f"https://synqro.example.com/files/{UPLOAD_ID}?token={TOKEN}",
            "mesh": None,
        }
    ],
    can=CAN,
)
