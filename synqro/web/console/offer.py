"""/console/quotes/…/offer: an answer that is written, added up and sent."""

from dataclasses import replace
from typing import Any

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from synqro import payments, quotes
from synqro.core.errors import Changed, Conflict, DomainError, Gone, Invalid
from synqro.web.console import onward, quote_view, suggestion_view
from synqro.web.console.answers import refused_status, wants_fragment
from synqro.web.console.blueprint import bp
from synqro.web.console.quote_form import Draft
from synqro.web.console.quotes import amounts, open_quote, rendered
from synqro.web.forms import Form
from synqro.web.mistakes import summary

UNKNOWN = -1


@bp.post("/quotes/<quote_id>/offer")
def send_quote(quote_id: str) -> ResponseReturnValue:
    """Send a price, or show what is wrong with it; two people never overwrite each other."""
    quote = quotes.find(g.store.id, quote_id)
    draft = Draft.typed(request.form)
    try:
        offer = _read(quote, draft)
        quotes.send(g.store.id, quote_id, offer, seen=seen(request.form), person_id=g.person.id)
    except Changed:
        return _overtaken(quote_id, draft)
    except (Conflict, Gone, Invalid, payments.PaymentProviderError) as refused:
        return _refused(quote, draft, refused)
    return _sent(quotes.find(g.store.id, quote_id))


@bp.post("/quotes/<quote_id>/offer/lines")
def edit_lines(quote_id: str) -> ResponseReturnValue:
    """Add a line, take one out, put it back or use the suggested ones; nothing is stored."""
    quote = quotes.find(g.store.id, quote_id)
    draft = Draft.typed(request.form)
    focus = _rearrange(quote, draft, request.form.get("do", ""))
    if not wants_fragment():
        return open_quote(quote, draft=draft)
    form = Form(draft.values)
    return rendered("_suggestion_lines", form=form, focus=focus, **_typed(quote, draft))


@bp.post("/quotes/<quote_id>/offer/totals")
def price_offer(quote_id: str) -> ResponseReturnValue:
    """Add up what is typed; nothing is stored."""
    quote = quotes.find(g.store.id, quote_id)
    draft = Draft.typed(request.form)
    if not wants_fragment():
        return open_quote(quote, draft=draft)
    return rendered("_priced", **_typed(quote, draft))


def seen(form: Any) -> int:
    """Give back which version the form was filled in beside; what is no number never fits."""
    text = str(form.get("seen", ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else UNKNOWN


def _typed(quote: quotes.Quote, draft: Draft) -> dict[str, Any]:
    """Give back what is shown again of an answer while it is written."""
    return {
        "quote": quote,
        "draft": draft,
        "priced": quote_view.priced(draft),
        "amounts": amounts(draft),
        "suggestion": suggestion_view.panel(quote, draft),
    }


def _read(quote: quotes.Quote, draft: Draft) -> quotes.Offer:
    """Give back the offer, with the working it is made from. Raises Invalid naming all that
    cannot be read or cannot be.
    """
    offer, wrong = draft.offer(g.store.currency)
    working, unclear = suggestion_view.packed(quote, draft)
    wrong += unclear
    if not wrong:
        return replace(offer, working=working)
    unread = {draft.at_its_field(each["field"]) for each in wrong}
    for each in quotes.wrong_with(g.store, offer):
        if draft.at_its_field(each["field"]) not in unread:
            wrong.append(each)
    raise Invalid(summary(len(wrong)), fields=wrong)


def _rearrange(quote: quotes.Quote, draft: Draft, wish: str) -> int | None:
    """Do to the lines what a button says; give back which one to go on with, -1 for the head."""
    what, _dash, at = wish.partition("-")
    if what == "add":
        draft.add_line()
        return draft.lines - 1
    if what == "use":
        return -1 if suggestion_view.use(quote, draft) else None
    if what == "undo" and draft.stood:
        draft.undo()
        return -1
    if what == "undo":
        back = int(draft.gone["at"][:4]) if draft.gone else 0
        draft.undo()
        return min(back, draft.lines - 1)
    if what == "remove" and at.isascii() and at.isdigit() and len(at) < 4:
        draft.remove_line(int(at))
        return min(int(at), draft.lines - 1)
    return None


def _sent(quote: quotes.Quote) -> ResponseReturnValue:
    """Go on to the next quote where there is one, else show the one that was sent."""
    follows = onward.next_one(quote)
    words, shown = onward.sent(quote, follows), follows or quote
    if not wants_fragment():
        flash(words)
        return redirect(onward.page_of(shown.id), code=303)
    answer: Any = open_quote(shown, just_sent=shown is quote)
    if follows:
        answer.headers["HX-Push-Url"] = onward.page_of(follows.id)
    return _with_toast(answer, words)


def _refused(quote: quotes.Quote, draft: Draft, refused: DomainError) -> ResponseReturnValue:
    fields: Any = refused.facts.get("fields") or []
    placed = [{**wrong, "field": draft.at_its_field(wrong["field"])} for wrong in fields]
    form = Form(draft.values, {w["field"]: w["message"] for w in placed}, str(refused))
    status = refused_status(refused)
    fresh = quotes.find(g.store.id, quote.id)
    return open_quote(fresh, _shown_by_htmx(status), draft=draft, form=form)


def _overtaken(quote_id: str, draft: Draft) -> ResponseReturnValue:
    """Show the other's answer above what was typed, which can be sent after all."""
    quote = quotes.find(g.store.id, quote_id)
    draft.values["seen"] = str(quote.version)
    say = _(
        "Someone else changed this quote at %(time)s. Your text is kept below.",
        time=quote_view.said_at(quote.updated_at),
    )
    return open_quote(quote, 409, draft=draft, overtaken=say, theirs=quotes.offer_of(quote))


def _shown_by_htmx(status: int) -> int:
    # htmx shows no answer of 500 and above.
    return 409 if wants_fragment() and status >= 500 else status


def _with_toast(answer: Any, words: str) -> ResponseReturnValue:
    toast = render_template("components/_toast.html", words=words)
    answer.set_data(answer.get_data(as_text=True) + toast)
    found: ResponseReturnValue = answer
    return found
