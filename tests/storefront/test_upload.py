"""A file sent by a page: taken, understood, and shown to nobody else."""

from io import BytesIO

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from synqro.config import Settings
from tests.makers import refusal

PATH = "/api/storefront/upload"
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"


def send(sf: FlaskClient, content: bytes = PDF, name: str = "part.pdf") -> TestResponse:
    return sf.post(PATH, data={"file": (BytesIO(content), name)})


def left(settings: Settings) -> list[str]:
    """What stands on the disk of files that came."""
    folders = (settings.data_dir / "spool", settings.data_dir / "files" / "uploads")
    return [str(path) for folder in folders for path in folder.rglob("*") if path.is_file()]


def test_a_file_is_taken_and_can_be_taken_back(sf: FlaskClient, settings: Settings) -> None:
    answer = send(sf, name="C:\\parts\\bracket ü.pdf")
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
    assert refusal(sf.get(PATH, query_string=query))[0] == 410
