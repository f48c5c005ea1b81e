"""POSTs to addresses that customers name: public hosts only, bounded in time and size.

The name is resolved once, every address it stands for is looked at, and the connection goes
to the very address that was looked at. No redirects, no proxies, no decoding.
"""

import http.client
import socket
import ssl
from collections.abc import Mapping
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
ADDRESSES = 4  # of one name that are tried
KEPT = 60.0  # seconds after which a connection is opened anew, and the name looked up again


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


class Kept(dict[str, "Connection"]):
    """Open connections by a key of the caller's; one caller at a time may use a key."""

    def drop(self, key: str) -> None:
        """Close the connection under `key`, if there is one."""
        if connection := self.pop(key, None):
            connection.close()

    def close(self) -> None:
        """Close them all."""
        for key in list(self):
            self.drop(key)


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

    All of it ends `within` seconds, name, handshake and dripped bytes included. The
    connection is kept in `kept` under `key`. Raises Unsafe, TimeoutError, other OSErrors
    and http.client's HTTPException.
    """
    target = read_url(url, allow_private=allow_private)
    with watch(within) as guard:
        try:
            connection = _connection(target, kept.pop(key, None), guard, allow_private)
            try:
                return _ask(connection, target, body, headers, limit, guard)
            finally:
                if connection.reusable:
                    kept[key] = connection
                else:
                    connection.close()
        except Exception as error:
            if guard.late:
                raise TimeoutError(f"No whole answer within {within:g} s.") from error
            raise


class Connection(http.client.HTTPConnection):
    """A connection to an address that was looked at; it never opens itself."""

    auto_open = 0

    def __init__(self, target: Target) -> None:
        super().__init__(target.host, target.port)
        self.target = target
        self.opened = monotonic()
        self.reusable = False
        self._handle: socket.socket | None = None

    def open(self, guard: Watch, allow_private: bool) -> None:
        failed: OSError = OSError("The name has no address.")
        for family, kind, protocol, address in _addresses(self.target, allow_private):
            guard.check()
            plain = socket.socket(family, kind, protocol)
            try:
                self._start(plain, address, guard)
                return
            except OSError as error:
                failed = error
                plain.close()
        raise failed

    def _start(self, plain: socket.socket, address: Any, guard: Watch) -> None:
        plain.settimeout(min(CONNECT, guard.left))
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        plain.connect(address)
        # TLS takes the descriptor away from `plain`; a second one reaches the same connection.
        self._handle = plain.dup()
        guard.over(self._handle)
        plain.settimeout(guard.left)
        if self.target.secure:
            self.sock = secure_context().wrap_socket(plain, server_hostname=self.target.name)
        else:
            self.sock = plain

    def usable(self, target: Target) -> bool:
        """True where the other side has not closed it, as far as one can see from here."""
        if self.target != target or monotonic() - self.opened > KEPT or self.sock is None:
            return False
        look = poll()
        look.register(self.sock, POLLIN)
        return not look.poll(0)

    def again(self, guard: Watch) -> None:
        assert self._handle  # noqa: S101 - it was opened
        guard.over(self._handle)
        self.sock.settimeout(guard.left)

    def close(self) -> None:
        super().close()
        if self._handle:
            self._handle.close()
            self._handle = None


@cache
def secure_context() -> ssl.SSLContext:
    """Give back what checks certificates; made once, for loading the roots takes its time."""
    return ssl.create_default_context()


def _connection(
    target: Target, kept: Connection | None, guard: Watch, allow_private: bool
) -> Connection:
    if kept is not None:
        if kept.usable(target):
            kept.again(guard)
            return kept
        kept.close()
    fresh = Connection(target)
    try:
        fresh.open(guard, allow_private)
    except BaseException:
        fresh.close()
        raise
    return fresh


def _addresses(target: Target, allow_private: bool) -> list[tuple[Any, ...]]:
    try:
        found = addresses.lookup(target)
    except UnicodeError as error:
        raise Unsafe("url_not_public", "This is not the name of a host.") from error
    if not allow_private and not all(is_public(answer[4][0]) for answer in found):
        raise Unsafe("url_not_public", "The name stands for an address that is not public.")
    return [(answer[0], answer[1], answer[2], answer[4]) for answer in found[:ADDRESSES]]


def _ask(
    connection: Connection,
    target: Target,
    body: bytes,
    headers: Mapping[str, str],
    limit: int,
    guard: Watch,
) -> Answer:
    connection.reusable = False
    connection.request("POST", target.path, body, {"Host": target.authority, **headers})
    response = connection.getresponse()
    read = b""
    while len(read) < limit and (chunk := response.read1(min(CHUNK, limit - len(read)))):
        read += chunk
    guard.check()
    whole = response.isclosed() or response.length == 0
    connection.reusable = whole and not response.will_close
    response.close()
    return Answer(response.status, dict(response.getheaders()), read)


__all__ = ["Answer", "Kept", "Unsafe", "check_url", "post"]
