"""Which pages may embed a store and call it: its allowed domains, and ourselves."""

from urllib.parse import urlsplit

from synqro.config import LOOPBACK
from synqro.core.wiring import settings
from synqro.stores import Store

DEFAULT_PORTS = {"http": 80, "https": 443}


def sources(store: Store) -> list[str]:
    """Give back the origins that may frame `store`, as CSP writes them; empty: any."""
    listed = [source for domain in store.allowed_domains for source in _sources(domain)]
    return [*listed, settings().public_url] if listed else []


def allowed(store: Store, url: str) -> bool:
    """Say whether the page at `url`, or the origin `url`, may call `store`."""
    if not store.allowed_domains:
        return True
    origin = _origin(url)
    if origin is None:
        return False
    if origin == _origin(settings().public_url):
        return True
    return any(_matches(origin, domain) for domain in store.allowed_domains)


def _origin(url: str) -> tuple[str, str, int] | None:
    try:
        parts = urlsplit(url)
        port = parts.port or DEFAULT_PORTS[parts.scheme]
    except (ValueError, KeyError):
        return None
    return (parts.scheme, _plain(parts.hostname), port) if parts.hostname else None


def _matches(origin: tuple[str, str, int], domain: str) -> bool:
    scheme, host, port = origin
    wanted, wanted_port = _split(domain)
    if scheme == "http" and host not in LOOPBACK:
        return False
    if port != (wanted_port or DEFAULT_PORTS[scheme]):
        return False
    return host.endswith(wanted[1:]) if wanted.startswith("*.") else host == wanted


def _sources(domain: str) -> list[str]:
    host, port = _split(domain)
    if not host:
        return []
    schemes = ("https", "http") if host in LOOPBACK else ("https",)
    shown = f"[{host}]" if ":" in host else host
    return [f"{scheme}://{shown}{f':{port}' if port else ''}" for scheme in schemes]


def _split(domain: str) -> tuple[str, int | None]:
    try:
        parts = urlsplit(f"//{domain.strip()}")
        return _plain(parts.hostname or ""), parts.port
    except ValueError:
        return "", None


def _plain(host: str) -> str:
    try:
        return host.lower().encode("idna").decode() if not host.isascii() else host.lower()
    except UnicodeError:
        return ""
