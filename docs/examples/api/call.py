"""Calls /v1, and tries again what may be tried again. Python 3.9 or newer, no package."""

import json
import os
import time
import urllib.error
import urllib.request
import uuid

SYNQRO = "https://synqro.example/v1"
KEY = os.environ["SYNQRO_SECRET_KEY"]


def call(method, path, body=None, once=None):
    """Give back the answer's JSON. The same `once` makes the same thing once, however often."""
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    if method == "POST":
        headers["Idempotency-Key"] = once or str(uuid.uuid4())
    data = None if body is None else json.dumps(body).encode()
    for wait in (1, 2, 4, 8, None):
        request = urllib.request.Request(SYNQRO + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            # Too fast, or away for a moment, or the first try of the same call still runs.
            again = refused.code in (429, 502, 503) or "Retry-After" in refused.headers
            if not again or wait is None:
                raise RuntimeError(refused.read().decode()) from refused
            time.sleep(float(refused.headers.get("Retry-After", wait)))
        except OSError:  # no answer came: it may have been done, and `once` tells
            if wait is None:
                raise
            time.sleep(wait)
