"""A price for a request by the store's rates, its working kept."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from synqro import costing
from synqro.core.clock import today
from synqro.quotes.measuring import is_drawing, left_out, parts_of
from synqro.quotes.models import Quote
from synqro.stores import Store


def suggest(
    store: Store,
    quote: Quote,
    rates: costing.Rates,
    *,
    parts: Sequence[costing.Part] | None = None,
    overrides: Mapping[costing.LineKind, int] | None = None,
    on: date | None = None,
) -> costing.Estimate | costing.CannotSuggest:
    """Give back a price with its working, or why there can be none. No query, writes nothing.

    `parts` are those of the request as a person changed them, None: as it was asked;
    `overrides` are amounts of lines in minor units. `on` is the day it is priced on, None:
    today where the store is. A request of another currency than the rates' has no price.
    """
    found = costing.estimate(
        rates,
        parts_of(quote) if parts is None else parts,
        currency=quote.currency,
        days_left=_days_left(quote, on or today(store.timezone)),
        tax_bp=costing.tax_in(store),
        overrides=overrides or {},
    )
    if isinstance(found, costing.CannotSuggest) or not (names := left_out(quote)):
        return found
    missing = [f"{name} could not be measured and is not in this price." for name in names]
    firm = found.firm and all(map(is_drawing, names))
    return replace(found, cautions=(*found.cautions, *missing), firm=firm)


def _days_left(quote: Quote, on: date) -> int | None:
    return (date.fromisoformat(quote.needed_by) - on).days if quote.needed_by else None
