"""Plain HTTP between the product's own processes on this machine."""

import http.client
from collections.abc import Mapping
from urllib.parse import urlsplit


def call(
    method: str, url: str, body: bytes | None, headers: Mapping[str, str], *, timeout: float
) -> tuple[int, bytes]:
    """Ask once and give back status and body. Raises OSError or HTTPException."""
    parts = urlsplit(url)
    path = parts.path or "/"
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)
    try:
        target = f"{path}?{parts.query}" if parts.query else path
        connection.request(method, target, body, dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
