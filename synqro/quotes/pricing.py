"""What an offer comes to, and whether it can be charged."""

from datetime import date, timedelta

from synqro.core.clock import today
from synqro.core.currencies import MAXIMUM, minimum, step
from synqro.core.errors import fields_error
from synqro.core.money import Money, share
from synqro.orders import tax_on
from synqro.payments import AmountTooSmall
from synqro.quotes.shapes import Offer, OfferLine, Priced
from synqro.quotes.wishes import LONGEST_TEXT, MOST_PIECES, Wrong, say
from synqro.stores import Store

MOST_LINES = 50
LONGEST_LINE = 200
LONGEST_WAIT = 3_650
DAYS_AHEAD = 730
ALL = 10_000  # basis points


def price(store: Store, offer: Offer) -> Priced:
    """Add an offer up by the store's tax, in minor units. Pure; refuses nothing."""
    subtotal = sum(line.amount for line in offer.lines)
    net = subtotal + offer.shipping
    tax = tax_on(net, store) if offer.tax is None else offer.tax
    total = net if store.tax_included else net + tax
    return Priced(subtotal, offer.shipping, tax, total, _due(store, offer, total))


def deposit_of(store: Store, offer: Offer) -> int:
    """Give back the deposit in basis points of the total; 0 where all is due at once."""
    given = store.quote_deposit_bp if offer.deposit_bp is None else offer.deposit_bp
    return 0 if given >= ALL else given


def last_day(store: Store, offer: Offer) -> date:
    """Give back the day until whose end the offer holds, where the store is."""
    days = timedelta(days=store.quote_expires_after_days)
    return offer.expires_on or today(store.timezone) + days


def checked(store: Store, offer: Offer) -> Priced:
    """Price an offer that can be sent. Raises Invalid with every wrong field, AmountTooSmall."""
    wrong = wrong_with(store, offer)
    if not wrong:
        _check_sums(store, offer, price(store, offer), wrong)
    if wrong:
        raise fields_error(wrong)
    return price(store, offer)


def wrong_with(store: Store, offer: Offer) -> Wrong:
    """List every field of an offer that cannot be, whatever it comes to."""
    wrong: Wrong = []
    _check_lines(store, offer, wrong)
    _check_amount(store, "shipping", offer.shipping, wrong)
    if offer.tax is not None:
        _check_amount(store, "tax", offer.tax, wrong)
    check_day(store, last_day(store, offer), wrong)
    if offer.lead_time_days is not None and not 0 <= offer.lead_time_days <= LONGEST_WAIT:
        say(wrong, "lead_time_days", "out_of_range", f"Enter 0 to {LONGEST_WAIT:,} days.")
    if offer.deposit_bp is not None and not 0 <= offer.deposit_bp <= ALL:
        say(wrong, "deposit_percent", "out_of_range", "Enter a number from 0 to 100.")
    if len(offer.message or "") > LONGEST_TEXT:
        say(wrong, "message", "too_long", f"Use at most {LONGEST_TEXT:,} characters.")
    return wrong


def check_day(store: Store, day: date, wrong: Wrong) -> None:
    """Note a day until which no price can hold."""
    now = today(store.timezone)
    if day < now:
        say(wrong, "expires_on", "in_the_past", "Choose today or a later day.")
    elif day > now + timedelta(days=DAYS_AHEAD):
        say(wrong, "expires_on", "too_far_ahead", "Choose a day within the next two years.")


def _due(store: Store, offer: Offer, total: int) -> int:
    deposit = deposit_of(store, offer)
    return share(total, deposit, store.currency) if deposit else total


def _check_lines(store: Store, offer: Offer, wrong: Wrong) -> None:
    if not offer.lines:
        say(wrong, "lines", "too_few", "Add a line with what it costs.")
    if len(offer.lines) > MOST_LINES:
        say(wrong, "lines", "too_many", f"Use at most {MOST_LINES} lines.")
    for place, line in enumerate(offer.lines[:MOST_LINES]):
        _check_line(store, f"lines.{place}", line, wrong)


def _check_line(store: Store, field: str, line: OfferLine, wrong: Wrong) -> None:
    if not line.description.strip():
        say(wrong, f"{field}.description", "required", "Say what this is.")
    elif len(line.description) > LONGEST_LINE:
        words = f"Use at most {LONGEST_LINE} characters."
        say(wrong, f"{field}.description", "too_long", words)
    if not 1 <= line.quantity <= MOST_PIECES:
        words = f"Enter a number from 1 to {MOST_PIECES:,}."
        say(wrong, f"{field}.quantity", "out_of_range", words)
    _check_amount(store, f"{field}.unit_price", line.unit_price, wrong)


def _check_amount(store: Store, field: str, amount: int, wrong: Wrong) -> None:
    if not 0 <= amount <= MAXIMUM or amount % step(store.currency):
        say(wrong, field, "invalid_amount", "Enter 0 or an amount that can be charged.")


def _check_sums(store: Store, offer: Offer, priced: Priced, wrong: Wrong) -> None:
    least = minimum(store.currency)
    if priced.total > MAXIMUM:
        most = Money(MAXIMUM, store.currency)
        say(wrong, "lines", "amount_too_large", f"A quote can be worth at most {most}.")
    elif priced.total < least:
        shown = Money(least, store.currency)
        raise AmountTooSmall(f"A quote has to be worth at least {shown}.")
    elif store.tax_included and priced.tax > priced.total:
        say(wrong, "tax", "too_large", "The tax is a part of the total and cannot exceed it.")
    elif priced.due < priced.total and min(priced.due, priced.total - priced.due) < least:
        shown = Money(least, store.currency)
        words = f"The deposit and the balance have to be at least {shown} each."
        say(wrong, "deposit_percent", "amount_too_small", words)
