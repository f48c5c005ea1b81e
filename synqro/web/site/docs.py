"""/docs: the guides for whoever builds on Synqro. The reference at /docs/api is made elsewhere."""

from flask import Response, render_template
from markupsafe import Markup

from synqro.core.errors import NotFound
from synqro.core.wiring import settings
from synqro.web.site.blueprint import bp
from synqro.web.snippets import coloured, names, snippet

GUIDES = {"quickstart", "embed", "storefront", "quotes", "webhooks", "basics", "testing"}


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


def _page(name: str) -> str:
    return render_template(
        f"site/docs/{name}.html", public_url=settings().public_url, demo=settings().demo
    )
