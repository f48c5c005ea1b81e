"""What is asked before something is done: in a dialog for htmx, else on a page of its own."""

from typing import Any

from flask import flash, make_response, redirect, render_template
from flask.typing import ResponseReturnValue

from synqro.web.console.answers import wants_fragment


def asked(template: str, status: int = 200, **facts: Any) -> ResponseReturnValue:
    """Show the question `template` of console/developers, below its frame where it is a page."""
    dialog = wants_fragment()
    part = f"console/developers/_{template}.html"
    name = part if dialog else "console/developers/ask.html"
    return make_response(render_template(name, part=part, dialog=dialog, **facts), status)


def done(page: str, words: str) -> ResponseReturnValue:
    """Leave the dialog, or the page, for `page`; `words` say there what was done."""
    flash(words)
    if not wants_fragment():
        return redirect(page, code=303)
    answer = make_response("", 204)
    answer.headers["HX-Redirect"] = page
    return answer
