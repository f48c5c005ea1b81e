"""Giving a customer's money back: one refund of one payment."""

from synqro.payments.client import options, speaking
from synqro.payments.errors import AccountRefused, AmountTooSmall, NotThere, RefundRefused, Refused
from synqro.payments.models import Provider
from synqro.payments.money import ToldRefund, told_refund
from synqro.payments.units import to_stripe

# Stripe's codes, https://docs.stripe.com/error-codes.
ALREADY = "This money was given back already. Look at the payment in Stripe's dashboard."
DISPUTED = "The customer's bank disputes this payment, so Stripe refunds nothing until that ends."
BALANCE = "Your Stripe balance is too low for this refund. Top it up in Stripe, then try again."
AMOUNT = "Stripe has less left to refund on this payment. Look at it in Stripe's dashboard."
LOST = "Stripe no longer lets us in to the account that was paid. Refund it in Stripe's dashboard."
OTHERWISE = "Stripe refused this refund. Look at the payment in Stripe's dashboard."
REASONS = {
    "charge_already_refunded": ALREADY,
    "charge_disputed": DISPUTED,
    "refund_disputed_payment": DISPUTED,
    "balance_insufficient": BALANCE,
    "insufficient_funds": BALANCE,
    "amount_too_large": AMOUNT,
    "amount": AMOUNT,
}
# Why a refund that was under way came back.
FAILURES = {
    "lost_or_stolen_card": "the card was lost or stolen",
    "expired_or_canceled_card": "the card has expired or was closed",
    "charge_for_pending_refund_disputed": "the customer's bank disputes the payment",
    "insufficient_funds": "your Stripe balance was too low",
    "declined": "the customer's bank declined it",
    "merchant_request": "it was stopped in Stripe's dashboard",
    "canceled": "it was stopped at Stripe",
}


def create_refund(
    provider: Provider,
    account_id: str,
    *,
    payment_id: str,
    amount: int,
    currency: str,
    refund_id: str,
    order_id: str,
) -> ToldRefund:
    """Give back `amount` minor units of a payment, once per `refund_id`. A network call.

    Raises RefundRefused for a definite no, with the reason in a sentence, and
    PaymentProviderError where nobody knows: ask again with the same id.
    """
    try:
        with speaking(provider) as client:
            made = client.v1.refunds.create(
                {
                    "payment_intent": payment_id,
                    "amount": to_stripe(amount, currency),
                    "metadata": {"refund_id": refund_id, "order_id": order_id},
                },
                options(account_id, key=refund_id),
            )
            return told_refund(made)
    except (AccountRefused, NotThere) as error:
        raise RefundRefused(LOST) from error
    except AmountTooSmall as error:
        raise RefundRefused(OTHERWISE) from error
    except Refused as error:
        raise RefundRefused(REASONS.get(error.reason or "", OTHERWISE)) from error


def why_failed(failure: str | None) -> str:
    """Say in words why a refund came back, as the end of a sentence."""
    return FAILURES.get(failure or "", "Stripe did not say why")
