"""Rendering a page of the widget with what every page needs."""

from typing import Any

from flask import Response, current_app, g, make_response, url_for
from markupsafe import Markup

from synqro import catalogue
from synqro.core.wiring import settings
from synqro.web import origins
from synqro.web.widget import assets, formats, theme
from synqro.web.widget.blueprint import carried
from synqro.web.widget.words import gettext as _

# The printed-layer glyph, from the bed up: x, y and width of each layer.
LAYERS = (
    (2, 50, 60), (2, 46.4, 60), (2, 42.8, 60), (17, 39.2, 30), (17, 35.6, 30), (17, 32, 30),
    (17, 28.4, 10), (37, 28.4, 10), (17, 24.8, 10), (37, 24.8, 10), (17, 21.2, 10),
    (37, 21.2, 10), (17.5, 17.6, 10), (36.5, 17.6, 10), (17.5, 14, 29), (17, 10.4, 30),
    (19.5, 6.8, 25), (23.5, 3.2, 17),
)  # fmt: skip


def page(name: str, status: int = 200, **facts: Any) -> Response:
    """Give back the page of widget/templates/<name>.html for the shop of this request."""
    store = g.store
    # Not by render_template: what others put into every page looks into the session.
    html = current_app.jinja_env.get_template(f"widget/{name}.html").render(
        LAYERS=LAYERS,
        asset=assets.asset_path,
        carried=_hidden,
        hosts=origins.sources(store),
        image_path=catalogue.image_path,
        money=formats.money,
        public_url=settings().public_url,
        scheme="light dark" if store.theme_mode == "auto" else str(store.theme_mode),
        styles=_styles,
        stylesheet=Markup(assets.stylesheet()),  # noqa: S704
        theme=Markup(theme.stylesheet(store.brand_color, store.radius, store.theme_mode)),  # noqa: S704
        **facts,
    )
    return make_response(html, status)


def state(
    title: str, words: str, *, kind: str = "warn", glyph: str = "triangle-alert",
    act: dict[str, str] | None = None, status: int = 200, reference: str = "",
) -> Response:  # fmt: skip
    """Give back a page that says one thing."""
    return page(
        "state", status, title=title, words=words, kind=kind, glyph=glyph, act=act,
        reference=reference, closed=False,
    )  # fmt: skip


def closed(status: int = 200) -> Response:
    """Give back the page of a shop that takes no orders, in the merchant's words."""
    words = g.store.closed_message or _("Orders already paid still ship. Look in again soon.")
    title = _("%(name)s is closed for now", name=g.store.name)
    custom = {"href": url_for("widget.custom"), "words": _("Have a part made")}
    return page(
        "state", status, title=title, words=words, kind="", glyph="",
        act=custom if g.store.quotes_enabled else None, closed=True,
    )  # fmt: skip


def unpaid(status: int = 200, act: dict[str, str] | None = None) -> Response:
    """Give back the page that says, before asking anything, that nothing can be paid here."""
    say = _("%(name)s can't take payments on this page for now.", name=g.store.name)
    return state(_("Payments aren't set up yet"), say, glyph="credit-card", act=act, status=status)


def _styles(name: str) -> Markup:
    """Give back a stylesheet that only some pages need, for their `style` block."""
    return Markup(assets.stylesheet(name))  # noqa: S704


def _hidden() -> Markup:
    """Give back what a form carries on, as hidden fields."""
    field = Markup('<input type="hidden" name="{}" value="{}">')
    return Markup("").join(field.format(name, value) for name, value in carried().items())
