"""Quotes of a customer's, as far along as a test wants them."""

import io
import re
import struct
from typing import Any
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from synqro import orders, quotes, stores, uploads
from synqro.core.db import db
from synqro.quotes import Offer, OfferLine, Quote
from tests import makers
from tests.payments.till import Till

SAM = orders.Customer("Sam Field", "sam@example.com")
CORNERS = [(x, y, z) for x in (0, 84) for y in (0, 33) for z in (0, 54)]
SIDES = ((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))
TRIANGLES = [(a, b, c) for a, b, c, d in SIDES] + [(a, c, d) for a, b, c, d in SIDES]


def block() -> bytes:
    """An STL of a block of 84 × 33 × 54 mm."""
    faces = b"".join(
        struct.pack("<12fH", 0, 0, 0, *(float(v) for corner in t for v in CORNERS[corner]), 0)
        for t in TRIANGLES
    )
    return bytes(80) + struct.pack("<I", len(TRIANGLES)) + faces


def uploaded(store: stores.Store, filename: str = "hinge-bracket-v3.stl") -> uploads.Upload:
    content = block()
    stream = io.BytesIO(content)
    made = uploads.receive(store, stream, filename=filename, visitor="test", length=len(content))
    return made.upload


def asked(store: stores.Store, *, file: bool = False, **facts: Any) -> Quote:
    """A request for four pieces in words, with a file where one is wanted."""
    given = {"description": "A hinge for a shed door", "quantity": 4, "customer": SAM, **facts}
    if file:
        given["files"] = [quotes.Wanted(uploaded(store).id)]
    return quotes.request(store, **given).quote


def quoted(store: stores.Store, *, file: bool = False, **offer: Any) -> Quote:
    """A request that was answered: four brackets for 63.00, delivery 5.90."""
    return answered(asked(store, file=file), **offer)


def answered(quote: Quote, **facts: Any) -> Quote:
    """Send a price, the second one on where there is one already."""
    given = {
        "lines": [OfferLine("Bracket, PETG grey", 4, 1575)],
        "shipping": 590,
        "lead_time_days": 5,
        **facts,
    }
    return quotes.send(quote.store_id, quote.id, Offer(**given))


def fresh(quote: Quote) -> Quote:
    db.session.rollback()
    return db.session.get_one(Quote, quote.id, populate_existing=True)


def order_of(quote: Quote) -> orders.Order:
    found = fresh(quote)
    assert found.order_id
    return orders.find(found.store_id, found.order_id)


class Link:
    """The private link of a quote, followed without JavaScript."""

    def __init__(self, client: FlaskClient, quote: Quote) -> None:
        store = stores.by_id(quote.store_id)
        self.client, self.quote = client, quote
        self.path = f"/s/{store.publishable_key}/quotes/{quotes.link_token(quote)}"

    def get(self, query: str = "", **how: Any) -> TestResponse:
        return self.client.get(self.path + query, **how)

    def page(self, query: str = "") -> str:
        answer = self.get(query)
        assert answer.status_code == 200, answer.text
        return answer.text.replace("&#39;", "'")

    def title(self, query: str = "") -> str:
        return title(self.page(query))

    def send(self, act: str, page: str = "", **typed: str) -> TestResponse:
        """Fill in the page's own form of that name and send it; `__` in a name is a dot."""
        found = re.search(
            rf'<form[^>]*action="([^"]*/{act}(?:\?[^"]*)?)".*?</form>', page or self.page(), re.S
        )
        assert found, f"no form for {act}"
        hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', found[0]))
        said = {name.replace("__", "."): value for name, value in typed.items()}
        return self.client.post(found[1], data={**hidden, **said})

    def paid(self, till: Till, act: str = "accept") -> None:
        """Accept, or pay the balance, and press Pay at the sandbox."""
        answer = self.send(act)
        assert answer.status_code == 303, answer.text
        before = orders.paid(order_of(self.quote))
        makers.press(self.client, answer.location)

        def came() -> bool:
            till.run_jobs()
            return orders.paid(order_of(self.quote)) > before

        makers.wait_for(came)


def title(page: str) -> str:
    found = re.search(r"<h1[^>]*>([^<]+)</h1>", page)
    assert found, page
    return found[1].replace("&#39;", "'")


def at(location: str) -> str:
    """The path and query of an address, as a client follows it."""
    parts = urlsplit(location)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
