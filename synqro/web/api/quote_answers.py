"""/v1/quotes/{id}/…: a price sent, kept open, or turned down, and what is written back."""

from typing import Any

from flask import g
from pydantic import Field

from synqro import quotes
from synqro.core.errors import Changed, Invalid
from synqro.orders import PaymentProcessing
from synqro.payments import AmountTooSmall, PaymentProviderError
from synqro.web import idempotent
from synqro.web.amounts import AmountIn
from synqro.web.api.blueprint import bp
from synqro.web.api.moments import DayIn
from synqro.web.api.once import once
from synqro.web.api.percents import PercentIn
from synqro.web.api.quotes import QuoteOut, shown
from synqro.web.contract import Wrong, operation
from synqro.web.inputs import Prose, StrictIn, parse

REFUSED = (quotes.QuoteNotFound, quotes.QuoteNotOpen, Changed)
ANY_LINE: dict[str, Any] = {"description": "-", "quantity": 1, "unit_price": 0}


class QuoteLineIn(StrictIn):
    description: str = Field(examples=["Bracket, PETG grey"])
    quantity: int = Field(strict=True, examples=[4])
    unit_price: AmountIn


class SendIn(StrictIn):
    """What is left out is as the store's settings have it: its tax rate, lead time, days of
    validity and deposit. A `lead_time_days` of null promises none.
    """

    lines: list[QuoteLineIn]
    shipping: AmountIn | None = None
    tax: AmountIn | None = Field(None, description="Left out: by the store's tax rate.")
    lead_time_days: int | None = Field(None, strict=True, examples=[5])
    expires_on: DayIn | None = Field(
        None, description="The last day on which the price holds, where the store is."
    )
    deposit_percent: PercentIn | None = Field(
        None, description="What of the total is due at acceptance.", examples=[50]
    )
    message: Prose | None = None

    def offer(self) -> quotes.Offer:
        said = "lead_time_days" in self.model_fields_set
        return quotes.Offer(
            [
                quotes.OfferLine(line.description, line.quantity, line.unit_price.amount)
                for line in self.lines
            ],
            shipping=self.shipping.amount if self.shipping else 0,
            tax=self.tax.amount if self.tax else None,
            lead_time_days=self.lead_time_days if said else g.store.quote_lead_time_days,
            expires_on=self.expires_on,
            deposit_bp=self.deposit_percent,
            message=self.message,
        )


class WhyIn(StrictIn):
    reason: Prose | None = Field(None, max_length=quotes.LONGEST_REASON)


class SayIn(StrictIn):
    text: Prose = Field(max_length=quotes.LONGEST_TEXT)


class ExtendIn(StrictIn):
    expires_on: DayIn


def _also_wrong(given: Any, found: Wrong) -> Wrong:
    """List what the shop says of those fields of a refused body that are well written."""
    if not isinstance(given, dict):
        return []
    wrong = {field["field"] for field in found}
    sound = {name: given[name] for name in given.keys() & SendIn.model_fields.keys() - wrong}
    try:
        offer = parse(SendIn, sound | {"lines": _readable(given.get("lines"), wrong)}).offer()
    except Invalid:
        return []
    return [each for each in quotes.wrong_with(g.store, offer) if each["field"] not in wrong]


def _readable(lines: Any, wrong: set[str]) -> list[dict[str, Any]]:
    """Give back the lines with something harmless in place of what is wrong in them."""
    if not isinstance(lines, list) or "lines" in wrong:
        return [ANY_LINE]
    return [_readable_line(line, f"lines.{at}", wrong) for at, line in enumerate(lines)]


def _readable_line(line: Any, at: str, wrong: set[str]) -> dict[str, Any]:
    if not isinstance(line, dict):
        return ANY_LINE
    return {k: v if f"{at}.{k}" in wrong else line.get(k, v) for k, v in ANY_LINE.items()}


@bp.post("/quotes/<quote_id>/send")
@operation(
    scope="quotes:write",
    body=SendIn,
    also=_also_wrong,
    out=QuoteOut,
    raises=(*REFUSED, AmountTooSmall, PaymentProcessing, PaymentProviderError),
)
def send_quote(quote_id: str, body: SendIn) -> dict[str, Any]:
    """Send the customer a price, the first or another one.

    It becomes the next version, the only one that can be accepted from then on. Where an
    earlier price was accepted and is not paid yet, its payment page is closed first.
    """
    if idempotent.made() is None:
        quotes.send(g.store.id, quote_id, body.offer(), bind=idempotent.bind)
    return _shown(quote_id)


@bp.post("/quotes/<quote_id>/extend")
@operation(scope="quotes:write", body=ExtendIn, out=QuoteOut, raises=REFUSED)
def extend_quote(quote_id: str, body: ExtendIn) -> dict[str, Any]:
    """Keep a price open until a later day. The version stays, and the customer is told."""
    return _once(quote_id, lambda: quotes.extend(g.store.id, quote_id, body.expires_on))


@bp.post("/quotes/<quote_id>/decline")
@operation(scope="quotes:write", body=WhyIn, out=QuoteOut, raises=REFUSED)
def decline_quote(quote_id: str, body: WhyIn) -> dict[str, Any]:
    """Turn a request or an open quote down. The customer reads the reason."""
    return _once(quote_id, lambda: quotes.decline(g.store.id, quote_id, reason=body.reason))


@bp.post("/quotes/<quote_id>/cancel")
@operation(
    scope="quotes:write",
    body=WhyIn,
    out=QuoteOut,
    raises=(*REFUSED, PaymentProcessing, PaymentProviderError),
)
def cancel_quote(quote_id: str, body: WhyIn) -> dict[str, Any]:
    """Call off a quote that was accepted and is not paid yet."""
    if idempotent.made() is None:
        quotes.cancel(g.store.id, quote_id, reason=body.reason, bind=idempotent.bind)
    return _shown(quote_id)


@bp.post("/quotes/<quote_id>/message")
@operation(
    scope="quotes:write",
    body=SayIn,
    out=QuoteOut,
    raises=(quotes.QuoteNotFound, quotes.QuoteNotOpen),
)
def message_quote(quote_id: str, body: SayIn) -> dict[str, Any]:
    """Write to the customer, until thirty days after the quote has ended."""
    return _once(quote_id, lambda: quotes.reply(g.store.id, quote_id, body.text))


def _once(quote_id: str, make: Any) -> dict[str, Any]:
    once(make, lambda quote: quote.id, lambda id: quotes.find(g.store.id, id))
    return _shown(quote_id)


def _shown(quote_id: str) -> dict[str, Any]:
    return shown(quotes.find(g.store.id, quote_id))
