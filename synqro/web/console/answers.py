"""A fragment for htmx; for a plain form, back to the page it came from."""

from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from synqro.core.errors import DomainError
from synqro.web.problems import status_of


def fragment(
    template: str, *, page: str, toast: str | None = None, **found: Any
) -> ResponseReturnValue:
    """Render `template` for htmx, or send the browser to `page` (303), an endpoint or a path.

    `toast` says what was done, in the words of the button that did it.
    """
    if wants_fragment():
        html = render_template(template, **found)
        return html + render_template("components/_toast.html", words=toast) if toast else html
    if toast:
        flash(toast)
    return redirect(page if page.startswith("/") else url_for(page), code=303)


def again(
    page: str, refused: DomainError, *, fragment: str | None = None, **found: Any
) -> ResponseReturnValue:
    """Show a refused form again as it was typed: the `fragment` for htmx, else the whole `page`."""
    template = fragment if fragment and wants_fragment() else page
    return make_response(render_template(template, **found), refused_status(refused))


def wants_fragment() -> bool:
    return "HX-Request" in request.headers


def refused_status(refused: DomainError) -> int:
    """Give back the HTTP status that answers `refused`."""
    return status_of(type(refused))
