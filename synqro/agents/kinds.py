"""The automations that every store has: what they are called, what they do, how often."""

from typing import NamedTuple

from synqro.agents.models import Kind


class About(NamedTuple):
    """`words` say what it does. It looks every `every` seconds; where `own` is true each store
    has a timetable of its own, which begins with that. With `events` it works when they happen.
    """

    name: str
    words: str
    every: int
    own: bool = False
    events: tuple[str, ...] = ()


KINDS = {
    Kind.WEBHOOK_DELIVERY: About(
        "Webhook delivery", "Sends events to your endpoints", 15, events=("*",)
    ),
    Kind.RESERVATION_SWEEPER: About(
        "Reservation sweeper", "Frees the pieces of checkouts that nobody finished", 15
    ),
    Kind.QUOTE_FOLLOWUP: About(
        "Quote follow-up", "Reminds customers before a price ends, and ends it on its last day", 30
    ),
    Kind.REPRICER: About("Repricer", "Applies your price rules", 3600, own=True),
    Kind.STOCK_WATCH: About(
        "Stock watch", "Tells you when something runs low", 60, events=("stock.low",)
    ),
    Kind.SETTLEMENT_SYNC: About("Settlement sync", "Matches payouts to orders", 60),
    Kind.RETENTION: About("Retention", "Removes customers’ files when their time is over", 600),
}
