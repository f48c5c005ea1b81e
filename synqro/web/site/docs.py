"""/docs: the guides for whoever builds on Synqro. The reference at /docs/api is made elsewhere."""

import json
import re

from flask import Response, render_template
from markupsafe import Markup

from synqro import agents, events, stores
from synqro.core.errors import NotFound
from synqro.core.wiring import settings
from synqro.web import payloads
from synqro.web.site.blueprint import bp
from synqro.web.snippets import coloured, names, snippet

GUIDES = {
    *("quickstart", "embed", "storefront", "quotes", "stock", "repricer", "agents", "webhooks"),
    *("basics", "testing"),
}
HEADING = re.compile(r'<h2 id="([\w-]+)">(.*?)</h2>')


@bp.get("/docs", strict_slashes=False)
def docs() -> str:
    """Say what there is to build with, and for whom."""
    return _page("index")


@bp.get("/docs/<name>")
def guide(name: str) -> str:
    """Show one guide."""
    if name not in GUIDES:
        raise NotFound("There is no such page in the docs.")
    return _page(name)


@bp.get("/docs/examples/<path:name>")
def example_file(name: str) -> Response:
    """Give back one example as a file to save and run."""
    if name not in names():
        raise NotFound("There is no such example.")
    return Response(snippet(name) + "\n", content_type="text/plain; charset=utf-8")


@bp.app_template_global()
def example_text(name: str) -> Markup:
    """Give back a file of docs/examples with this server's address in it."""
    return coloured(snippet(name))


@bp.app_template_global()
def event_text(kind: str) -> Markup:
    """Give back a whole webhook of `kind`, as an example."""
    return coloured(json.dumps(payloads.example(kind), indent=2, ensure_ascii=False))


@bp.app_template_global()
def headings(page: Markup) -> list[tuple[str, Markup]]:
    """Give back the id and the words of each heading that a link within the page may lead to."""
    return [(id, Markup(words)) for id, words in HEADING.findall(page) if id != "onward"]  # noqa: S704


def _page(name: str) -> str:
    return render_template(
        f"site/docs/{name}.html",
        sandbox=settings().sandbox,
        resources=stores.RESOURCES,
        types=events.TYPES,
        kinds=agents.KINDS,
    )
