"""Whether the shop stands on a page of the merchant's: a browser that loads it there says so."""

from flask import Response, g, request

from synqro.core.queue import push
from synqro.web import origins


def note(answer: Response) -> None:
    """Have it written down, behind the answer, that the shop was loaded inside a foreign page.

    Only until it was once. Our own pages (the demo's, the console's preview) do not count, and
    none that may not show it. (Sec-Fetch-Dest and -Site: Fetch Metadata, W3C.)
    """
    store = g.get("store")
    if store is None or store.embedded_at or answer.status_code != 200 or g.preview:
        return
    framed = request.headers.get("Sec-Fetch-Dest") in ("iframe", "frame")
    foreign = request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site")
    if framed and foreign and origins.allowed(store, request.referrer or ""):
        push("storefronts.note_embedded", store.id)
