"""Files in S3 instead of a folder, at a server that speaks it."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from synqro import stores, uploads
from synqro.config import Settings
from synqro.core import storage
from synqro.core.db import db
from synqro.jobs import agents as jobs
from synqro.web import files
from tests import makers
from tests.conftest import Clock
from tests.makers import refusal
from tests.storefront.uploading import PATH, begin, left, patch, send, stl

pytestmark = pytest.mark.external
BUCKET = "files"
HEAD = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
LARGE = b"%PDF-1.7\n" + os.urandom(20 * 1024 * 1024)


@pytest.fixture
def s3(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A server with an empty bucket, and its port."""
    port = makers.free_port()
    command = [os.environ["MOTO_SERVER"], "-H", "127.0.0.1", "-p", str(port)]
    with (tmp_path / "s3.log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, cwd=tmp_path)
    try:
        makers.wait_for(lambda: ask(port, "PUT", f"/{BUCKET}"))
        yield server, port
    finally:
        server.kill()
        server.wait()


def ask(port: int, method: str, path: str) -> str:
    try:
        with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
            connection.request(method, path)
            return connection.getresponse().read().decode() or "done"
    except OSError:
        return ""


@pytest.fixture
def settings(
    settings: Settings,
    s3: tuple[subprocess.Popen[bytes], int],
    monkeypatch: pytest.MonkeyPatch,
) -> Settings:
    for name, value in {
        "AWS_ENDPOINT": f"http://127.0.0.1:{s3[1]}",
        "AWS_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "tester",
        "AWS_SECRET_ACCESS_KEY": "secret",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(storage, "RETRIES", {"max_retries": 0})
    settings.storage_url = f"s3://{BUCKET}/shop"
    return settings


@pytest.fixture
def sf(client: FlaskClient, store: stores.Store) -> FlaskClient:
    client.environ_base["HTTP_X_SYNQRO_STORE"] = store.publishable_key
    return client


def test_files_come_stay_and_go(
    sf: FlaskClient,
    s3: tuple[subprocess.Popen[bytes], int],
    store: stores.Store,
    settings: Settings,
    clock: Clock,
) -> None:
    server, port = s3
    body = HEAD + LARGE + b"\r\n--b--\r\n"
    found = sf.post(PATH, data=body, content_type="multipart/form-data; boundary=b").get_json()
    where = begin(sf, len(stl())).headers["Location"]
    patch(sf, where, 0, stl()[:100])
    assert patch(sf, where, 100, stl()[100:]).status_code == 204
    upload = uploads.of(store.id, [found["upload_id"]])[found["upload_id"]]
    assert b"".join(uploads.stream(upload)) == LARGE
    url = files.file_url(upload)
    assert sf.get(url, headers={"Range": "bytes=5-14"}).data == LARGE[5:15]
    kept = ask(port, "GET", f"/{BUCKET}?list-type=2")
    assert kept.count("<Key>") == 3 and f"<Key>shop/uploads/{store.id}/" in kept  # one thumbnail
    assert left(settings) == []
    clock.forward(25 * 3600)
    jobs.retention()
    assert "<Key>" not in ask(port, "GET", f"/{BUCKET}?list-type=2")
    db.session.expire_all()
    assert upload.status is uploads.Status.DELETED
    server.kill()
    server.wait()
    assert refusal(send(sf)) == (503, "unavailable")
    assert left(settings) == [] and db.session.query(uploads.Upload).count() == 2
    query = {"id": found["upload_id"], "token": found["upload_token"]}
    assert refusal(sf.get(PATH, query_string=query)) == (410, "upload_gone")
