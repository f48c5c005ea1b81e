"""Asking for a custom print without JavaScript: words, a link, files that go up with the form."""

import re
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from synqro import quotes, stores
from tests.widget.conftest import HIDDEN

HULL = (
    "solid cube\n"
    + "".join(
        "facet normal 0 0 0\nouter loop\n"
        + "".join(f"vertex {x} {y} {z}\n" for x, y, z in corners)
        + "endloop\nendfacet\n"
        for corners in (
            ((0, 0, 0), (0, 30, 0), (40, 0, 0)),
            ((0, 0, 0), (40, 0, 0), (0, 0, 20)),
            ((0, 0, 0), (0, 0, 20), (0, 30, 0)),
            ((40, 0, 0), (0, 30, 0), (0, 0, 20)),
        )
    )
    + "endsolid cube\n"
).encode()
"""A closed tetrahedron of 40 × 30 × 20."""
SAM = {"customer.name": "Sam Field", "customer.email": "sam@example.com"}
CARRIED = re.compile(r'<input type="hidden" name="(upload|name\.\w+)" value="([^"]*)">')


class Asker:
    """Fills in the form without JavaScript, what the page carries along included."""

    def __init__(self, client: FlaskClient, shop: str) -> None:
        self.client, self.path = client, f"{shop}/custom"

    def page(self, query: str = "") -> str:
        answer = self.client.get(f"{self.path}{query}")
        assert answer.status_code == 200, answer.text
        return answer.text

    def ask(self, *files: tuple[str, bytes], page: str = "", **typed: str) -> TestResponse:
        """Send the form of `page`; `__` in a name is a dot, and "" leaves out Sam's words."""
        page = page or self.page()
        said = {name.replace("__", "."): value for name, value in typed.items()}
        data: dict[str, Any] = {**dict(HIDDEN.findall(page)), "quantity": "1", **SAM, **said}
        data["upload"] = [value for name, value in CARRIED.findall(page) if name == "upload"]
        data["files"] = [(BytesIO(content), name) for name, content in files]
        return self.client.post(self.path, data=data, content_type="multipart/form-data")


@pytest.fixture
def asker(client: FlaskClient, shop: str) -> Asker:
    return Asker(client, shop)


def asked(store: stores.Store, answer: TestResponse) -> quotes.Quote:
    """The quote that the answer leads to."""
    assert answer.status_code == 303, answer.text
    return quotes.by_token(store.id, answer.location.rsplit("/", 1)[1].partition("?")[0])


def test_words_alone_become_a_quote_with_a_private_link(
    asker: Asker, client: FlaskClient, store: stores.Store, shop: str
) -> None:
    answer = asker.ask(
        description="A hook for a bicycle,\n12 kg", quantity="4", needed_by="2099-01-01"
    )
    assert answer.status_code == 422
    assert "five years" in answer.text.lower() or "5 years" in answer.text
    answer = asker.ask(description="A hook for a bicycle,\n12 kg", quantity="4")
    quote = asked(store, answer)
    assert (quote.description, quote.quantity) == ("A hook for a bicycle,\n12 kg", 4)
    assert (quote.customer_name, quote.customer_email) == ("Sam Field", "sam@example.com")
    assert "Set-Cookie" not in answer.headers
    page = client.get(answer.location)
    assert "Your part is with the workshop" in page.text
    assert "sam@example.com, usually within a day" in page.text
    assert f'href="{shop}/quotes/{quotes.link_token(quote)}"' in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert page.headers["Cache-Control"] == "no-store"


def test_a_link_alone_is_enough(asker: Asker, store: stores.Store) -> None:
    quote = asked(store, asker.ask(file_url="printables.com/model/1"))
    assert quote.file_url == "https://printables.com/model/1"
