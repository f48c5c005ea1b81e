"""What a quote is about, in a few words: "4 brackets", "2 × hinge-bracket-v3". Pure."""

import re
from collections.abc import Sequence
from pathlib import PurePath

from synqro.quotes.models import Quote, Version

PLAIN = re.compile("[A-Za-z]?[a-z]{2,}")  # one word, so that its plural is safe to form
IRREGULAR = re.compile("(ed|f|fe|us|is|ix|ex|man|oot|ouse|oose|ooth|ild|ics|ware)$")
HISSING = re.compile("(x|z|ch|sh)$")
LONGEST = 48


def headline(quote: Quote, offer: Version | None, filenames: Sequence[str]) -> str:
    """Give back what is made and how often, by the price that was sent, else as it was asked."""
    files = {_stem(name) for name in filenames}
    if offer is None:
        asked = _asked(quote, filenames)
        return pieces(quote.quantity, asked, word=asked not in files)
    first, *rest = offer.lines
    whole = first["description"]
    name = whole.partition(",")[0].strip() or whole
    named = pieces(first["quantity"], name, word=name not in files)
    return f"{named} and {len(rest)} more" if rest else named


def pieces(quantity: int, name: str, *, word: bool = True) -> str:
    """Count a thing: a plain English word gets its plural, any other name stays as it is.

    A name that is no `word`, a file's for one, stays too, however plain it looks.
    """
    name = _short(name)
    if not word or not PLAIN.fullmatch(name) or IRREGULAR.search(name):
        return f"{quantity:,} × {name}" if quantity > 1 else name
    said = name.lower()
    return f"{quantity:,} {said if quantity == 1 else _plural(said)}"


def _asked(quote: Quote, filenames: Sequence[str]) -> str:
    if quote.product_title:
        return quote.product_title
    if filenames:
        return _stem(filenames[0])
    words = (quote.description or "").strip()
    return words.splitlines()[0] if words else "part"


def _stem(filename: str) -> str:
    return PurePath(filename).stem or filename


def _short(name: str) -> str:
    name = " ".join(name.split())
    if len(name) <= LONGEST:
        return name
    return name[:LONGEST].rsplit(" ", 1)[0].rstrip(" ,.;:") + "…"


def _plural(word: str) -> str:
    if word.endswith("s"):
        return word
    if HISSING.search(word):
        return f"{word}es"
    if word.endswith("y") and word[-2] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}s"
