"""Why a payment cannot be begun, read or believed."""

from synqro.core.errors import Conflict, DomainError, ProviderFailed


class PaymentsNotSetUp(Conflict):
    """The store has no account that can be charged on now."""

    code = "payments_not_set_up"

    def __init__(self, message: str = "This shop hasn't set up payments yet.") -> None:
        super().__init__(message)


class AccountRefused(PaymentsNotSetUp):
    """Stripe no longer lets us act for the store's account."""


class AmountTooSmall(Conflict):
    """Below the smallest charge of the currency."""

    code = "amount_too_small"


class PaymentProviderError(ProviderFailed):
    """Stripe answered wrongly or not at all."""

    code = "payment_provider_error"

    def __init__(
        self, message: str = "The payment provider did not answer as expected. Try again."
    ) -> None:
        super().__init__(message)


class Refused(PaymentProviderError):
    """Stripe answered, and its answer was no: asking again is no use.

    `reason` is Stripe's code, or the parameter that it minds.
    """

    def __init__(self, *, reason: str | None = None) -> None:
        super().__init__()
        self.reason = reason


class NotThere(Refused):
    """Stripe knows no such thing, or not for us."""


class StaleAttempt(PaymentProviderError):
    """This attempt's parameters can open no session any more; the next attempt's can."""


class AccountNotFound(Conflict):
    """The provider knows no such account, or does not let us use it."""

    code = "account_not_found"


class OAuthFailed(Conflict):
    """Stripe did not let us into the account; the message says why."""

    code = "oauth_failed"


class BadSignature(DomainError):
    """Not signed by the provider, or not signed now. HTTP 400."""

    code = "bad_signature"


class BadEvent(DomainError):
    """Signed, but nothing that can be read as an event. HTTP 400."""

    code = "malformed_event"


class RefundRefused(Conflict):
    """Stripe will not give this money back; the message says why and what to do."""

    code = "refund_refused"
