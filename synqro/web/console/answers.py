"""A fragment for htmx; for a plain form, back to the page it came from."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue


def fragment(template: str, *, page: str, **found: Any) -> ResponseReturnValue:
    """Render `template` for htmx, or send the browser to the view `page` (303)."""
    if "HX-Request" in request.headers:
        return render_template(template, **found)
    return redirect(url_for(page), code=303)
