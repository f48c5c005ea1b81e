"""Why a quote is refused."""

from synqro.core.errors import Conflict, Gone, Invalid, NotFound


class QuoteNotFound(NotFound):
    code = "not_found"


class QuotesClosed(Conflict):
    """The merchant takes no requests for quotes."""

    code = "quotes_closed"


class NothingToQuote(Invalid):
    """Neither words nor a file, a link or a product: nobody could name a price."""

    code = "nothing_to_quote"


class VersionStale(Conflict):
    """A newer price was sent; `version` is its number."""

    code = "quote_version_stale"


class QuoteNotOpen(Conflict):
    """The quote's `status` forbids this step."""

    code = "quote_not_open"


class QuoteExpired(Gone):
    """Its price held until a day that is over."""

    code = "quote_expired"


class ReplyNotFound(NotFound):
    code = "not_found"


class TooManyReplies(Conflict):
    """The store has as many saved replies as are kept."""

    code = "too_many_replies"
