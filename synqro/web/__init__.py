"""The HTTP faces. Each face's package registers its views when it is imported."""

from importlib import import_module

from flask import Flask

from synqro.web import cookies, headers, large_bodies, limits, metrics, problems, requests
from synqro.web.api.blueprint import bp as api
from synqro.web.console.blueprint import bp as console
from synqro.web.hooks.blueprint import bp as hooks
from synqro.web.site.blueprint import bp as site
from synqro.web.storefront import config, cors
from synqro.web.storefront.blueprint import bp as storefront
from synqro.web.widget.blueprint import bp as widget

FACES = (storefront, api, widget, console, hooks, site)
# The first one's hook sees an answer last: what it says of it is the truth.
TOOLS = (cookies, metrics, requests, headers, limits, large_bodies, cors, problems, config)


def init_app(app: Flask) -> None:
    """Register the tools and every face on `app`."""
    for tool in TOOLS:
        tool.init_app(app)
    for face in FACES:
        import_module(f"synqro.web.{face.name}.views")
        app.register_blueprint(face)
