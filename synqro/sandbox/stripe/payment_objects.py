"""What a PaymentIntent and a Charge look like on the wire."""

from typing import Any

from synqro.sandbox.stripe.books import Json
from synqro.sandbox.stripe.naming import new_id

DECLINED = "Your card was declined."
NOT_AUTHENTICATED = (
    "We are unable to authenticate your payment method. "
    "Please choose a different payment method and try again."
)
ASYNC_FAILED = "The payment could not be collected from the customer's bank."
REASONS = {
    "card_declined": DECLINED,
    "payment_intent_authentication_failure": NOT_AUTHENTICATED,
    "payment_method_provider_decline": ASYNC_FAILED,
}
# Fields of features the product does not use; Stripe sends them all the same.
UNUSED_OF_INTENT: Json = dict.fromkeys(
    (
        "application",
        "application_fee_amount",
        "canceled_at",
        "cancellation_reason",
        "customer",
        "customer_account",
        "excluded_payment_method_types",
        "last_payment_error",
        "latest_charge",
        "next_action",
        "on_behalf_of",
        "payment_method",
        "payment_method_configuration_details",
        "payment_record",
        "processing",
        "review",
        "setup_future_usage",
        "shipping",
        "source",
        "statement_descriptor",
        "transfer_group",
        "allowed_payment_method_types",
        "managed_payments",
    )
)
UNUSED_OF_CHARGE: Json = dict.fromkeys(
    (
        "application",
        "application_fee",
        "application_fee_amount",
        "balance_transaction",
        "customer",
        "failure_balance_transaction",
        "on_behalf_of",
        "receipt_number",
        "receipt_url",
        "review",
        "shipping",
        "source",
        "source_transfer",
        "statement_descriptor",
        "transfer_data",
        "transfer_group",
    )
)
NO_CHECKS = dict.fromkeys(("address_line1_check", "address_postal_code_check"))


def new_intent(session: Json, asked: Json, *, created: int) -> Json:
    """Put together the payment behind a session; `asked` is its `payment_intent_data`."""
    intent = new_id("pi")
    return UNUSED_OF_INTENT | {
        "id": intent,
        "object": "payment_intent",
        "amount": session["amount_total"],
        "amount_capturable": 0,
        "amount_received": 0,
        "automatic_payment_methods": None,
        "capture_method": "automatic_async",
        "client_secret": f"{intent}_secret_{new_id('', 25)[1:]}",
        "confirmation_method": "automatic",
        "created": created,
        "currency": session["currency"],
        "description": asked.get("description"),
        "livemode": False,
        "metadata": asked.get("metadata", {}),
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "receipt_email": asked.get("receipt_email"),
        "statement_descriptor_suffix": asked.get("statement_descriptor_suffix"),
        "status": "requires_payment_method",
    }


def new_charge(intent: Json, *, created: int, status: str, email: str | None) -> Json:
    """Put together one try at a payment; `status` is pending, succeeded or failed."""
    charge = UNUSED_OF_CHARGE | {
        "id": new_id("ch" if status != "pending" else "py"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_refunded": 0,
        "billing_details": _billing(email),
        "calculated_statement_descriptor": "SYNQRO SANDBOX",
        "created": created,
        "currency": intent["currency"],
        "description": intent["description"],
        "disputed": False,
        "fraud_details": {},
        "livemode": False,
        "metadata": dict(intent["metadata"]),
        "payment_intent": intent["id"],
        "payment_method": new_id("pm"),
        "payment_method_details": {"card": _card(), "type": "card"},
        "receipt_email": intent["receipt_email"],
        "refunded": False,
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
    }
    return charge | charge_state(intent["amount"], status)


def charge_state(amount: int, status: str, code: str | None = None) -> Json:
    """The fields of a charge that tell how it went."""
    paid = status == "succeeded"
    return {
        "amount_captured": amount if paid else 0,
        "captured": status != "failed",
        "failure_code": code,
        "failure_message": REASONS[code] if code else None,
        "outcome": None if status == "pending" else _outcome(paid),
        "paid": paid,
        "status": status,
    }


def payment_error(code: str, charge: str | None) -> Json:
    """What `last_payment_error` says after a failed try."""
    error: Json = {"code": code, "message": REASONS[code], "type": "card_error"}
    if charge:
        error |= {"charge": charge, "decline_code": "generic_decline"}
    return error


def _outcome(paid: bool) -> Json:
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "approved_by_network" if paid else "declined_by_network",
        "reason": None if paid else "generic_decline",
        "risk_level": "normal",
        "seller_message": "Payment complete." if paid else "The bank declined the payment.",
        "type": "authorized" if paid else "issuer_declined",
    }


def _billing(email: str | None) -> Json:
    nowhere = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    return {"address": nowhere, "email": email, "name": None, "phone": None, "tax_id": None}


def _card() -> dict[str, Any]:
    return {
        "amount_authorized": None,
        "authorization_code": None,
        "brand": "visa",
        "checks": NO_CHECKS | {"cvc_check": "pass"},
        "country": "US",
        "electronic_commerce_indicator": None,
        "exp_month": 12,
        "exp_year": 2034,
        "fingerprint": None,
        "funding": "credit",
        "installments": None,
        "last4": "4242",
        "mandate": None,
        "network": "visa",
        "network_token": {"used": False},
        "network_transaction_id": None,
        "regulated_status": "unregulated",
        "three_d_secure": None,
        "transaction_link_id": None,
        "wallet": None,
    }
