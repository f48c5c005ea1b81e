"""How an account stands at Stripe: in v2's words, and in v1's for one that came by OAuth."""

from synqro.payments import accounts
from synqro.payments.accounts import State
from synqro.payments.client import StripeAccount, StripeAccountV1, speaking
from synqro.payments.models import Link, Provider
from synqro.payments.requirements import in_words

UNDECIDED = "determining_status"


def read_account(provider: Provider, account_id: str, link: Link | None = None) -> State:
    """Ask Stripe how an account stands. A network call.

    Raises NotThere, AccountRefused, PaymentProviderError.
    """
    if (link or accounts.link_of(provider, account_id)) is Link.OAUTH:
        with speaking(provider) as client:
            return _stands_v1(client.v1.accounts.retrieve(account_id))
    with speaking(provider) as client:
        return stands(
            client.v2.core.accounts.retrieve(
                account_id, {"include": ["configuration.merchant", "requirements"]}
            )
        )


def stands(account: StripeAccount) -> State:
    """Read v2's account: whether cards may be charged, why not, and what is asked for."""
    merchant = account.configuration and account.configuration.merchant
    card = merchant and merchant.capabilities and merchant.capabilities.card_payments
    entries = (account.requirements and account.requirements.entries) or []
    asked = [e.description for e in entries if e.awaiting_action_from == "user"]
    active = bool(card and card.status == "active")
    details = (card and card.status_details) or []
    waiting = UNDECIDED if card and card.status == "pending" else None
    return State(
        ready=active,
        missing=in_words(asked),
        closed=bool(account.closed),
        reason=None if active else next((d.code for d in details), waiting),
    )


def _stands_v1(account: StripeAccountV1) -> State:
    asked = account.requirements
    reason = str(asked.disabled_reason) if asked and asked.disabled_reason else None
    return State(
        ready=bool(account.charges_enabled),
        missing=in_words(list((asked and asked.currently_due) or [])),
        closed=False,
        reason=None if account.charges_enabled else reason,
    )
