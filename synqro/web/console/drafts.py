"""Answers that are typed and not sent yet, each person's own."""

from typing import Any

from synqro import quotes
from synqro.web.console.quote_form import Draft


def kept(quote: quotes.Quote) -> Draft | None:
    """Give back what the signed-in person has typed here before, None where that is nothing."""
    return None


def others(quote: quotes.Quote) -> dict[str, Any]:
    """Give back who else is answering this quote, for _answering.html."""
    return {}
