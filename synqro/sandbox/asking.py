"""How the pages, which web serves, reach the API, which is a process of its own."""

import http.client
import json
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from synqro.core.sandbox import sandbox_address, sandbox_secrets
from synqro.core.wiring import settings
from synqro.sandbox.loopback import call

PATIENCE = 15.0  # seconds


class Away(Exception):
    """The API process does not answer."""


class Unknown(Exception):
    """There is no such page."""


class Unacceptable(Exception):
    """The API will not have it; the message says why."""


def ask(method: str, *steps: str, **params: str) -> dict[str, Any]:
    """Ask the API at `/_sandbox/<steps>`. Raises Away, Unknown, Unacceptable."""
    folder = settings().data_dir
    address = sandbox_address(folder)
    if address is None:
        raise Away
    path = "/".join(quote(step, safe="") for step in steps)
    headers = {
        "Authorization": f"Bearer {sandbox_secrets(folder).secret_key}",
        "Content-Type": "application/json",
    }
    posts = method == "POST"
    payload = json.dumps(params).encode() if posts else None
    query = f"?{urlencode(params)}" if params and not posts else ""
    try:
        url = f"{address}/_sandbox/{path}{query}"
        status, answer = call(method, url, payload, headers, timeout=PATIENCE)
        found: dict[str, Any] = json.loads(answer)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Away from error
    if status in (403, 404):
        raise Unknown
    if status >= 500 or status == 401:
        raise Away
    if status != 200:
        raise Unacceptable(found["error"]["message"])
    return found


def onboard(page: str) -> None:
    """Complete an onboarding page as a person would: the demo store has nobody to do it.

    Raises Away, Unknown.
    """
    ask("POST", "links", urlsplit(page).path.rpartition("/")[2], "complete")
