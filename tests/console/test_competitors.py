"""Prices of other sellers: typed in, put right, brought as a file that is looked at first."""

import csv
import re
import zlib
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from html import unescape
from io import BytesIO, StringIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from synqro import catalogue, repricer, stores
from synqro.core.clock import now
from synqro.core.db import db
from tests import makers

HERE = "/console/repricer/competitors"
IMPORT = f"{HERE}_import"
CSV = "SKU;Seller;Price;Seen;Note\r\nVASE;Kiln;24,50;2026-11-26;x\r\nNO;Kiln;1;2026-11-26;\r\n"


@pytest.fixture
def vase(store: stores.Store) -> catalogue.Product:
    return makers.product(store, sku="VASE")


def form(vase: catalogue.Product, **facts: str) -> dict[str, str]:
    given = {"seller": "Kiln", "price": "24.50", "seen_at": "2026-11-26T10:42", "source": "shop"}
    return {"variant_id": vase.variants[0].id, **given, **facts}


def words(answer: TestResponse) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", answer.text)).split())


def kept(store: stores.Store) -> list[tuple[str, int, int | None]]:
    db.session.rollback()
    found = repricer.competitor_prices(store.id).data
    return [(one.seller, one.price, one.shipping) for one in found]


def send(console: FlaskClient, path: str, content: bytes | str = b"", **fields: str) -> Any:
    raw = content.encode() if isinstance(content, str) else content
    parts: list[tuple[str, Any]] = list(fields.items())
    if raw:
        parts.append(("file", FileStorage(BytesIO(raw), "prices.csv", "file")))
    boundary, body = encode_multipart(MultiDict(parts))
    return console.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def carried(page: TestResponse) -> dict[str, str]:
    """The fields in which a file travels in the page that shows it."""
    part = page.text.split("/apply", 1)[1].split("</form>", 1)[0]
    return {
        name: unescape(value) for name, value in re.findall(r'name="(\w+)" value="(.*?)"', part)
    }


def test_a_price_is_noted_and_told_with_its_age(
    console: FlaskClient, store: stores.Store, vase: catalogue.Product
) -> None:
    assert "No prices yet" in words(console.get(HERE))
    when = (now() - timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    answer = console.post(HERE, data=form(vase, seen_at=when, source="their web page"))
    assert (answer.status_code, answer.location) == (303, HERE)
    said = words(console.get(HERE))
    assert "Price of Kiln saved" in said and "Ripple vase" in said and "€24.50" in said
    assert "seen 3 days ago , their web page" in said
    assert kept(store) == [("Kiln", 2450, None)]


def test_a_price_that_cannot_be_stays_in_the_form(
    console: FlaskClient, store: stores.Store, vase: catalogue.Product
) -> None:
    answer = console.post(HERE, data=form(vase, price="24.505", seen_at="soon", seller="Köln"))
    said = words(answer)
    assert answer.status_code == 422 and "An amount in EUR has at most 2 decimals." in said
    assert "Enter a date and a time" in said and 'value="Köln"' in answer.text
    future = (now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    answer = console.post(HERE, data=form(vase, seen_at=future, variant_id=""))
    assert "Nobody can have seen it yet" in words(answer) and kept(store) == []
    assert "There is no such variant" in words(answer)


def test_ebay_needs_a_word_of_consent(
    console: FlaskClient, store: stores.Store, vase: catalogue.Product
) -> None:
    refused = console.post(HERE, data=form(vase, source="eBay"))
    assert refused.status_code == 422 and "unless eBay has agreed in writing" in words(refused)
    console.post(HERE, data=form(vase, source="eBay", consent="1"))
    assert "eBay, with eBay’s written consent" in words(console.get(HERE))


def test_an_older_price_is_not_taken_but_a_wrong_one_is_put_right(
    console: FlaskClient, store: stores.Store, vase: catalogue.Product
) -> None:
    console.post(HERE, data=form(vase))
    older = console.post(HERE, data=form(vase, price="1", seen_at="2026-11-20T10:00"))
    assert older.status_code == 409 and "A newer price of this seller is known." in words(older)
    [found] = repricer.competitor_prices(store.id).data
    page = console.get(f"{HERE}/{found.id}")
    assert 'value="2026-11-26T10:42"' in page.text and 'value="24.50"' in page.text
    put_right = form(vase, price="1", shipping="2", seen_at="2026-11-20T10:00")
    assert console.post(f"{HERE}/{found.id}", data=put_right).location == HERE
    assert kept(store) == [("Kiln", 100, 200)]
    seen_at = datetime(2026, 11, 21, 9, 30, 17, tzinfo=UTC)
    repricer.correct_price(store.id, found.id, seen_at=seen_at)
    shown = console.get(f"{HERE}/{found.id}").text.split('id="seen_at"')[1]
    left = re.findall(r'value="([^"]+)"', shown)[0]
    console.post(f"{HERE}/{found.id}", data=form(vase, price="2", seen_at=left))
    db.session.rollback()
    [found] = repricer.competitor_prices(store.id).data
    assert (found.price, found.seen_at) == (200, seen_at)
    wrong = console.post(f"{HERE}/{found.id}", data=form(vase, price=""))
    assert wrong.status_code == 422 and "Enter a price." in words(wrong)


def test_a_forgotten_price_comes_back(
    console: FlaskClient, store: stores.Store, vase: catalogue.Product
) -> None:
    console.post(HERE, data=form(vase, shipping="0", feedback_bp="98.5", country="DE"))
    [found] = repricer.competitor_prices(store.id).data
    seen_at = found.seen_at
    console.post(f"{HERE}/{found.id}/forget")
    toast = console.get(HERE)
    assert "Price of Kiln forgotten" in words(toast) and kept(store) == []
    part = toast.text.split('class="undo"', 1)[1].split("</form>", 1)[0]
    again = dict(re.findall(r'name="(\w+)" value="(.*?)"', part))
    assert console.post(HERE, data=again).status_code == 303
    [back] = repricer.competitor_prices(store.id).data
    assert (back.price, back.shipping, back.seen_at) == (2450, 0, seen_at)
    assert (back.feedback_bp, back.country) == (9850, "DE")


def test_a_file_is_looked_at_then_saved_once(
    console: FlaskClient, store: stores.Store, vase: catalogue.Product
) -> None:
    page = send(console, IMPORT, CSV, source="price list", seen_at="")
    said = words(page)
    assert page.status_code == 200 and "Nothing is saved yet" in said
    assert "Lines 2 Wrong 1 New 1" in said and "Save 1 price" in said
    assert "Columns that were not read: “Note”." in said and "No product has this SKU." in said
    assert page.text.index("line-3") < page.text.index("line-2") and kept(store) == []
    fields = carried(page)
    report = send(console, f"{IMPORT}/report", **fields)
    lines = list(csv.DictReader(StringIO(report.text.removeprefix("\ufeff"))))
    assert [line["outcome"] for line in lines] == ["new", "wrong"]
    for _ in range(2):
        assert send(console, f"{IMPORT}/apply", **fields).location == HERE
        said = words(console.get(HERE))
        assert "1 price saved, 1 line left out" in said
    assert kept(store) == [("Kiln", 2450, None)]
    assert "price list" in said


def test_a_changed_price_is_shown_beside_the_known_one(
    console: FlaskClient, store: stores.Store, vase: catalogue.Product
) -> None:
    console.post(HERE, data=form(vase, price="30", seen_at="2026-11-20T08:00"))
    said = words(send(console, IMPORT, CSV, source="list"))
    assert "€30.00 → becomes €24.50" in said and "Changes 1" in said


def test_a_file_that_is_none_comes_back_with_what_was_typed(
    console: FlaskClient, store: stores.Store
) -> None:
    for content, why in ((b"", "Choose a file first."), (b"a,b\n1,2\n", "no column “seller”")):
        answer = send(console, IMPORT, content, source="Köln", consent="1")
        assert answer.status_code == 422 and why in words(answer)
        assert 'value="Köln"' in answer.text and "checked" in answer.text
    huge = send(console, IMPORT, b"x" * (3 * 1024 * 1024))
    assert huge.status_code == 422 and "larger than 2 MB" in words(huge)
    torn_off = b64encode(zlib.compress(CSV.encode())[:-9]).decode()
    for packed in ("", "???", "AAAA", torn_off):
        torn = send(console, f"{IMPORT}/apply", packed=packed)
        assert torn.status_code == 422 and "Choose the file once more" in words(torn)


def test_a_large_file_travels_whole(
    console: FlaskClient, store: stores.Store, vase: catalogue.Product
) -> None:
    lines = (
        f"VASE,{number:x}-{number * 7919:x},{number + 1},2026-11-26,s" for number in range(190)
    )
    noise = "".join(f"NO{one * 104729:x},s,1,2026-11-26,s\n" for one in range(9_000))
    page = send(console, IMPORT, "sku,seller,price,seen,source\n" + "\n".join(lines) + "\n" + noise)
    assert "8,900 more like these, all of them in the CSV." in words(page)
    assert send(console, f"{IMPORT}/apply", **carried(page)).status_code == 303
    assert "190 prices saved, 9000 lines left out" in words(console.get(HERE))


def test_the_export_is_a_file_that_can_be_brought_again(
    console: FlaskClient, store: stores.Store, vase: catalogue.Product
) -> None:
    console.post(HERE, data=form(vase))
    answer = console.get(f"{HERE}/export")
    assert answer.mimetype == "text/csv"
    assert "competitor%20prices" in answer.headers["Content-Disposition"]
    assert "Same price 1" in words(send(console, IMPORT, answer.text))


def test_prices_are_searched_and_linked_from_the_repricer(
    console: FlaskClient, store: stores.Store, vase: catalogue.Product
) -> None:
    console.post(HERE, data=form(vase))
    assert "€24.50" in words(console.get(f"{HERE}?q=kiln"))
    assert "Nothing is called" in words(console.get(f"{HERE}?q=%00nobody"))
    assert f'href="{HERE}"' in console.get("/console/repricer").text
