"""The suggested price beside a quote: its working, and what of it a person changed."""

from typing import Any

from synqro import quotes
from synqro.web.console.quote_form import Draft


def shown(quote: quotes.Quote, files: list[quotes.Attached], draft: Draft | None) -> dict[str, Any]:
    """Give back what templates/console/quotes/_suggestion.html shows."""
    return {}
