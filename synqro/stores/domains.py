"""Where a shop may be shown: host, host:port or *.host, as browsers write them."""

import re
from ipaddress import IPv4Address

import idna

HOST = re.compile(r"(?P<any>\*\.)?(?P<host>[^\s:/?#@*\[\]]+)(?::(?P<port>\d{1,5}))?")
SAY = "Write it like shop.example.com, *.example.com or localhost:3000."


def domain(text: str) -> str:
    """Give back the domain that `text` names, also a whole address pasted in.

    Raises ValueError with a sentence.
    """
    bare = re.sub(r"^https?://", "", text.strip().lower()).split("/")[0].rstrip(".")
    found = HOST.fullmatch(bare)
    if not found:
        raise ValueError(SAY)
    host = _host(found["host"])
    if found["any"] and (found["port"] or "." not in host or _is_address(host)):
        raise ValueError(SAY)
    port = int(found["port"] or 443)
    if not 0 < port < 65536:
        raise ValueError("A port lies between 1 and 65535.")
    return f"{found['any'] or ''}{host}" + (f":{port}" if port != 443 else "")


def _host(text: str) -> str:
    if _is_address(text) or text == "localhost":
        return text
    try:
        host = idna.encode(text, uts46=True).decode()
    except idna.IDNAError as error:
        raise ValueError(SAY) from error
    if "." not in host or re.fullmatch(r"[\d.]+", host):
        raise ValueError(SAY)
    return host


def _is_address(text: str) -> bool:
    try:
        IPv4Address(text)
    except ValueError:
        return False
    return True
