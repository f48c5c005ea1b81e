"""What a payout, and the bank account it goes to, look like on the wire."""

from synqro.sandbox.stripe.books import Json
from synqro.sandbox.stripe.naming import new_id

DAY = 24 * 3600
FAILURES = {
    "account_closed": "The bank account has been closed.",
    "account_frozen": "The bank account has been frozen.",
    "bank_account_restricted": (
        "The bank account has restrictions on either the type, or the number, of payouts allowed."
    ),
    "could_not_process": "The bank could not process this payout.",
    "declined": "The bank has declined this transfer.",
    "incorrect_account_holder_name": "The name on the bank account does not match.",
    "insufficient_funds": "Your Stripe account has insufficient funds to cover the payout.",
    "invalid_account_number": (
        "The routing number seems correct, but the account number is invalid."
    ),
    "invalid_currency": "The bank was unable to process this payout because of its currency.",
    "no_account": "The bank account details on file are probably incorrect.",
}


def new_payout(asked: Json, *, automatic: bool, created: int, arrives: int, bank: str) -> Json:
    """Put together a payout of `asked` (amount, currency, and what a manual one may say)."""
    return {
        "id": new_id("po"),
        "object": "payout",
        "amount": asked["amount"],
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": arrives // DAY * DAY,
        "automatic": automatic,
        "balance_transaction": None,
        "created": created,
        "currency": asked["currency"],
        "description": "STRIPE PAYOUT" if automatic else asked.get("description"),
        "destination": bank,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": asked.get("metadata", {}),
        "method": asked.get("method", "standard"),
        "original_payout": asked.get("original_payout"),
        "payout_method": None,
        "reconciliation_status": "in_progress" if automatic else "not_applicable",
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": asked.get("statement_descriptor"),
        "status": "pending",
        "trace_id": {"status": "pending", "value": None},
        "type": "bank_account",
    }


def new_bank_account(account: Json, currency: str) -> Json:
    """Put together where an account's money of one currency goes."""
    return {
        "id": new_id("ba"),
        "object": "bank_account",
        "account": account["id"],
        "account_holder_name": account["name"],
        "account_holder_type": None,
        "account_type": None,
        "available_payout_methods": ["standard"],
        "bank_name": "STRIPE TEST BANK",
        "country": account["country"] or "US",
        "currency": currency,
        "default_for_currency": True,
        "fingerprint": None,
        "last4": "6789",
        "metadata": {},
        "routing_number": "110000000",
        "status": "new",
    }
