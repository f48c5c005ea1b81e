"""What others ask for the same thing, as a person says it, and what is wrong with it. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from synqro.core.currencies import MAXIMUM
from synqro.core.money import Money
from synqro.repricer.kinds import CONTROL

LONGEST_SELLER, LONGEST_SOURCE, LONGEST_CONDITION, LONGEST_URL = 100, 100, 40, 2000
MOST_SCORE = 999_999_999
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
CONSENT = "with eBay’s written consent"
EBAY = re.compile(r"(?<![^\W_])e[\s._-]?bay", re.IGNORECASE)
COUNTRY = re.compile(r"[A-Z]{2}")
Wrong = dict[str, str]


@dataclass(frozen=True, slots=True)
class Seen:
    """A price that somebody saw. Amounts are minor units, `feedback_bp` basis points.

    `shipping` None: nobody knows it. `source` says where it was seen, in the merchant's words.
    """

    variant_id: str
    seller: str
    price: int
    shipping: int | None
    seen_at: datetime
    source: str
    condition: str | None = None
    country: str | None = None
    feedback_score: int | None = None
    feedback_bp: int | None = None
    url: str | None = None


def tidy(text: str | None) -> str:
    """Give back a text of one line, without blanks around it and one form of each letter."""
    return unicodedata.normalize("NFC", " ".join((text or "").split()))


def same_seller(seller: str) -> str:
    """Give back what sellers are told apart by: capitals do not count."""
    return unicodedata.normalize("NFKC", seller).casefold()


def names_ebay(seen: Seen) -> bool:
    """Say whether a price comes from eBay, as far as its source and its link tell."""
    return bool(EBAY.search(seen.source) or (seen.url and EBAY.search(seen.url)))


def with_consent(source: str) -> str:
    """Give back a source that says eBay agreed to this use."""
    return source if CONSENT in source else f"{source}, {CONSENT}"


def wrong_with(seen: Seen, currency: str, at: datetime, consent: bool) -> list[Wrong]:
    """Name every field that cannot be, at the time `at`.

    eBay's licence for its API forbids to suggest or model prices by what stands on eBay, unless
    it has agreed in writing; only the merchant knows that, so the merchant has to say it.
    """
    found = [*_texts(seen), *_amounts(seen, currency), *_time(seen, at), *_others(seen)]
    if names_ebay(seen) and not consent and CONSENT not in seen.source:
        say = "Prices seen on eBay may set no price of yours unless eBay has agreed in writing."
        found.append(_wrong("source", "consent_needed", say))
    return found


def _texts(seen: Seen) -> Iterator[Wrong]:
    longest = LONGEST_SOURCE + (len(CONSENT) + 2 if CONSENT in seen.source else 0)
    for name, text, most, needed in (
        ("seller", seen.seller, LONGEST_SELLER, "Say who asks this price."),
        ("source", seen.source, longest, "Say where you saw this price."),
        ("condition", seen.condition, LONGEST_CONDITION, None),
        ("url", seen.url, LONGEST_URL, None),
    ):
        if not text:
            if needed:
                yield _wrong(name, "required", needed)
        elif CONTROL.search(text):
            yield _wrong(name, "invalid_characters", "This holds characters that cannot be used.")
        elif len(text) > most:
            yield _wrong(name, "too_long", f"Use at most {most:,} characters.")


def _amounts(seen: Seen, currency: str) -> Iterator[Wrong]:
    if seen.price <= 0:
        yield _wrong("price", "invalid_amount", "Enter a price above 0.")
    if seen.shipping is not None and seen.shipping < 0:
        yield _wrong("shipping", "invalid_amount", "Enter 0 or more.")
    for name, amount in (("price", seen.price), ("shipping", seen.shipping or 0)):
        if amount > MAXIMUM:
            say = f"Enter {Money(MAXIMUM, currency)} or less."
            yield _wrong(name, "invalid_amount", say)


def _time(seen: Seen, at: datetime) -> Iterator[Wrong]:
    if seen.seen_at > at:
        yield _wrong("seen_at", "in_the_future", "Nobody can have seen it yet: check the date.")
    elif seen.seen_at < EARLIEST:
        yield _wrong("seen_at", "too_long_ago", "Enter a date after 1999.")


def _others(seen: Seen) -> Iterator[Wrong]:
    if seen.country is not None and not COUNTRY.fullmatch(seen.country):
        yield _wrong("country", "invalid_country", "Enter a country’s two letters, like GB.")
    if seen.feedback_score is not None and not 0 <= seen.feedback_score <= MOST_SCORE:
        yield _wrong("feedback_score", "out_of_range", "Enter how many ratings there are.")
    if seen.feedback_bp is not None and not 0 <= seen.feedback_bp <= 10_000:
        yield _wrong("feedback_bp", "out_of_range", "Enter 0 to 100.")
    if seen.url and not _is_address(seen.url):
        yield _wrong("url", "invalid_url", "Enter an address like https://example.com/vase.")


def _is_address(url: str) -> bool:
    try:
        found = urlsplit(url)
        return found.scheme in ("http", "https") and bool(found.hostname)
    except ValueError:
        return False


def _wrong(field: str, code: str, message: str) -> Wrong:
    return {"field": field, "code": code, "message": message}
