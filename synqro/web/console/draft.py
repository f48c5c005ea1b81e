"""/console/quotes/…/draft: what a person types, kept while it is typed."""

import re

from flask import flash, g, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from synqro import quotes
from synqro.web.console.answers import wants_fragment
from synqro.web.console.blueprint import bp
from synqro.web.console.drafts import stamp
from synqro.web.console.offer import seen

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,79}")
PASSING = ("do", "gone.", "was.")  # buttons, and what only an undo needs
KEPT_AT = "X-Kept-At"


@bp.post("/quotes/<quote_id>/draft")
def keep_draft(quote_id: str) -> ResponseReturnValue:
    """Keep what is typed, under the names of its fields; what is empty is no draft."""
    typed = {
        name: value
        for name, value in request.form.items()
        if NAME.fullmatch(name) and not name.startswith(PASSING)
    }
    answer = make_response("", 204)
    if not typed:
        quotes.drop_draft(g.store.id, quote_id, g.person.id)
        return answer
    view = seen(typed) if "seen" in typed else None
    at = quotes.keep_draft(g.store.id, quote_id, g.person.id, typed, seen=view)
    answer.headers[KEPT_AT] = stamp(at)
    return answer


@bp.post("/quotes/<quote_id>/draft/drop")
def drop_draft(quote_id: str) -> ResponseReturnValue:
    """Forget what is typed, for what stands."""
    quotes.drop_draft(g.store.id, quote_id, g.person.id)
    if wants_fragment():
        return "", 204
    flash(_("Draft dropped"))
    return redirect(url_for("console.show_quote", quote_id=quote_id), code=303)
