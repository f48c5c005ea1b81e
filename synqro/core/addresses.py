"""Which web addresses may be called from here: public ones, over https, on the usual ports."""

import re
import socket
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from threading import Thread
from typing import Any
from urllib.parse import SplitResult, quote, urlsplit

import idna

LONGEST = 2000  # characters
PORTS = (443, 8443)
PATIENCE = 3.0  # seconds for a name server, when an address is saved
V4_SPECIAL = [
    ip_network(net)
    for net in (
        "192.0.0.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.175.48.0/24",
        "168.63.129.16/32",  # Azure's metadata, on an address that looks public
    )
]
# Names that only mean something inside a network, whatever a resolver there makes of them:
# RFC 6761, 6762, 7686, 8375, and ICANN's .internal, where clouds keep their metadata.
INSIDE = (".localhost", ".local", ".internal", ".home.arpa", ".onion")
V6_PUBLIC = ip_network("2000::/3")
V6_SPECIAL = [
    ip_network(net)
    for net in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
]


class Unsafe(Exception):
    """An address that may not be called; `code` is url_not_https, url_not_public or invalid_url."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Target:
    """`host` is resolved, `name` is what a certificate must say, `authority` goes into Host."""

    secure: bool
    host: str
    name: str
    port: int
    authority: str
    path: str

    @property
    def url(self) -> str:
        return f"{'https' if self.secure else 'http'}://{self.authority}{self.path}"


def is_public(address: str) -> bool:
    """True where an IP address, as text, is one that everybody may reach.

    The lists are IANA's special-purpose registries, and what clouds keep their metadata on.
    """
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        return found in V6_PUBLIC and not any(found in net for net in V6_SPECIAL)
    special = found.is_multicast or any(found in net for net in V4_SPECIAL)
    return found.is_global and not special


def check_url(url: str, *, allow_private: bool = False) -> str:
    """Give back `url` as it is saved, its host in ASCII. Raises Unsafe.

    A name that does not resolve now is let pass: it is looked at again at each connect.
    """
    target = read_url(url, allow_private=allow_private)
    if not allow_private and not all(map(is_public, _resolved(target))):
        raise Unsafe("url_not_public", "Give an address that everybody on the internet can reach.")
    return target.url


@lru_cache(1024)
def read_url(url: str, *, allow_private: bool = False) -> Target:
    """Take `url` apart. Raises Unsafe for what may not be called, whatever it resolves to."""
    parts = _split(url)
    secure = parts.scheme == "https"
    if not secure and not (allow_private and parts.scheme == "http"):
        raise Unsafe("url_not_https", "Give an address that begins with https://.")
    host = _ascii(parts)
    if not allow_private and not _may_be_public(host):
        raise Unsafe("url_not_public", "Give an address that everybody on the internet can reach.")
    usual = 443 if secure else 80
    port = _port(parts) or usual
    if not allow_private and port not in PORTS:
        raise Unsafe("url_not_public", "Only the ports 443 and 8443 can be used.")
    shown = f"[{host}]" if ":" in host else host
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = f"?{quote(parts.query, safe='/%:@!$&()*+,;=~-._?')}" if parts.query else ""
    authority = shown if port == usual else f"{shown}:{port}"
    return Target(secure, host, host.removesuffix("."), port, authority, path + query)


def _split(url: str) -> SplitResult:
    wrong = Unsafe("invalid_url", "Enter a web address like https://example.com/hooks.")
    if len(url) > LONGEST or re.search(r"[\x00-\x20\x7f\\]", url):
        raise wrong
    try:
        url.encode()
        parts = urlsplit(url)
    except ValueError as error:
        raise wrong from error
    if not parts.scheme:
        raise wrong
    return parts


def _ascii(parts: SplitResult) -> str:
    if "@" in parts.netloc:
        raise Unsafe("url_not_public", "Leave the name and password out of the address.")
    try:
        host = parts.hostname or ""
    except ValueError:
        host = ""
    if not host:
        raise Unsafe("invalid_url", "Enter a web address like https://example.com/hooks.")
    with suppress(ValueError):
        return str(ip_address(host))
    try:
        plain = idna.encode(host, uts46=True).decode() if not host.isascii() else host
    except idna.IDNAError as error:
        raise Unsafe("url_not_public", "This is not the name of a public host.") from error
    if not re.fullmatch(r"(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?", plain):
        raise Unsafe("url_not_public", "This is not the name of a public host.")
    return plain


def _may_be_public(host: str) -> bool:
    bare = host.removesuffix(".")
    try:
        return is_public(bare)
    except ValueError:
        if bare.endswith(INSIDE):
            return False
        # 127.1, 0x7f.1 and 2130706433 are addresses to a resolver, and no name ends so.
        last = bare.rpartition(".")
        return bool(last[0]) and not re.fullmatch(r"[0-9]+|0x[0-9a-f]*", last[2])


def _port(parts: SplitResult) -> int | None:
    try:
        port = parts.port
    except ValueError as error:
        raise Unsafe("invalid_url", "The port is a number up to 65535.") from error
    if port == 0:
        raise Unsafe("invalid_url", "The port is a number from 1.")
    return port


def lookup(target: Target) -> list[tuple[Any, ...]]:
    """Resolve the target's host, as socket.getaddrinfo does. Raises OSError, UnicodeError."""
    return list(socket.getaddrinfo(target.host, target.port, 0, socket.SOCK_STREAM))


def _resolved(target: Target) -> list[str]:
    # None where the name server takes too long, or knows none.
    found: Future[list[str]] = Future()

    def look() -> None:
        try:
            found.set_result([str(answer[4][0]) for answer in lookup(target)])
        except (OSError, UnicodeError):
            found.set_result([])

    Thread(target=look, name="resolver", daemon=True).start()
    try:
        return found.result(PATIENCE)
    except TimeoutError:
        return []
