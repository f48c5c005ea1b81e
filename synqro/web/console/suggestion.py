"""/console/quotes/…/suggestion: a price worked out anew, with what was changed about it."""

from flask import g, request
from flask.typing import ResponseReturnValue

from synqro import quotes
from synqro.web.console import suggestion_view
from synqro.web.console.answers import wants_fragment
from synqro.web.console.blueprint import bp
from synqro.web.console.quote_form import Draft
from synqro.web.console.quotes import open_quote, rendered
from synqro.web.forms import Form
from synqro.web.mistakes import summary


@bp.post("/quotes/<quote_id>/suggestion")
def suggest_price(quote_id: str) -> ResponseReturnValue:
    """Work the price out again from what is typed; nothing is stored."""
    quote = quotes.find(g.store.id, quote_id)
    draft = Draft.typed(request.form)
    if wants_fragment():
        found = suggestion_view.panel(quote, draft)
        return rendered("_suggestion_news", quote=quote, draft=draft, suggestion=found)
    wrong = suggestion_view.suggested(quote, draft).wrong
    if not wrong:
        return open_quote(quote, draft=draft)
    said = {each["field"]: each["message"] for each in wrong}
    form = Form(draft.values, said, summary(len(wrong)))
    return open_quote(quote, 422, draft=draft, form=form)
