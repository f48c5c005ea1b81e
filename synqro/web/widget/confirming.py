"""Looking again, without scripts, until a payment is confirmed."""

from flask import request

MOST_TRIES = 10
ASKING_TRY = 5  # by then the event is late: ask Stripe about this one session, once


def tries() -> int:
    """Give back how often this page has looked already."""
    text = request.args.get("tries", "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else MOST_TRIES
