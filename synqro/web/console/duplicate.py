"""/console/quotes/…/duplicate: the same again, for the same customer."""

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from synqro import quotes
from synqro.web.console.blueprint import bp
from synqro.web.console.drafts import held
from synqro.web.console.quote_form import Draft


@bp.post("/quotes/<quote_id>/duplicate")
def duplicate_quote(quote_id: str) -> ResponseReturnValue:
    """Ask once more, with the price that holds as a draft, and open it."""
    made = quotes.duplicate(g.store.id, quote_id, person_id=g.person.id)
    offer = quotes.offer_of(quotes.find(g.store.id, quote_id))
    if offer:
        _prefill(made.quote, offer)
    words = _("Quote duplicated: %(number)s", number=quotes.display_number(made.quote))
    if made.gone:
        left = ", ".join(made.gone)[:200]
        words = _("%(said)s. No longer kept: %(files)s", said=words, files=left)
    flash(words)
    return redirect(url_for("console.show_quote", quote_id=made.quote.id), code=303)


def _prefill(quote: quotes.Quote, offer: quotes.Version) -> None:
    if quotes.find(g.store.id, quote.previous_id or "").currency != quote.currency:
        return  # its amounts would be other ones
    typed = {**Draft.of(g.store, quote, offer).values, "held": held(quote)}
    quotes.keep_draft(g.store.id, quote.id, g.person.id, typed)
