"""A file that comes in pieces, over a connection that breaks."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from synqro import stores, uploads
from synqro.config import Settings
from synqro.core import storage
from synqro.core.db import db
from tests.conftest import Clock
from tests.makers import refusal
from tests.storefront.conftest import change
from tests.storefront.uploading import PATH, PIECE, TUS, begin, cut_off, head, left, patch, stl

SHOP = "https://shop.example"


def test_pieces_make_a_file(sf: FlaskClient, settings: Settings) -> None:
    content = stl()
    made = begin(sf, len(content), "tetra ü.stl")
    assert made.status_code == 201, made.text
    where = made.headers["Location"]
    assert where.startswith(settings.public_url) and "key=" not in where
    assert "GMT" in made.headers["Upload-Expires"]
    query = {
        "id": made.headers["Synqro-Upload-Id"],
        "token": made.headers["Synqro-Upload-Token"],
    }
    for start in (0, 100):
        answer = patch(sf, where, start, content[start : start + 100])
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(start + 100))
    shown = head(sf, where)
    assert (shown.status_code, shown.headers["Upload-Offset"]) == (200, "200")
    assert shown.headers["Upload-Length"] == str(len(content))
    assert shown.headers["Cache-Control"] == "no-store"
    assert shown.headers["Upload-Metadata"].startswith("filename ")
    unfinished = sf.get(PATH, query_string=query)
    assert refusal(unfinished) == (409, "upload_unfinished")
    assert unfinished.get_json()["error"]["received"] == 200
    last = patch(sf, where, 200, content[200:])
    assert last.status_code == 204 and last.headers["Tus-Resumable"] == "1.0.0"
    found = sf.get(PATH, query_string=query).get_json()
    assert (found["filename"], found["bytes"]) == ("tetra ü.stl", len(content))
    assert found["mesh"]["triangles"] == 4 and found["upload_token"] == query["token"]
    assert sorted(set(left(settings)) - {"thumbnail"}) == ["file"]
    upload = db.session.get_one(uploads.Upload, query["id"])
    assert b"".join(uploads.stream(upload)) == content
    assert head(sf, where).headers["Upload-Offset"] == str(len(content))


def test_the_first_piece_may_come_along(sf: FlaskClient) -> None:
    headers = PIECE | {"Upload-Length": str(len(stl()))}
    made = sf.post(f"{PATH}/tus", data=stl(), headers=headers)
    assert (made.status_code, made.headers["Upload-Offset"]) == (201, str(len(stl())))
    query = {
        "id": made.headers["Synqro-Upload-Id"],
        "token": made.headers["Synqro-Upload-Token"],
    }
    assert sf.get(PATH, query_string=query).get_json()["mesh"]["triangles"] == 4


def test_what_came_before_a_connection_broke_is_kept(sf: FlaskClient, live: str) -> None:
    content = stl()
    where = begin(sf, len(content)).headers["Location"]
    lines = (
        f"PATCH {urlsplit(where).path} HTTP/1.1",
        "Host: shop.example",
        "Tus-Resumable: 1.0.0",
        "Content-Type: application/offset+octet-stream",
        "Upload-Offset: 0",
        f"Content-Length: {len(content)}",
    )
    cut_off(live, "\r\n".join(lines) + "\r\n\r\n", content[:150])
    assert head(sf, where).headers["Upload-Offset"] == "150"
    assert patch(sf, where, 150, content[150:]).status_code == 204


def test_a_file_that_is_refused_at_its_end(sf: FlaskClient, settings: Settings) -> None:
    where = begin(sf, 200, "tool.stl").headers["Location"]
    patch(sf, where, 0, b"MZ" + b"\0" * 98)
    last = patch(sf, where, 100, b"\0" * 100)
    assert refusal(last) == (415, "file_type_not_allowed")
    assert head(sf, where).status_code == 410
    assert refusal(patch(sf, where, 200, b"x"))[0] == 410
    assert left(settings) == []


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Tus-Resumable": "0.2.2"}, 412, "tus_version_not_supported"),
        ({"Tus-Resumable": ""}, 412, "tus_version_not_supported"),
        ({"Upload-Length": "-1"}, 400, "invalid_tus_header"),
        ({"Upload-Length": "ten"}, 400, "invalid_tus_header"),
        ({"Upload-Length": "0"}, 422, "file_unreadable"),
        ({"Upload-Length": str(10**18)[:18]}, 413, "file_too_large"),
        ({"Upload-Length": "9" * 30}, 400, "invalid_tus_header"),
        ({"Upload-Length": str(300 * 1024 * 1024)}, 413, "file_too_large"),
        ({"Upload-Defer-Length": "1"}, 400, "invalid_tus_header"),
        ({"Upload-Metadata": "filename ???"}, 400, "invalid_tus_header"),
        ({"Upload-Metadata": "filename /w=="}, 400, "invalid_tus_header"),
    ],
)
def test_a_beginning_that_cannot_be(
    sf: FlaskClient, headers: dict[str, str], status: int, code: str
) -> None:
    answer = begin(sf, 100, **headers)
    assert refusal(answer) == (status, code), answer.text
    assert answer.headers["Tus-Resumable"] == "1.0.0"
    if status == 412:
        assert answer.headers["Tus-Version"] == "1.0.0"


def test_a_piece_that_cannot_be(sf: FlaskClient, settings: Settings) -> None:
    where = begin(sf, 100).headers["Location"]
    path = urlsplit(where).path
    assert refusal(patch(sf, where, 10, b"x")) == (409, "upload_offset_mismatch")
    assert refusal(patch(sf, where, 0, b"x" * 101)) == (413, "file_too_large")
    for headers, status in (
        (TUS | {"Upload-Offset": "0"}, 415),
        (PIECE, 400),
        ({"Upload-Offset": "0"}, 412),
    ):
        assert sf.patch(path, data=b"x", headers=headers).status_code == status
    assert refusal(patch(sf, where + "x", 0, b"x")) == (404, "upload_not_found")
    assert (head(sf, where).headers["Upload-Offset"], left(settings)) == ("0", [])
    assert patch(sf, where, 0, b"").headers["Upload-Offset"] == "0"
    assert sf.get(path, headers=TUS).status_code == 405
    overridden = PIECE | {"Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    assert sf.post(path, data=b"xy", headers=overridden).headers["Upload-Offset"] == "2"
    assert sf.post(path, data=b"xy", headers=TUS).status_code == 400


def test_of_two_pieces_at_once_one_wins(sf: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    content = stl()
    where = begin(sf, len(content)).headers["Location"]
    together, move_in = Barrier(2, timeout=60), storage.move_in

    def both_there(key: str, path: Path) -> None:
        together.wait()
        move_in(key, path)

    def send(_: int) -> int:
        with sf.application.app_context():
            return patch(sf, where, 0, content[:150]).status_code

    with monkeypatch.context() as slow, ThreadPoolExecutor(2) as pool:
        slow.setattr(storage, "move_in", both_there)
        assert sorted(pool.map(send, range(2))) == [204, 409]
    assert head(sf, where).headers["Upload-Offset"] == "150"
    assert patch(sf, where, 150, content[150:]).status_code == 204


def test_an_upload_ends_when_its_day_does_or_it_is_taken_back(
    sf: FlaskClient, settings: Settings, clock: Clock
) -> None:
    where, other = (begin(sf, 100).headers["Location"] for _ in range(2))
    patch(sf, where, 0, b"x" * 10)
    assert sf.delete(urlsplit(other).path, headers=TUS).status_code == 204
    assert head(sf, other).status_code == 410
    clock.forward(25 * 3600)
    assert head(sf, where).status_code == 410
    assert refusal(patch(sf, where, 10, b"x")) == (410, "upload_gone")
    [store_id] = uploads.stores_to_purge()
    assert uploads.purge_of(store_id).changed == 1 and uploads.stores_to_purge() == []
    assert left(settings) == []


def test_so_many_unfinished_ones(sf: FlaskClient) -> None:
    for _ in range(30):
        assert begin(sf, 100).status_code == 201
    assert refusal(begin(sf, 100)) == (429, "too_many_uploads")


def test_it_works_from_other_pages(sf: FlaskClient, store: stores.Store) -> None:
    asked = "tus-resumable, upload-length, upload-metadata, upload-offset, content-type"
    where = urlsplit(begin(sf, 100).headers["Location"]).path
    for method in ("POST", "HEAD", "PATCH", "DELETE"):
        for path in (f"{PATH}/tus", where, PATH):
            preflight = sf.application.test_client().options(
                path,
                headers={
                    "Origin": SHOP,
                    "Access-Control-Request-Method": method,
                    "Access-Control-Request-Headers": asked,
                },
            )
            assert preflight.status_code in (200, 204)
            assert preflight.headers["Access-Control-Allow-Origin"] in ("*", SHOP)
            assert method in preflight.headers["Access-Control-Allow-Methods"]
            allowed = preflight.headers["Access-Control-Allow-Headers"].lower().split(", ")
            assert set(asked.split(", ")) <= set(allowed)
    answer = begin(sf, 100, Origin=SHOP)
    exposed = answer.headers["Access-Control-Expose-Headers"].split(", ")
    wanted = "Location Tus-Resumable Tus-Version Tus-Extension Tus-Max-Size Upload-Offset"
    more = "Upload-Length Upload-Metadata Upload-Expires Synqro-Upload-Id Synqro-Upload-Token"
    assert {*wanted.split(), *more.split()} <= set(exposed)
    change(store, allowed_domains=["maker.example"])
    refused = sf.application.test_client().head(where, headers=TUS | {"Origin": SHOP})
    assert refused.status_code == 403 and "Access-Control-Allow-Origin" not in refused.headers
    assert refusal(begin(sf, 100, Origin=SHOP)) == (403, "origin_not_allowed")


def test_it_says_what_it_speaks(sf: FlaskClient, store: stores.Store) -> None:
    change(store, max_upload_bytes=5000)
    answer = sf.options(f"{PATH}/tus")
    assert (answer.status_code, answer.headers["Tus-Version"]) == (204, "1.0.0")
    assert {"creation", "expiration", "termination"} <= set(
        answer.headers["Tus-Extension"].split(",")
    )
    assert answer.headers["Tus-Max-Size"] == "5000"
