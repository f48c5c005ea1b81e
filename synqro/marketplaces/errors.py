"""The four ways in which a marketplace says no, and the one in which an adapter does."""

from synqro.core.errors import NotFound


class MarketplaceError(Exception):
    """The message is for people: a sentence of ours or of the marketplace."""


class AuthExpired(MarketplaceError):
    """It no longer knows us. Nothing is sent any more until the merchant signs in again."""


class RateLimited(MarketplaceError):
    """Too much at once; again in `retry_after` seconds, and not before."""

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Rejected(MarketplaceError):
    """It looked and said no: the same again is no use. `code` is its own word for why, `field`
    the name in our facts of what it minds, None where that is no single one.
    """

    def __init__(self, message: str, *, code: str, field: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.field = field


class Transient(MarketplaceError):
    """No answer, or a broken one: it may or may not have acted. Again, with the same key."""


class Incapable(Exception):
    """The adapter cannot do this at all: `capability` is not among its own."""

    def __init__(self, marketplace: str, capability: str) -> None:
        super().__init__(f"{marketplace} cannot do {capability}.")
        self.marketplace = marketplace
        self.capability = capability


class UnknownMarketplace(NotFound):
    """Nothing here speaks to a marketplace of this name."""
