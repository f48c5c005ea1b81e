"""/console/quotes/…: messages, notes, and the steps that end a quote or keep it open."""

from datetime import date, timedelta
from typing import Any

from flask import flash, g, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import Field

from synqro import payments, quotes
from synqro.core.clock import today
from synqro.core.errors import Conflict, DomainError, Gone, Invalid
from synqro.web.console import onward, quote_view
from synqro.web.console.answers import refused_status, wants_fragment
from synqro.web.console.blueprint import bp
from synqro.web.console.offer import seen
from synqro.web.console.quotes import open_quote, rendered
from synqro.web.forms import Form
from synqro.web.inputs import Prose, StrictIn, parse

REFUSALS = (Conflict, Gone, Invalid, payments.PaymentProviderError)


class MessageForm(StrictIn):
    text: Prose = Field(max_length=5_000)


class NoteForm(StrictIn):
    note: Prose = Field(max_length=5_000)


class ReasonForm(StrictIn):
    reason: Prose | None = Field(None, max_length=2_000)


class DayForm(StrictIn):
    expires_on: date


@bp.post("/quotes/<quote_id>/messages")
def write_message(quote_id: str) -> ResponseReturnValue:
    """Send a message to the customer."""
    quote = quotes.find(g.store.id, quote_id)
    try:
        text = parse(MessageForm, _typed("text")).text
        quote = quotes.reply(g.store.id, quote_id, text, person_id=g.person.id)
    except REFUSALS as refused:
        return _unsaid(quote, refused, "said_form", "text")
    if wants_fragment():
        return rendered("_talk", **quote_view.said(quote)) + _seen_with(quote)
    flash(_("Message sent"))
    return redirect(url_for("console.show_quote", quote_id=quote_id) + "#talk", code=303)


@bp.post("/quotes/<quote_id>/notes")
def note_quote(quote_id: str) -> ResponseReturnValue:
    """Write something down that no customer sees."""
    quote = quotes.find(g.store.id, quote_id)
    try:
        text = parse(NoteForm, _typed("note")).note
        quote = quotes.add_note(g.store.id, quote_id, text, person_id=g.person.id)
    except REFUSALS as refused:
        return _unsaid(quote, refused, "jotted", "note")
    if wants_fragment():
        return rendered("_timeline", **quote_view.said(quote)) + _seen_with(quote)
    flash(_("Note added"))
    return redirect(url_for("console.show_quote", quote_id=quote_id) + "#timeline", code=303)


@bp.post("/quotes/<quote_id>/resend")
def resend_quote(quote_id: str) -> ResponseReturnValue:
    """Mail the price once more."""
    quote = quotes.find(g.store.id, quote_id)
    try:
        quotes.resend(g.store.id, quote_id, person_id=g.person.id)
    except REFUSALS as refused:
        form = Form({}, {}, str(refused))
        return open_quote(quote, refused_status(refused), form=form)
    flash(_("Mail sent again"))
    return redirect(url_for("console.show_quote", quote_id=quote_id), code=303)


@bp.get("/quotes/<quote_id>/decline")
def ask_decline(quote_id: str) -> ResponseReturnValue:
    return _ask(quote_id, "decline")


@bp.post("/quotes/<quote_id>/decline")
def decline_quote(quote_id: str) -> ResponseReturnValue:
    """Turn a request or an open quote down; after a request the next one may be shown."""
    was_new = quotes.find(g.store.id, quote_id).status is quotes.Status.PENDING
    try:
        reason = parse(ReasonForm, _typed("reason")).reason
        quote = quotes.decline(g.store.id, quote_id, reason=reason, **_by())
    except REFUSALS as refused:
        return _again(quote_id, "decline", refused)
    if not was_new:
        return _done(quote_id, _("Quote declined"))
    follows = onward.next_one(quote)
    return _done((follows or quote).id, onward.declined(follows))


@bp.get("/quotes/<quote_id>/cancel")
def ask_cancel_quote(quote_id: str) -> ResponseReturnValue:
    return _ask(quote_id, "cancel_quote")


@bp.post("/quotes/<quote_id>/cancel")
def cancel_quote(quote_id: str) -> ResponseReturnValue:
    """Call an accepted and unpaid quote off."""
    quotes.find(g.store.id, quote_id)
    try:
        reason = parse(ReasonForm, _typed("reason")).reason
        quotes.cancel(g.store.id, quote_id, reason=reason, **_by())
    except REFUSALS as refused:
        return _again(quote_id, "cancel_quote", refused)
    return _done(quote_id, _("Acceptance cancelled"))


@bp.get("/quotes/<quote_id>/extend")
def ask_extend(quote_id: str) -> ResponseReturnValue:
    return _ask(quote_id, "extend")


@bp.post("/quotes/<quote_id>/extend")
def extend_quote(quote_id: str) -> ResponseReturnValue:
    """Keep a price open for longer."""
    quotes.find(g.store.id, quote_id)
    try:
        until = parse(DayForm, _typed("expires_on")).expires_on
        quotes.extend(g.store.id, quote_id, until, **_by())
    except REFUSALS as refused:
        return _again(quote_id, "extend", refused)
    return _done(quote_id, _("Price held longer"))


def _typed(name: str) -> dict[str, str]:
    return {name: request.form.get(name, "")}


def _seen_with(quote: quotes.Quote) -> str:
    """Let the answer on the page know of what its own person has just said."""
    alone = seen(request.form) == quote.version - 1  # nobody else wrote in between
    return rendered("_seen", quote=quote) if alone else ""


def _by() -> dict[str, Any]:
    return {"seen": seen(request.form), "person_id": g.person.id}


def _unsaid(
    quote: quotes.Quote, refused: DomainError, form: str, field: str
) -> ResponseReturnValue:
    """Say what is wrong under the field, which keeps what was typed."""
    found = Form.again(request.form, refused)
    if not found.wrong:
        found = Form(request.form, {field: str(refused)}, str(refused))
    status = refused_status(refused)
    if wants_fragment():
        return make_response(rendered("_said", words=found.error(field)), status)
    return open_quote(quote, status, **{form: found})


def _ask(quote_id: str, deed: str) -> ResponseReturnValue:
    quote = quotes.find(g.store.id, quote_id)
    first = today(g.store.timezone) + timedelta(days=g.store.quote_expires_after_days)
    values = {"seen": str(quote.version), "expires_on": str(first), "reason": ""}
    return _question(quote, deed, Form(values))


def _again(quote_id: str, deed: str, refused: DomainError) -> ResponseReturnValue:
    quote = quotes.find(g.store.id, quote_id)
    typed = {**request.form.to_dict(), "seen": str(quote.version)}
    status = refused_status(refused)
    # htmx shows no answer of 500 and above.
    shown = 409 if wants_fragment() and status >= 500 else status
    return _question(quote, deed, Form.again(typed, refused), shown)


def _question(quote: quotes.Quote, deed: str, form: Form, status: int = 200) -> ResponseReturnValue:
    number = quotes.display_number(quote)
    title, button = {
        "decline": (_("Decline %(number)s?", number=number), _("Decline quote")),
        "cancel_quote": (
            _("Cancel the acceptance of %(number)s?", number=number),
            _("Cancel acceptance"),
        ),
        "extend": (_("Hold the price of %(number)s longer?", number=number), _("Hold longer")),
    }[deed]
    facts = {"quote": quote, "deed": deed, "form": form, "title": title, "button": button}
    dialog = wants_fragment()
    page = rendered("_ask" if dialog else "ask", dialog=dialog, **facts)
    return make_response(page, status)


def _done(quote_id: str, words: str) -> ResponseReturnValue:
    """Leave the dialog or the page for a quote; `words` say what was done."""
    flash(words)
    page = onward.page_of(quote_id)
    if not wants_fragment():
        return redirect(page, code=303)
    answer = make_response("", 204)
    answer.headers["HX-Redirect"] = page
    return answer
