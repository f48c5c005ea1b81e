"""Every call with a key leaves a row behind; a refused one also what was sent and answered.

No row holds a secret: headers are never kept, and `masked` takes out what a body or an
address names as one, or what looks like a key of ours.
"""

import json
import re
import time
from typing import Any, cast
from urllib.parse import quote, unquote

from flask import Flask, Response, g, request
from flask.blueprints import BlueprintSetupState
from structlog import get_logger
from werkzeug.exceptions import HTTPException

from synqro import stores
from synqro.core.errors import DomainError
from synqro.core.wiring import plugged
from synqro.web.api.blueprint import OPEN, bp, sent_key

log = get_logger()

LONGEST_BODY = 4096  # bytes kept of a body
LONGEST_PATH = 2000
READ = 64 * 1024  # bytes of a body that is still read when a call was refused before it was
REFUSED = 400
UNROUTED = (404, 405)
HIDDEN = "…"
OURS = re.compile(r"\b((?:s[fk]_(?:live|test)|whsec)_)[\w+/=-]+")
SECRET = re.compile("secret|password|passwd|token|authorization|api_?key|^key$", re.IGNORECASE)
PAIR = re.compile(r"(?<![^=&?\s])([^=&?\s]+)=([^&\s]*)")
PAIR_IN_JSON = re.compile(r'(?<![^=&?\s"])([^=&?\s"]+)=((?:\\.|[^&\s"\\])*)')
LOGIN = re.compile(r'//[^/@\s"]*@')
PARTS = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|\s+|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
OPENING, CLOSING = {"{", "["}, {"}", "]"}


@bp.record_once
def _set_up(state: BlueprintSetupState) -> None:
    app = cast(Flask, state.app)
    app.extensions["call_log"] = stores.CallLog(app.app_context)


@bp.after_app_request
def note(response: Response) -> Response:
    """Note the call, if it came with a key that is one."""
    if not request.path.startswith("/v1/") or request.endpoint in OPEN:
        return response
    try:
        key = g.get("secret_key") or _key_of_unrouted(response)
        if key is not None:
            _note(key, response)
    except Exception:
        # The answer itself stands.
        log.exception("a call was not noted")
    return response


def masked(text: str) -> str:
    """Give back a body or an address without the values that are named as secrets."""
    if text.lstrip()[:1] in OPENING:
        plain = PAIR_IN_JSON.sub(_pair, _without_members(text))
    else:
        plain = PAIR.sub(_pair, text)
    return OURS.sub(rf"\1{HIDDEN}", LOGIN.sub(f"//{HIDDEN}@", plain))


def _note(key: stores.SecretKey, response: Response) -> None:
    facts: dict[str, Any] = {"code": None, "body": None, "answer": None}
    if response.status_code >= REFUSED:
        said = b"" if response.is_streamed else response.get_data()
        facts = {"code": _code(said), "body": _shown(_sent()), "answer": _shown(said)}
    log_: stores.CallLog = plugged("call_log")
    log_.note(
        store_id=key.store_id,
        key_id=key.id,
        request_id=g.request_id,
        method=request.method[:16],
        path=_path(),
        status=response.status_code,
        duration_ms=round((time.perf_counter() - g.begun) * 1000),
        **facts,
    )


def _key_of_unrouted(response: Response) -> stores.SecretKey | None:
    """Find whose call it was that found no route, and so met no door."""
    if response.status_code not in UNROUTED or request.routing_exception is None:
        return None
    try:
        return stores.by_secret_key(sent_key())[1]
    except DomainError:
        return None


def _path() -> str:
    asked = quote(request.path, safe="/:@!$&'()*+,;=-._~")
    query = request.query_string.decode("ascii", "replace")
    return masked(f"{asked}?{query}" if query else asked)[:LONGEST_PATH]


def _sent() -> bytes:
    """Give back the body as far as it was read, or can be read without a wait."""
    if request.mimetype.startswith("multipart/"):
        return b""
    if request.content_length is None or request.content_length > READ:
        return getattr(request, "_cached_data", None) or b""
    try:
        return request.get_data()
    except HTTPException:
        return b""


def _shown(body: bytes) -> str | None:
    text = body[:LONGEST_BODY].decode("utf-8", "replace").replace("\0", "�")
    return masked(text) or None


def _code(body: bytes) -> str | None:
    try:
        return str(json.loads(body)["error"]["code"])
    except (ValueError, KeyError, TypeError):
        return None


def _pair(found: re.Match[str]) -> str:
    return f"{found[1]}={HIDDEN}" if SECRET.search(unquote(found[1])) else found[0]


def _without_members(text: str) -> str:
    """Put … in place of each member of JSON that is named as a secret.

    Read part by part and not parsed: what is wrong with it is why it is looked at.
    """
    out: list[str] = []
    hiding: int | None = None  # how deep within the value that is left out
    name = ""
    for part in PARTS.findall(text):
        if hiding is not None:
            hiding += (part in OPENING) - (part in CLOSING)
            if hiding > 0 or (hiding == 0 and part != ","):
                continue
            hiding = None
        out.append(part)
        if part == ":" and SECRET.search(_name(name)):
            out.append(f' "{HIDDEN}"')
            hiding = 0
        name = name if part.isspace() else part
    return "".join(out)


def _name(part: str) -> str:
    try:
        return str(json.loads(part))
    except ValueError:
        return part.strip("\"'")
