"""Asking for a custom print without JavaScript: words, a link, files that go up with the form."""

import re
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from synqro import quotes, stores, uploads
from synqro.core.db import db
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


def settle(store: stores.Store, **facts: Any) -> None:
    """Change the shop's settings."""
    with db.session.begin_nested():
        db.session.execute(update(stores.Store).where(stores.Store.id == store.id).values(facts))
    db.session.commit()


def waiting(store: stores.Store) -> int:
    """How many quotes wait in the merchant's box."""
    counted, *_ = quotes.all_waiting(store.id, date(2026, 11, 24))
    return counted["todo"]


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


def test_every_wrong_field_is_named_at_once_and_no_word_is_lost(
    asker: Asker, store: stores.Store
) -> None:
    settle(store, quote_materials=[{"name": "PLA", "colors": ["White"]}])
    typed = {
        "customer__name": "",
        "customer__email": "sam@example",
        "file_url": "javascript:alert(1)",
        "description": "x" * 10_001,
        "quantity": "two",
        "needed_by": "2001-01-01",
        "material": "PETG",
    }
    answer = asker.ask(**typed)
    assert answer.status_code == 422
    page = answer.text
    assert "Seven things need a look" in page
    for field in ("customer-name", "customer-email", "file_url", "description", "quantity"):
        assert f'href="#{field}"' in page
        assert re.search(rf'id="{field}"[^>]*aria-describedby="{field}-h"', page), field
        assert f'id="{field}-h"' in page
    for field in ("material", "needed_by"):
        assert f'href="#{field}"' in page
        assert f'id="{field}-h"' in page
    for words in (
        'value="sam@example"',
        'value="javascript:alert(1)"',
        'value="two"',
        "x" * 10_001,
    ):
        assert words in page
    assert waiting(store) == 0


IMPOSSIBLE = [
    *[("quantity", word) for word in ("0", "-3", "1000000000", "9" * 40, "1.5", "٣")],
    *[("file_url", word) for word in ("file:///etc/passwd", "https://" + "x" * 3000)],
    *[("needed_by", word) for word in ("tomorrow", "2026-02-31", "\0")],
    *[("customer__email", word) for word in ("a@b@c", "\0", "x" * 5000)],
    ("description", "a\x07b"),
    ("again", "nothing"),
    ("product_id", "prd_nothing"),
]


def test_what_cannot_be_is_refused_with_the_form_again(asker: Asker, store: stores.Store) -> None:
    for field, word in IMPOSSIBLE:
        answer = asker.ask(**{"description": "A hook", field: word})
        assert answer.status_code in (404, 422), (field, word)
        assert 'role="alert"' in answer.text, (field, word)
        assert 'value="sam@example.com"' in answer.text or field == "customer__email"
    assert waiting(store) == 0


def test_nothing_at_all_is_answered_with_what_would_be_enough(asker: Asker) -> None:
    answer = asker.ask()
    assert answer.status_code == 422
    assert "There is nothing to price yet" in answer.text


def test_files_go_up_with_the_form_and_survive_an_error(
    asker: Asker, client: FlaskClient, store: stores.Store
) -> None:
    answer = asker.ask(("hook.stl", HULL), ("notes.exe", b"MZ\0\0"), quantity="0")
    assert answer.status_code == 422
    assert "hook.stl" in answer.text
    assert "The rest is kept." in answer.text
    assert "40 × 30 × 20 mm" in answer.text
    again = asker.ask(("photo.png", b"not a picture"), page=answer.text, quantity="0")
    assert again.text.count('name="upload"') == 1
    wrong = asker.ask(page=again.text, quantity="0")
    assert "One thing needs a look" in wrong.text
    quote = asked(store, asker.ask(page=wrong.text, quantity="2"))
    (file,) = quotes.files(store, quote)
    assert (file.upload.filename, file.mesh and file.mesh["size_mm"]) == ("hook.stl", [40, 30, 20])
    assert "A price for <b>hook</b> × 2" in re.sub(
        r"\s+", " ", client.get(f"/s/{store.publishable_key}/asked/{quotes.link_token(quote)}").text
    )


def test_a_file_is_taken_off_again(asker: Asker, store: stores.Store) -> None:
    page = asker.ask(("hook.stl", HULL), quantity="0", description="A hook").text
    (upload_id,) = re.findall(r'name="remove" value="(\w+)"', page)
    answer = asker.ask(page=page, remove=upload_id, description="A hook")
    assert answer.status_code == 200
    assert 'name="upload"' not in answer.text
    assert ">A hook</textarea>" in answer.text
    with pytest.raises(uploads.UploadGone):
        uploads.by_token(store.id, upload_id, CARRIED.findall(page)[0][1].split(".")[1])


def test_a_file_that_expired_meanwhile_is_named_and_the_rest_kept(
    asker: Asker, store: stores.Store, clock: Any
) -> None:
    page = asker.ask(("hook.stl", HULL), quantity="0", description="A hook").text
    clock.forward(25 * 3600)
    answer = asker.ask(page=page, description="A hook")
    assert answer.status_code == 422
    assert "isn't here any more" in answer.text.replace("&#39;", "'")
    assert "hook.stl" in answer.text
    assert ">A hook</textarea>" in answer.text


def test_a_file_that_is_too_large_costs_nobody_their_words(
    asker: Asker, store: stores.Store
) -> None:
    settle(store, max_upload_bytes=200 * 1024)
    answer = asker.ask(("big.stl", HULL + b" " * 400_000), description="A hook")
    assert answer.status_code == 422
    assert "big.stl is 0.4 MB. The limit is 0.2 MB" in answer.text
    assert ">A hook</textarea>" in answer.text


def test_eleven_files_are_one_too_many(asker: Asker, store: stores.Store) -> None:
    answer = asker.ask(*[(f"part-{i}.stl", HULL) for i in range(11)])
    assert answer.status_code == 422
    assert "part-10.stl is one too many" in answer.text
    assert answer.text.count('name="upload"') == 10
    assert len(quotes.files(store, asked(store, asker.ask(page=answer.text)))) == 10


def test_pressing_twice_asks_once(asker: Asker, store: stores.Store) -> None:
    page = asker.page()
    first, second = (
        asker.ask(("hook.stl", HULL), page=page, idempotency_key="k") for _ in range(2)
    )
    assert first.location == second.location
    assert waiting(store) == 1
    script = asker.client.post(
        asker.path, data={**SAM, "description": "A hook"}, headers={"Accept": "application/json"}
    )
    assert script.get_json()["url"].startswith(asker.path.replace("/custom", "/asked/"))
    assert waiting(store) == 2


def test_asking_again_brings_the_words_and_files_and_some_may_go(
    asker: Asker, store: stores.Store
) -> None:
    settle(store, quote_materials=[{"name": "PETG", "colors": ["Grey", "Black"]}])
    answer = asker.ask(
        ("hook.stl", HULL), ("lid.stl", HULL), description="A hook", quantity="4",
        material="PETG", color__0="Black",
    )  # fmt: skip
    old = asked(store, answer)
    page = asker.page(f"?again={quotes.link_token(old)}")
    for words in (">A hook</textarea>", 'value="4"', "hook.stl", "lid.stl"):
        assert words in page
    assert re.search(r'value="PETG" checked', page)
    assert re.search(r'value="Black" checked', page)
    first, _ = re.findall(r'name="remove" value="(\w+)"', page)
    fewer = asker.ask(page=page, remove=first, description="A hook", again=quotes.link_token(old))
    new = asked(
        store,
        asker.ask(("new.stl", HULL), page=fewer.text, again=quotes.link_token(old)),
    )
    assert new.previous_id == old.id
    assert [f.upload.filename for f in quotes.files(store, new)] == ["lid.stl", "new.stl"]
    assert len(quotes.files(store, old)) == 2


def test_units_go_along(asker: Asker, store: stores.Store) -> None:
    small = HULL.replace(b"40", b"4").replace(b"30", b"3").replace(b"20", b"2")
    page = asker.ask(("hook.stl", small), quantity="0").text
    assert "This may be in inches." in page
    (upload_id,) = re.findall(r'name="units\.(\w+)" value="in"', page)
    page = asker.ask(page=page, quantity="0", **{f"units__{upload_id}": "in"}).text
    assert "101.6 × 76.2 × 50.8 mm" in page
    assert "Keep millimetres" in page
    quote = asked(store, asker.ask(page=page, **{f"units__{upload_id}": "in"}))
    assert [f.units for f in quotes.files(store, quote)] == ["in"]


def test_there_is_one_door_where_nothing_is_made_to_order(
    asker: Asker, client: FlaskClient, store: stores.Store, shop: str
) -> None:
    assert client.get(shop).text.count(f'href="{asker.path}"') >= 2
    stores.save_storefront(store.id, ordering_enabled=False)
    assert "Have a part made" in client.get(shop).text
    assert "Have a part made" in asker.page()
    settle(store, quotes_enabled=False)
    assert f'href="{asker.path}"' not in client.get(shop).text
    assert "No custom prints for now" in client.get(asker.path).text
    answer = client.post(asker.path, data={**SAM, "description": "A hook"})
    assert answer.status_code == 409


def test_pressing_too_often_keeps_the_words(asker: Asker) -> None:
    for _ in range(30):
        asker.ask(page=" ", quantity="0")
    answer = asker.ask(("hook.stl", HULL), page=" ", description="A hook")
    assert answer.status_code == 429
    assert "Too many tries" in answer.text
    assert ">A hook</textarea>" in answer.text
    assert "Retry-After" in answer.headers
