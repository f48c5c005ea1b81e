"""What a Checkout Session and its lines look like on the wire."""

from typing import Any

from synqro.sandbox.stripe.books import Json, Kept
from synqro.sandbox.stripe.listing import listed
from synqro.sandbox.stripe.naming import new_id

# Fields of features the product does not ask for; Stripe sends them all the same.
UNUSED: Json = {
    "after_expiration": None,
    "allow_promotion_codes": None,
    "allowed_payment_method_types": None,
    "client_secret": None,
    "collected_information": None,
    "consent": None,
    "consent_collection": None,
    "currency_conversion": None,
    "custom_fields": [],
    "customer": None,
    "customer_account": None,
    "discounts": [],
    "integration_identifier": None,
    "invoice": None,
    "managed_payments": {"enabled": False},
    "origin_context": None,
    "payment_link": None,
    "payment_method_collection": "if_required",
    "payment_method_configuration_details": None,
    "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
    "payment_method_types": ["card"],
    "permissions": None,
    "recovered_from": None,
    "saved_payment_method_options": None,
    "setup_intent": None,
    "shipping_address_collection": None,
    "shipping_cost": None,
    "shipping_options": [],
    "subscription": None,
    "wallet_options": None,
}
NO_TEXTS = ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")


def new_session(params: Json, lines: list[Json], *, created: int, expires_at: int) -> Json:
    """Put together the session that `params` asks for."""
    return UNUSED | {
        "id": new_id("cs_test", 58),
        "object": "checkout.session",
        "adaptive_pricing": params.get("adaptive_pricing", {"enabled": True}),
        "amount_subtotal": sum(line["amount_subtotal"] for line in lines),
        "amount_total": sum(line["amount_total"] for line in lines),
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": params.get("billing_address_collection"),
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "created": created,
        "currency": lines[0]["currency"],
        "custom_text": dict.fromkeys(NO_TEXTS),
        "customer_creation": params.get("customer_creation", "if_required"),
        "customer_details": None,
        "customer_email": params.get("customer_email"),
        "expires_at": expires_at,
        "invoice_creation": _no_invoice(),
        "livemode": False,
        "locale": params.get("locale"),
        "metadata": params.get("metadata", {}),
        "mode": params["mode"],
        "payment_intent": None,
        "payment_status": "unpaid",
        "phone_number_collection": params.get("phone_number_collection", {"enabled": False}),
        "status": "open",
        "submit_type": params.get("submit_type"),
        "success_url": params["success_url"],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": params.get("ui_mode", "hosted_page"),
        "url": None,
    }


def new_line(item: Json, *, created: int) -> Json:
    """Put together one line from its inline price."""
    price_data = item["price_data"]
    amount = price_data["unit_amount"] * item.get("quantity", 1)
    return {
        "id": new_id("li"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": price_data["currency"],
        "description": price_data["product_data"]["name"],
        "metadata": item.get("metadata", {}),
        "price": _price(price_data, created),
        "quantity": item.get("quantity", 1),
    }


def line_items(session: Kept, params: Json) -> Json:
    """Give back the lines of a session as a list object."""
    url = f"/v1/checkout/sessions/{session.id}/line_items"
    return listed(session.inside["lines"], params, url)


def customer_details(email: str | None) -> Json:
    """What the buyer has typed on the pay page."""
    unknown: dict[str, Any] = dict.fromkeys(
        ("address", "business_name", "individual_name", "name", "phone")
    )
    return unknown | {"email": email, "tax_exempt": "none", "tax_ids": []}


def _price(price_data: Json, created: int) -> Json:
    return {
        "id": new_id("price"),
        "object": "price",
        "active": False,
        "billing_scheme": "per_unit",
        "created": created,
        "currency": price_data["currency"],
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "product": new_id("prod", 14),
        "recurring": None,
        "tax_behavior": price_data.get("tax_behavior", "unspecified"),
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "one_time",
        "unit_amount": price_data["unit_amount"],
        "unit_amount_decimal": str(price_data["unit_amount"]),
    }


def _no_invoice() -> Json:
    absent = dict.fromkeys(
        (
            "account_tax_ids",
            "custom_fields",
            "description",
            "footer",
            "issuer",
            "rendering_options",
        )
    )
    return {"enabled": False, "invoice_data": absent | {"metadata": {}}}
