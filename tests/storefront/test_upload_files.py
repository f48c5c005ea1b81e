"""Files on their way out: by a signed link for an hour, never as a page."""

import os

import pytest
from flask.testing import FlaskClient

from synqro import stores, uploads
from synqro.config import Settings
from synqro.core import logs
from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.core.errors import Invalid, NotFound
from synqro.jobs import agents as jobs
from synqro.jobs import uploads as upload_jobs
from synqro.web import files
from tests.conftest import Clock
from tests.makers import refusal
from tests.storefront.uploading import PATH, PDF, begin, left, patch, send, stl

DAY = 24 * 3600


@pytest.fixture
def upload(sf: FlaskClient, store: stores.Store) -> uploads.Upload:
    upload_id = send(sf, stl(), "plan %22B%22 ü.html").get_json()["upload_id"]
    return uploads.of(store.id, [upload_id])[upload_id]


def test_a_link_saves_the_file_and_shows_nothing(
    client: FlaskClient, upload: uploads.Upload
) -> None:
    url = files.file_url(upload)
    answer = client.get(url)
    assert (answer.status_code, answer.data) == (200, stl())
    disposition = answer.headers["Content-Disposition"]
    assert disposition == "attachment; filename*=UTF-8''plan%20%22B%22%20%C3%BC.html.stl"
    assert answer.headers["Content-Type"] == "model/stl"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Cache-Control"].startswith("private")
    shown = client.head(url)
    assert (shown.data, shown.headers["Content-Length"]) == (b"", str(len(stl())))
    part = client.get(url, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.data) == (206, stl()[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(stl())}"
    assert client.get(url, headers={"Range": "bytes=-5"}).data == stl()[-5:]
    assert client.get(url, headers={"Range": "bytes=9999-"}).status_code in (200, 416)
    picture = files.thumbnail_url(upload)
    if picture:
        assert client.get(picture).headers["Content-Type"] == "image/webp"


def test_a_link_that_is_wrong_or_over(
    client: FlaskClient, upload: uploads.Upload, clock: Clock, sf: FlaskClient, store: stores.Store
) -> None:
    url = files.file_url(upload)
    other = send(sf).get_json()["upload_id"]
    for wrong in (url[:-1], f"{url}x", url.split("?")[0], url.replace(upload.id, other)):
        assert client.get(wrong).status_code == 404
    clock.forward(3601)
    assert client.get(url).status_code == 410
    assert "text/html" in client.get(url).headers["Content-Type"]
    fresh = files.file_url(upload)
    assert client.get(fresh).status_code == 200
    clock.forward(DAY)
    jobs.retention()
    assert client.get(files.file_url(upload)).status_code == 404


def test_signatures_stay_out_of_the_log(upload: uploads.Upload) -> None:
    url = files.file_url(upload)
    told = logs.cut_secrets(None, "", {"event": f"GET {url}"})["event"]
    assert url.split("token=")[1] not in told


def test_files_of_a_quote_stay_and_others_go(
    sf: FlaskClient, store: stores.Store, settings: Settings, clock: Clock
) -> None:
    kept, gone = (send(sf).get_json() for _ in range(2))
    patch(sf, begin(sf, 100).headers["Location"], 0, b"x" * 10)
    ids = [kept["upload_id"]]
    with transaction():
        assert [upload.id for upload in uploads.keep(store.id, ids)] == ids
    query = {"id": ids[0], "token": kept["upload_token"]}
    assert refusal(sf.delete(PATH, query_string=query)) == (409, "upload_in_use")
    assert sf.get(PATH, query_string=query).get_json()["expires_at"] is None
    clock.forward(DAY + 120)
    stale = settings.data_dir / "spool" / "stale"
    stale.write_bytes(b"x")
    old = settings.data_dir / "spool" / "old"
    old.touch()
    os.utime(old, (0, 0))
    jobs.retention()
    upload_jobs.sweep()
    assert sorted(left(settings)) == ["file", "stale"]
    with pytest.raises(Invalid) as refused:
        uploads.keep(store.id, [gone["upload_id"], ids[0], "up_nobody"])
    codes = {field["field"]: field["code"] for field in refused.value.facts["fields"]}
    assert codes == {"uploads.0": "upload_not_found", "uploads.2": "upload_not_found"}
    uploads.drop_at(store.id, ids, now())
    clock.forward(120)
    jobs.retention()
    db.session.expire_all()
    row = uploads.of(store.id, ids)[ids[0]]
    assert (row.status, row.filename, row.bytes) == (uploads.Status.DELETED, "part.pdf", len(PDF))
    with pytest.raises(NotFound):
        uploads.stream(row)
    assert left(settings) == ["stale"]


def test_what_is_not_whole_cannot_be_kept(sf: FlaskClient, store: stores.Store) -> None:
    begun = begin(sf, 100).headers["Synqro-Upload-Id"]
    made = begin(sf, 4, "x.exe").headers
    patch(sf, made["Location"], 0, b"MZ\0\0")
    with pytest.raises(Invalid) as refused:
        uploads.keep(store.id, [begun, made["Synqro-Upload-Id"]])
    codes = [field["code"] for field in refused.value.facts["fields"]]
    assert codes == ["upload_unfinished", "upload_refused"]
