"""A file sent by a page: taken, understood, and shown to nobody else."""

from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from synqro import stores, uploads
from synqro.config import Settings
from synqro.core import storage
from synqro.core.db import db
from synqro.core.errors import Unavailable
from synqro.uploads import quotas, spool
from synqro.web import large_bodies
from tests.makers import refusal, wrong
from tests.storefront.conftest import change
from tests.storefront.uploading import PATH, PDF, cut_off, left, send, stl, zipped


def test_a_file_is_taken_and_can_be_taken_back(sf: FlaskClient, settings: Settings) -> None:
    answer = send(sf, name="C:\\parts\\..\\bracket ü.pdf")
    assert answer.status_code == 201, answer.text
    found = answer.get_json()
    assert (found["filename"], found["bytes"]) == ("bracket ü.pdf", len(PDF))
    assert (found["content_type"], found["mesh"]) == ("application/pdf", None)
    assert found["upload_id"].startswith("up_") and found["expires_at"].endswith("Z")
    query = {"id": found["upload_id"], "token": found["upload_token"]}
    assert sf.get(PATH, query_string=query).get_json() == found
    gone = sf.delete(PATH, query_string=query)
    assert gone.get_json() == {"id": found["upload_id"], "object": "upload", "deleted": True}
    assert left(settings) == []
    assert refusal(sf.get(PATH, query_string=query)) == (410, "upload_gone")
    assert refusal(sf.delete(PATH, query_string=query)) == (410, "upload_gone")


def test_a_mesh_is_measured_in_the_answer(sf: FlaskClient) -> None:
    mesh = send(sf, stl(), "no ending").get_json()["mesh"]
    assert (mesh["format"], mesh["triangles"], mesh["watertight"]) == ("stl", 4, True)
    assert mesh["size_mm"] == [20, 20, 20] and mesh["shells"] == 1


def test_nobody_else_sees_it(sf: FlaskClient, twin: stores.Store) -> None:
    found = send(sf).get_json()
    query = {"id": found["upload_id"], "token": found["upload_token"]}
    other = {"X-Synqro-Store": twin.publishable_key}
    for asked in (
        query | {"token": "x"},
        query | {"id": "up_x"},
    ):
        assert refusal(sf.get(PATH, query_string=asked)) == (404, "upload_not_found")
        assert refusal(sf.delete(PATH, query_string=asked)) == (404, "upload_not_found")
    assert refusal(sf.get(PATH, query_string=query, headers=other)) == (404, "upload_not_found")
    assert refusal(sf.get(PATH)) == (400, "invalid_parameter")


@pytest.mark.parametrize(
    ("content", "name", "status", "code", "word"),
    [
        (b"MZ\x90\0" + b"\0" * 99, "setup.exe", 415, "file_type_not_allowed", "EXE. Send STL,"),
        (b"MZ\x90\0" + b"\0" * 99, "part.stl", 415, "file_type_not_allowed", "Send STL"),
        (b"<svg xmlns='x'/>", "logo.png", 415, "file_type_not_allowed", "Send STL"),
        (b"\n <!doctype html>", "page.jpg", 415, "file_type_not_allowed", "Send STL"),
        (
            zipped(design=b"x"),
            "part.f3d",
            415,
            "file_type_not_allowed",
            "We can't read F3D. Export",
        ),
        (b"", "part.stl", 422, "file_unreadable", "empty"),
        (stl()[:-7], "part.stl", 422, "file_unreadable", ""),
        (b"not an stl", "part.stl", 422, "file_unreadable", ""),
        (b"solid x\nfacet", "part.stl", 422, "file_unreadable", ""),
        (b"PK\x03\x04cut off", "part.3mf", 422, "file_unreadable", ""),
    ],
)
def test_what_we_cannot_read_is_refused_and_nothing_is_left(
    sf: FlaskClient,
    settings: Settings,
    content: bytes,
    name: str,
    status: int,
    code: str,
    word: str,
) -> None:
    answer = send(sf, content, name)
    assert refusal(answer) == (status, code), answer.text
    assert word in answer.get_json()["error"]["message"]
    assert left(settings) == []
    assert db.session.query(uploads.Upload).count() == 0


def test_the_shops_limit_is_kept_and_named(
    sf: FlaskClient, store: stores.Store, settings: Settings
) -> None:
    change(store, max_upload_bytes=300 * 1024)
    answer = send(sf, PDF + b"\0" * (300 * 1024 - len(PDF) + 1))
    assert refusal(answer) == (413, "file_too_large")
    assert "limit is 300 KB" in answer.get_json()["error"]["message"]
    assert send(sf, PDF + b"\0" * (300 * 1024 - len(PDF))).status_code == 201
    change(store, max_upload_bytes=2**31 - 1)
    settings.max_upload_bytes = 100 * 1024
    assert "limit is 100 KB" in send(sf, PDF + b"\0" * 100 * 1024).text
    assert left(settings) == ["file"]


@pytest.mark.parametrize(
    ("form", "found"),
    [
        ({}, {"file": "required"}),
        ({"file": "words"}, {"file": "required"}),
        ({"file": (BytesIO(), "")}, {"file": "required"}),
        ({"File": (BytesIO(PDF), "a.pdf")}, {"file": "required", "File": "unknown_field"}),
        ({"file": [(BytesIO(PDF), "a.pdf"), (BytesIO(PDF), "b.pdf")]}, {"file": "too_many"}),
        ({"file": (BytesIO(PDF), "a.pdf"), "note": "x"}, {"note": "unknown_field"}),
    ],
)
def test_the_form_has_one_file(
    sf: FlaskClient, settings: Settings, form: dict[str, object], found: dict[str, str]
) -> None:
    copied = {
        name: (BytesIO(value[0].getvalue()), value[1]) if isinstance(value, tuple) else value
        for name, value in form.items()
    }
    answer = sf.post(PATH, data=copied, content_type="multipart/form-data")
    assert wrong(answer) == found
    assert left(settings) == []


BEGUN = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n' + PDF


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (BEGUN, "multipart/form-data; boundary=b"),
        (BEGUN + b"\r\n--b\r\n", "multipart/form-data; boundary=b"),
        (b"", "multipart/form-data; boundary=b"),
        (b"--b\r\nX: \xff\r\n\r\n\r\n--b--", "multipart/form-data; boundary=b"),
        (b"--b\r\nX: y\r\n\r\n\r\n--b--", "multipart/form-data; boundary=b"),
        (BEGUN, "multipart/form-data"),
    ],
)
def test_a_form_that_is_not_whole(
    sf: FlaskClient, settings: Settings, body: bytes, kind: str
) -> None:
    answer = sf.post(PATH, data=body, content_type=kind)
    assert answer.status_code in (400, 422), answer.text
    assert left(settings) == []


@pytest.mark.parametrize("kind", ["application/pdf", "application/x-www-form-urlencoded"])
def test_a_body_that_is_no_form(sf: FlaskClient, settings: Settings, kind: str) -> None:
    answer = sf.post(PATH, data=PDF, content_type=kind)
    assert refusal(answer) == (415, "unsupported_media_type")
    assert left(settings) == []


def test_a_body_that_breaks_off(live: str, store: stores.Store, settings: Settings) -> None:
    lines = (
        f"POST {PATH}?key={store.publishable_key} HTTP/1.1",
        "Host: shop.example",
        "Content-Type: multipart/form-data; boundary=b",
        "Content-Length: 100000",
    )
    assert "400" in cut_off(live, "\r\n".join(lines) + "\r\n\r\n", BEGUN)
    assert left(settings) == []


def test_no_room_and_no_storage(
    sf: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise Unavailable("Files cannot be kept or read right now.", retry_after=5)

    with monkeypatch.context() as broken:
        broken.setattr(storage, "move_in", away)
        answer = send(sf)
        assert refusal(answer) == (503, "unavailable") and answer.headers["Retry-After"] == "5"
    assert db.session.query(uploads.Upload).count() == 0
    (settings.data_dir / "spool").rmdir()
    (settings.data_dir / "spool").symlink_to("/dev/full")
    assert refusal(send(sf)) == (503, "unavailable")
    (settings.data_dir / "spool").unlink()
    with monkeypatch.context() as broken:
        broken.setattr(spool, "_fresh", lambda: Path("/dev/full"))
        broken.setattr(Path, "unlink", lambda *_, **__: None)
        assert refusal(send(sf)) == (503, "unavailable")
    assert send(sf).status_code == 201


def test_who_sends_too_much_waits(sf: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotas, "VISITORS_DAY", 2 * len(PDF))
    first, second = send(sf), send(sf)
    assert second.status_code == 201
    third = send(sf)
    assert refusal(third) == (429, "too_many_uploads")
    assert third.get_json()["error"]["type"] == "rate_limited"
    assert int(third.headers["Retry-After"]) > 0
    neighbour = {"REMOTE_ADDR": "10.0.0.2"}
    elsewhere = {"data": {"file": (BytesIO(PDF), "a.pdf")}, "environ_overrides": neighbour}
    assert sf.post(PATH, **elsewhere).status_code == 201
    found = first.get_json()
    sf.delete(PATH, query_string={"id": found["upload_id"], "token": found["upload_token"]})
    assert send(sf).status_code == 201


def test_uploads_are_counted_by_the_hour_and_never_replayed(sf: FlaskClient) -> None:
    data = {"file": (BytesIO(PDF), "a.pdf")}
    answer = sf.post(PATH, data=data, headers={"Idempotency-Key": "x"})
    assert answer.status_code == 201
    assert answer.headers["RateLimit-Limit"] == "60"
    assert answer.headers["RateLimit-Remaining"] == "59"
    again = sf.post(PATH, data={}, headers={"Idempotency-Key": "x"})
    assert "Idempotent-Replayed" not in again.headers and again.status_code != 409
    assert again.headers["RateLimit-Remaining"] == "58"


def test_a_refused_file_is_read_to_its_end(settings: Settings) -> None:
    assert settings.max_upload_bytes < large_bodies.MOST_DRAINED
