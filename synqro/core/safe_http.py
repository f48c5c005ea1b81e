"""POSTs to addresses that customers name: public hosts only, bounded in time and size.

The name is resolved once, every address it stands for is looked at, and the connection goes
to the very address that was looked at. No redirects, no proxies, no decoding.
"""

import http.client
import io
import socket
import ssl
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from select import POLLIN, poll
from time import monotonic
from typing import Any

from synqro.core import addresses
from synqro.core.addresses import Target, Unsafe, check_url, is_public, read_url
from synqro.core.deadline import Watch, watch

CHUNK = 16 * 1024
CONNECT = 5.0  # seconds for one address
HEAD = 64 * 1024  # bytes of an answer's head that are read
ADDRESSES = 4  # of one name that are tried
KEPT = 60.0  # seconds after which a connection is opened anew, and the name looked up again
CLOSED = (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


class Kept(dict[str, "Connection"]):
    """Open connections by a key of the caller's; one caller at a time may use a key."""

    def close(self) -> None:
        """Close them all."""
        while self:
            self.popitem()[1].close()


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    kept: Kept,
    key: str,
    within: float = 10.0,
    limit: int = 64 * 1024,
    allow_private: bool = False,
) -> Answer:
    """POST `body` and give back the answer, of its body at most `limit` bytes.

    Of an answer whose head is longer than HEAD that is all that is read. All of it ends
    `within` seconds, name, handshake and dripped bytes included. `headers` are the caller's
    own, no outsider's. The connection is kept in `kept` under `key`. Raises Unsafe,
    TimeoutError, other OSErrors and http.client's HTTPException.
    """
    target = read_url(url, allow_private=allow_private)
    request = _request(target, body, headers)
    with watch(within) as guard:
        try:
            old = kept.pop(key, None)
            connection = old if old and old.renew(target, guard) else None
            if connection:
                try:
                    return _ask(connection, request, limit, guard, kept, key)
                except CLOSED:
                    # Closed by the other side as we began to use it again: once more, afresh.
                    if guard.late or connection.answered:
                        raise
            fresh = _connect(target, guard, allow_private)
            return _ask(fresh, request, limit, guard, kept, key)
        except Exception as error:
            if guard.late:
                raise TimeoutError(f"No whole answer within {within:g} s.") from error
            raise


class Connection:
    """An open connection to an address that was looked at."""

    def __init__(self, target: Target, sock: socket.socket, handle: socket.socket) -> None:
        self.answered = False
        self._target, self._sock, self._handle = target, sock, handle
        self._opened = monotonic()

    def renew(self, target: Target, guard: Watch) -> bool:
        """Put it under a new deadline; closes it and gives back False where it is of no use."""
        if self._target == target and monotonic() - self._opened < KEPT and self._is_quiet():
            guard.over(self._handle)
            self._sock.settimeout(guard.left)
            self.answered = False
            return True
        self.close()
        return False

    def ask(self, request: bytes, limit: int, guard: Watch) -> tuple[Answer, bool]:
        """Send a request in one piece; gives back the answer, and if there may be another."""
        self._sock.sendall(request)
        with closing(http.client.HTTPResponse(self._sock, method="POST")) as response:
            head = _Head(response.fp.detach())
            response.fp = head
            response.begin()
            self.answered = True
            head.left = sys.maxsize
            body = b""
            left = 0 if head.cut else limit
            while left and (chunk := response.read1(min(CHUNK, left))):
                body += chunk
                left -= len(chunk)
            guard.check()
            whole = response.isclosed() or response.length == 0
        answer = Answer(response.status, dict(response.getheaders()), body)
        return answer, whole and not head.cut and not response.will_close

    def close(self) -> None:
        self._sock.close()
        self._handle.close()

    def _is_quiet(self) -> bool:
        # What the other side has closed, or sent unasked, is readable.
        look = poll()
        look.register(self._sock, POLLIN)
        return not look.poll(0)


class _Head(io.BufferedReader):
    """Ends where more than HEAD bytes of lines have come: the status was among the first."""

    left = HEAD
    cut = False

    def readline(self, size: int | None = -1, /) -> bytes:
        line = super().readline(size)
        self.left -= len(line)
        self.cut = self.cut or self.left < 0
        return b"" if self.cut else line


def _connect(target: Target, guard: Watch, allow_private: bool) -> Connection:
    failed: OSError = OSError("The name has no address.")
    for family, kind, protocol, address in _addresses(target, allow_private):
        guard.check()
        plain = socket.socket(family, kind, protocol)
        try:
            return _started(plain, address, target, guard)
        except OSError as error:
            failed = error
            plain.close()
    raise failed


def _started(plain: socket.socket, address: Any, target: Target, guard: Watch) -> Connection:
    plain.settimeout(min(CONNECT, guard.left))
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    plain.connect(address)
    # TLS takes the descriptor away from `plain`; a second one reaches the same connection.
    handle = plain.dup()
    try:
        guard.over(handle)
        plain.settimeout(guard.left)
        sock: socket.socket = plain
        if target.secure:
            sock = secure_context().wrap_socket(plain, server_hostname=target.name)
    except BaseException:
        handle.close()
        raise
    return Connection(target, sock, handle)


@cache
def secure_context() -> ssl.SSLContext:
    """Give back what checks certificates; made once, for loading the roots takes its time."""
    return ssl.create_default_context()


def _addresses(target: Target, allow_private: bool) -> list[tuple[Any, ...]]:
    try:
        found = addresses.lookup(target)
    except UnicodeError as error:
        raise Unsafe("url_not_public", "This is not the name of a host.") from error
    if not allow_private and not all(is_public(answer[4][0]) for answer in found):
        raise Unsafe("url_not_public", "The name stands for an address that is not public.")
    return [(answer[0], answer[1], answer[2], answer[4]) for answer in found[:ADDRESSES]]


def _ask(
    connection: Connection, request: bytes, limit: int, guard: Watch, kept: Kept, key: str
) -> Answer:
    again = False
    try:
        answer, again = connection.ask(request, limit, guard)
        return answer
    finally:
        if again:
            kept[key] = connection
        else:
            connection.close()


def _request(target: Target, body: bytes, headers: Mapping[str, str]) -> bytes:
    own = {"Host": target.authority, "Accept": "*/*", "Content-Length": str(len(body))}
    head = "".join(f"{name}: {value}\r\n" for name, value in {**own, **headers}.items())
    return f"POST {target.path} HTTP/1.1\r\n{head}\r\n".encode("ascii") + body


__all__ = ["Answer", "Kept", "Unsafe", "check_url", "post"]
