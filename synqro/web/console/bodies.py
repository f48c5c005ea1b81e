"""Bodies of requests and answers, as a page can show them: never as markup of their own."""

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from markupsafe import Markup, escape

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
CHARSET = re.compile(r"charset\s*=\s*\"?([\w.:-]{1,40})", re.IGNORECASE)
SINGLE_BYTE = {"iso-8859-1", "iso8859-1", "latin-1", "latin1", "windows-1252", "cp1252"}
OPENING, CLOSING, SPACED = {"{", "["}, {"}", "]"}, {",", ":"}
DEEPEST = 20
SHOWN_BYTES = 256


class Shown(NamedTuple):
    """A body for `<pre>`; `binary` where it is no text and `text` lists its first bytes."""

    text: Markup
    binary: bool = False


def shown(body: bytes | None, headers: Mapping[str, str] | None = None) -> Shown:
    """Give back a body as text, JSON indented and coloured; what is no text as its bytes."""
    body = body or b""
    text = _decoded(body, headers or {})
    if text is None:
        return Shown(escape("\n".join(_dump(body[:SHOWN_BYTES]))), binary=True)
    return Shown(pretty(text) if _is_json(text) else escape(text))


def pretty(text: str) -> Markup:
    """Indent JSON and mark its keys and texts; every value stays as it was written."""
    parts = TOKEN.findall(text)
    out: list[str] = []
    depth = 0
    for before, part, after in zip(["", *parts], parts, [*parts[1:], ""], strict=False):
        if part in OPENING:
            filled = after not in CLOSING
            depth += filled
            out += [part, _line(depth) if filled else ""]
        elif part in CLOSING:
            filled = before not in OPENING
            depth -= filled
            out += [_line(depth) if filled else "", part]
        elif part in SPACED:
            out += [part, _line(depth) if part == "," else " "]
        else:
            out.append(_marked(part, key=after == ":"))
    return Markup("").join(out)


def _line(depth: int) -> str:
    # Beyond that an indent says nothing, and a hostile answer could nest by the thousand.
    return "\n" + "  " * min(depth, DEEPEST)


def _marked(part: str, *, key: bool) -> str:
    if not part.startswith('"'):
        return part
    return Markup('<span class="{}">{}</span>').format("k" if key else "v", part)


def _is_json(text: str) -> bool:
    if text.lstrip()[:1] not in ("{", "["):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _decoded(body: bytes, headers: Mapping[str, str]) -> str | None:
    named = CHARSET.search(_header(headers, "content-type"))
    encoding = "cp1252" if named and named[1].lower() in SINGLE_BYTE else "utf-8"
    try:
        # A body cut off at its limit may end within a character: that one is left out.
        text = codecs.getincrementaldecoder(encoding)().decode(body)
    except UnicodeDecodeError:
        return None
    if _header(headers, "content-encoding") not in ("", "identity") or UNPRINTABLE.search(text):
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((str(v) for k, v in headers.items() if k.lower() == name), "")


def _dump(body: bytes) -> Iterator[str]:
    for at in range(0, len(body), 16):
        row = body[at : at + 16]
        seen = "".join(chr(byte) if 32 <= byte < 127 else "·" for byte in row)
        yield f"{at:04x}  {row.hex(' '):<47}  {seen}"
