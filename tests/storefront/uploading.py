"""What the tests of uploads send, and look for afterwards."""

import socket
import struct
from base64 import b64encode
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit
from zipfile import ZipFile

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from synqro.config import Settings

PATH = "/api/storefront/upload"
TUS = {"Tus-Resumable": "1.0.0"}
PIECE = TUS | {"Content-Type": "application/offset+octet-stream"}
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"
CORNERS = [(0, 0, 0), (20, 0, 0), (0, 20, 0), (0, 0, 20)]
FACES = [(0, 2, 1), (0, 1, 3), (0, 3, 2), (1, 2, 3)]


def stl() -> bytes:
    """A closed part of four triangles, 20 mm wide."""
    triangles = [sum((CORNERS[at] for at in face), ()) for face in FACES]
    body = b"".join(struct.pack("<12fH", 0, 0, 0, *three, 0) for three in triangles)
    return b"\0" * 80 + struct.pack("<I", len(FACES)) + body


def zipped(**files: bytes) -> bytes:
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def send(sf: FlaskClient, content: bytes = PDF, name: str = "part.pdf") -> TestResponse:
    return sf.post(PATH, data={"file": (BytesIO(content), name)})


def left(settings: Settings) -> list[str]:
    """What stands on the disk of files that came."""
    folders = (settings.data_dir / "spool", settings.data_dir / "files" / "uploads")
    return [path.name for folder in folders for path in folder.rglob("*") if path.is_file()]


def cut_off(live: str, head: str, body: bytes) -> str:
    """Send a request whose body breaks off, and give back the first line of the answer."""
    where = urlsplit(live)
    with socket.create_connection((where.hostname, where.port), timeout=60) as connection:
        connection.sendall(head.encode() + body)
        connection.shutdown(socket.SHUT_WR)
        return connection.makefile("rb").readline().decode()


def begin(sf: FlaskClient, length: object, name: str = "part.stl", **headers: str) -> TestResponse:
    """Announce a file of `length` bytes."""
    metadata = f"filename {b64encode(name.encode()).decode()}"
    given: dict[str, Any] = {"Upload-Length": str(length), "Upload-Metadata": metadata}
    return sf.post(f"{PATH}/tus", headers=TUS | given | headers)


def patch(sf: FlaskClient, where: str, offset: int, content: bytes, **facts: Any) -> TestResponse:
    """Send a piece to the address that a file was given, without a key."""
    headers = PIECE | {"Upload-Offset": str(offset)}
    client = sf.application.test_client()
    return client.patch(urlsplit(where).path, data=content, headers=headers, **facts)


def head(sf: FlaskClient, where: str) -> TestResponse:
    return sf.application.test_client().head(urlsplit(where).path, headers=TUS)
