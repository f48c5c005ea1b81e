"""/: what Synqro is, and the ways in."""

from flask import Response, render_template, send_from_directory

from synqro.core.wiring import settings
from synqro.web.site.blueprint import bp


@bp.get("/")
def landing() -> str:
    """Say what this is, and show the ways in."""
    return render_template(
        "site/landing.html", demo=settings().demo, public_url=settings().public_url
    )


@bp.get("/favicon.ico")
def favicon() -> Response:
    """Give the mark to browsers that ask without being told where it is."""
    return send_from_directory("static/brand", "favicon.svg", mimetype="image/svg+xml")
