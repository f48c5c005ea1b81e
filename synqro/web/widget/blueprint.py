"""The blueprint of the pages in the iframe: the shop's key stands in every address."""

from typing import Any

from flask import Blueprint, Response, g, has_request_context, request

from synqro import stores
from synqro.web import compress
from synqro.web.widget import baskets, seen

bp = Blueprint("widget", __name__, url_prefix="/s")
MOST_BYTES = 64 * 1024
WITH_FILES = ("widget.ask",)  # reads its own body, piece by piece


@bp.url_value_preprocessor
def take_key(_: str | None, values: dict[str, Any] | None) -> None:
    g.key = (values or {}).pop("key", None)


@bp.before_request
def load_store() -> None:
    """Find the shop, and what the address says beside its key."""
    if request.method == "POST" and request.endpoint not in WITH_FILES:
        request.max_content_length = MOST_BYTES
        request.get_data()  # kept, so that a repeat of the same bytes can be told
    g.auto = "auto" in request.args
    g.preview = "preview" in request.args
    g.basket = baskets.read(request.args.get("basket", ""))
    if g.key is not None:
        if g.key.startswith("sk_"):
            stores.note_exposed(g.key)
        g.store = stores.by_publishable_key(g.key)


@bp.url_defaults
def carry(endpoint: str, values: dict[str, Any]) -> None:
    """Keep the key, the basket and the frame's settings in every link of these pages."""
    if not has_request_context() or g.get("key") is None or endpoint == "widget.asset":
        return
    values.setdefault("key", g.key)
    for name, value in carried().items():
        values.setdefault(name, value)


def carried() -> dict[str, str]:
    """Give back what every link and form carries on."""
    found = {"basket": baskets.write(g.basket)} if g.basket else {}
    return found | {name: "1" for name in ("auto", "preview") if g.get(name)}


@bp.after_request
def finish(response: Response) -> Response:
    if response.mimetype == "text/html":
        kept = "no-store" if "token" in (request.view_args or {}) else "private, no-cache"
        response.headers.setdefault("Cache-Control", kept)
        seen.note(response)
    return compress.compress(response)
