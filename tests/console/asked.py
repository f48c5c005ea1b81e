"""Quotes as customers ask for them, and as the merchant answers."""

from io import BytesIO
from typing import Any

from synqro import quotes, stores, uploads
from synqro.core.db import db
from synqro.orders import Address, Customer

SAM = Customer(
    "Sam Field", "sam@example.com", None, Address("12 Rue", None, "Lyon", None, "69003", "FR")
)
TRIANGLE = b"""solid part
facet normal 0 0 0
outer loop
vertex 0 0 0
vertex 84 0 0
vertex 0 33 53.7
endloop
endfacet
endsolid part
"""


def asked(store: stores.Store, **facts: Any) -> quotes.Quote:
    """A pending quote for four brackets, described in words."""
    given = {"customer": SAM, "description": "It holds a garden gate.", "quantity": 4, **facts}
    return quotes.request(store, **given).quote


def uploaded(
    store: stores.Store, name: str = "hinge-bracket-v3.stl", body: bytes = TRIANGLE
) -> str:
    """A file as a customer sends it; gives back its id."""
    got = uploads.receive(store, BytesIO(body), filename=name, visitor="v", length=len(body))
    return got.upload.id


def offer(price: int = 1575, **facts: Any) -> quotes.Offer:
    """Four brackets, 15.75 each."""
    return quotes.Offer([quotes.OfferLine("Bracket, PETG grey", 4, price)], **facts)


def answered(store: stores.Store, quote: quotes.Quote | None = None, **facts: Any) -> quotes.Quote:
    """A quote whose price was sent."""
    quote = quote or asked(store)
    return quotes.send(store.id, quote.id, offer(**facts))


def fresh(quote: quotes.Quote) -> quotes.Quote:
    db.session.rollback()
    return db.session.get_one(quotes.Quote, quote.id, populate_existing=True)


def form(quote: quotes.Quote, **changes: str) -> dict[str, str]:
    """The answer's form as a person fills it in."""
    return {
        "seen": str(quote.version),
        "lines.0.description": "Bracket, PETG grey",
        "lines.0.quantity": "4",
        "lines.0.unit_price": "15,75",
        "shipping": "5.90",
        "tax": "",
        "lead_time_days": "5",
        "deposit": "50",
        "expires_on": "",
        "message": "",
        **changes,
    }
