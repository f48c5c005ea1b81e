"""Counts from a file: looked at first, then applied, then told line by line."""

import csv
import re
from collections.abc import Callable
from html import unescape
from io import BytesIO, StringIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from synqro import catalogue, stores
from synqro.catalogue import ImportStatus
from synqro.core.db import db
from synqro.web.console import brought as brought_files
from tests import makers
from tests.makers import HTMX

NEW = "/console/stock_imports/new"
EXCEL = "\ufeffSKU;On hand;Note\r\nA;7;Köln\r\n\r\nB;5;\r\nNO;1;\r\n"


def send(console: FlaskClient, content: bytes | str, **more: Any) -> TestResponse:
    """Send a file as one body, for the test client leaves a large one's temporary file open."""
    raw = content.encode() if isinstance(content, str) else content
    part = FileStorage(BytesIO(raw), "counts.csv", "file")
    boundary, body = encode_multipart(MultiDict([("file", part)]))
    kind = f"multipart/form-data; boundary={boundary}"
    return console.post(NEW, data=body, content_type=kind, **more)


def brought(console: FlaskClient, content: str) -> str:
    """The address of the page that shows what a file would do."""
    answer = send(console, content)
    assert answer.status_code == 303, answer.text
    return answer.location


def words(answer: TestResponse) -> str:
    """The page as it is read, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", answer.text)).split())


def counts(store: stores.Store) -> list[int | None]:
    db.session.rollback()
    wanted = db.select(catalogue.Variant.stock).filter_by(store_id=store.id)
    return list(db.session.scalars(wanted.order_by(catalogue.Variant.sku)))


@pytest.fixture
def shelf(store: stores.Store) -> None:
    for sku in "AB":
        makers.product(store, title=f"Vase {sku}", sku=sku, stock=5)


def test_a_file_is_looked_at_and_nothing_changes(
    console: FlaskClient, store: stores.Store, shelf: None
) -> None:
    page = console.get(brought(console, EXCEL))
    said = words(page)
    assert "Nothing has changed yet" in said and "3 lines read" in said
    assert "Change 1 count, leave out 1 line" in said and "Discard" in said
    assert "Columns that were not read: “Note”." in said
    assert "No product has this SKU." in said and "5 → becomes 7" in said
    assert page.text.index("line-5") < page.text.index("line-2") < page.text.index("line-4")
    assert counts(store) == [5, 5] and "data-live" not in page.text


def test_a_file_is_applied_and_told_line_by_line(
    console: FlaskClient, store: stores.Store, shelf: None
) -> None:
    here = brought(console, EXCEL)
    answer = console.post(f"{here}/apply")
    assert (answer.status_code, answer.location) == (303, here)
    said = words(console.get(here))
    assert "1 count changed" in said and "Robin Maker" in said and "Discard" not in said
    assert counts(store) == [7, 5]
    assert "Changed" in words(console.get(f"{here}?show=applied"))
    report = console.get(f"{here}/report")
    assert report.mimetype == "text/csv"
    assert "counts%20report.csv" in report.headers["Content-Disposition"]
    lines = list(csv.DictReader(StringIO(report.text.removeprefix("\ufeff"))))
    assert [line["outcome"] for line in lines] == ["applied", "same", "wrong"]
    assert "from a file" in words(console.get("/console/stock_moves"))
    assert "counts.csv" in words(console.get("/console/stock_imports"))


def test_what_is_no_longer_offered_leads_nowhere(
    console: FlaskClient, store: stores.Store, shelf: None
) -> None:
    page = brought(console, EXCEL)
    product_id, _ = catalogue.by_sku(store.id, "A") or ("", "")
    assert console.get(page).text.count('href="/console/stock/') == 2
    white = [{"name": "Colour", "values": ["White"]}]
    catalogue.edit_product(store.id, product_id, options=white)
    assert console.get(page).text.count('href="/console/stock/') == 1


def test_a_whole_file_is_taken_back(console: FlaskClient, store: stores.Store, shelf: None) -> None:
    here = brought(console, "sku,stock\nA,7\nB,6\nNO,1\n")
    assert console.post(f"{here}/undo").status_code == 409
    console.post(f"{here}/apply")
    assert "Undo this import" in words(console.get(here))
    [b] = [one for one in catalogue.shelf(store.id).data if one.title == "Vase B"]
    catalogue.set_stock(store.id, b.variants[0].id, 0)
    for _ in range(2):
        assert console.post(f"{here}/undo").status_code == 303
    said = words(console.get(here))
    assert "Import undone, 1 change stays" in said and "Undo this import" not in said
    assert "Changed 1 Taken back 1 As it is 0 Wrong 1" in said and counts(store) == [5, 0]
    kept = words(console.get(f"{here}?show=kept"))
    assert "Not taken back None are left, so 1 cannot be taken back." in kept
    assert "Vase B" in kept and "Vase A" not in kept
    assert "Taken back" in words(console.get("/console/stock_imports"))


def test_what_was_skipped_is_said(console: FlaskClient, store: stores.Store, shelf: None) -> None:
    here = brought(console, "sku,stock\nA,7\nB,8\n")
    [a] = [one for one in catalogue.shelf(store.id).data if one.title == "Vase A"]
    catalogue.set_stock(store.id, a.variants[0].id, 4)
    console.post(f"{here}/apply")
    said = words(console.get(here))
    assert "1 count changed, 1 skipped" in said
    assert "There are 4 now, the file was read at 5. Count again." in said


def test_htmx_is_sent_to_the_page_of_what_was_read(console: FlaskClient, shelf: None) -> None:
    answer = send(console, EXCEL, headers=HTMX)
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"].startswith("/console/stock_imports/imp_")


@pytest.mark.parametrize(
    ("content", "status", "said"),
    [
        (b"Artikel,Bestand\nA,1\n", 422, "The first line names “Artikel”, “Bestand”."),
        (b"PK\x03\x04x", 422, "Save it as CSV first."),
        (b"\x89PNG\0", 422, "This is not a CSV file."),
        (b"", 422, "This file is empty."),
        (b"sku,stock\n", 422, "There are no lines below the names of the columns."),
        (b'sku,stock\n"A,1\n', 422, "Row 2: a quotation mark is opened and never closed"),
        (b"sku,stock\n" + b"A,1\n" * 3_000_000, 422, "This file is larger than 10 MB."),
    ],
    ids=["columns", "xlsx", "png", "empty", "header", "quotes", "large"],
)
def test_what_cannot_be_read_is_said_and_nothing_kept(
    console: FlaskClient, store: stores.Store, content: bytes, status: int, said: str
) -> None:
    for headers in ({}, HTMX):
        answer = send(console, content, headers=headers)
        assert answer.status_code == status and said in words(answer)
        assert ("<html" in answer.text) == (not headers)
    assert catalogue.imports(store.id).data == []


def test_more_than_anybody_takes_is_refused_in_words(
    console: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(brought_files, "LARGEST_BODY", 100)
    answer = send(console, EXCEL)
    assert answer.status_code == 413 and "larger than 10 MB" in words(answer)


def test_a_form_without_a_file_asks_for_one(console: FlaskClient) -> None:
    for data in ({}, {"file": (BytesIO(b""), "")}, {"file": "text"}):
        answer = console.post(NEW, data=data)
        assert answer.status_code == 422 and "Choose a file first." in words(answer)


def test_a_second_press_finds_it_done_and_another_person_is_told(
    console: FlaskClient, store: stores.Store, owner: stores.Person, shelf: None
) -> None:
    mine, theirs = brought(console, "sku,received\nA,2\n"), brought(console, "sku,received\nA,1\n")
    for _ in range(2):
        assert console.post(f"{mine}/apply").status_code == 303
    other = stores.By(person_id=makers.person("other@shop.example").id)
    catalogue.apply_import(store.id, theirs.rpartition("/")[2], by=other)
    for what in ("apply", "discard"):
        answer = console.post(f"{theirs}/{what}")
        assert answer.status_code == 409 and 'role="alert"' in answer.text
    assert counts(store) == [8, 5]


def test_a_file_is_discarded(console: FlaskClient, store: stores.Store, shelf: None) -> None:
    here = brought(console, EXCEL)
    answer = console.post(f"{here}/discard")
    assert (answer.status_code, answer.location) == (303, "/console/stock_imports")
    assert "Import discarded" in words(console.get(answer.location))
    assert console.get(here).status_code == 404 and counts(store) == [5, 5]


def test_a_file_that_changes_nothing_has_nothing_to_press(
    console: FlaskClient, shelf: None
) -> None:
    here = brought(console, "sku,stock\nA,5\n")
    said = words(console.get(here))
    assert "This file changes nothing." in said and "Change 0" not in said
    answer = console.post(f"{here}/apply")
    assert answer.status_code == 409 and "There is nothing to change." in words(answer)


def test_a_large_file_shows_how_far_it_is_until_it_is_done(
    console: FlaskClient,
    store: stores.Store,
    shelf: None,
    monkeypatch: pytest.MonkeyPatch,
    run_jobs: Callable[[], int],
) -> None:
    monkeypatch.setattr(catalogue.import_turns, "AT_ONCE", 1)
    here = brought(console, "sku,stock\nA,7\nB,8\n")
    console.post(f"{here}/apply")
    page = console.get(here)
    assert "0 of 2 counts. You can leave this page" in words(page) and "data-live" in page.text
    assert "Being applied" in words(console.get("/console/stock_imports"))
    assert console.post(f"{here}/discard").status_code == 409
    live = console.get(f"{here}?live=1")
    same = console.get(f"{here}?live=1", headers={"If-None-Match": live.headers["ETag"]})
    assert same.status_code == 304
    run_jobs()
    after = console.get(f"{here}?live=1")
    assert after.status_code == 200 and "data-live" not in after.text and "<html" not in after.text
    [found] = catalogue.imports(store.id).data
    assert (found.status, counts(store)) == (ImportStatus.DONE, [7, 8])


def test_a_filter_that_there_is_not_shows_all(console: FlaskClient, shelf: None) -> None:
    here = brought(console, EXCEL)
    for show in ("wrong", "change", "same", "applied", "nonsense", "\0"):
        assert console.get(here, query_string={"show": show}).status_code == 200
    assert console.get(f"{here}?cursor=nonsense").status_code == 400
    assert "Vase A" not in words(console.get(f"{here}?show=wrong"))


def test_the_stock_is_given_out_as_it_is_read(
    console: FlaskClient, store: stores.Store, shelf: None
) -> None:
    makers.product(store, title="=cmd()", sku="=X", stock=None)
    answer = console.get("/console/stock_export")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "'=cmd()" in answer.text and "no-store" in answer.headers["Cache-Control"]
    said = words(console.get(brought(console, answer.text)))
    assert "This file changes nothing." in said and "Wrong 0" in said
