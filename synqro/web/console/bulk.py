"""/console/quotes/bulk: many quotes declined, or their prices held longer, at once."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from flask import flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from synqro import quotes
from synqro.core.clock import today
from synqro.core.errors import Changed, Conflict, DomainError, Gone, Invalid
from synqro.quotes import Status
from synqro.web.console import onward
from synqro.web.console.answers import refused_status, wants_fragment
from synqro.web.console.blueprint import bp
from synqro.web.console.offer import seen
from synqro.web.console.quote import DayForm, ReasonForm
from synqro.web.console.quotes import rendered
from synqro.web.forms import Form
from synqro.web.inputs import parse

MOST = 100


class Left(NamedTuple):
    """A quote that stays as it is, and why."""

    quote: quotes.Quote
    why: str


@bp.get("/quotes/bulk")
def ask_bulk() -> ResponseReturnValue:
    """Ask before many quotes are changed: in a dialog where htmx asks, else on a page."""
    first = today(g.store.timezone) + timedelta(days=g.store.quote_expires_after_days)
    try:
        chosen, deed = _chosen(request.args), _deed(request.args)
    except Invalid as refused:
        return _nothing(refused)
    return _ask(chosen, deed, Form({"expires_on": str(first)}))


@bp.post("/quotes/bulk")
def do_bulk() -> ResponseReturnValue:
    """Do it to each quote by itself, and say of which it could not be done."""
    try:
        chosen, deed = _chosen(request.form), _deed(request.form)
    except Invalid as refused:
        return _nothing(refused)
    try:
        how = _read(deed)
    except Invalid as refused:
        return _again(chosen, deed, refused)
    done, left, wrong = 0, [], None
    for quote in chosen:
        try:
            _do(quote, deed, how)
            done += 1
        except Invalid as refused:
            wrong = wrong or refused
            left.append(Left(quote, _stays(quote, refused)))
        except (Conflict, Gone) as refused:
            left.append(Left(quote, _stays(quote, refused)))
    if wrong and not done:
        return _again(chosen, deed, wrong)
    return _done(deed, done, left)


def _deed(given: Mapping[str, str]) -> quotes.Deed:
    """Give back what is to be done. Raises Invalid for what nobody can choose."""
    match given.get("do"):
        case ("decline" | "extend") as deed:
            return deed
        case _:
            raise Invalid(_("Choose what to do with these quotes."))


def _chosen(given: Any) -> list[quotes.Quote]:
    """Give back the quotes that were ticked. Raises Invalid for none or too many, QuoteNotFound."""
    ids = list(dict.fromkeys(given.getlist("quote")))
    if not ids:
        raise Invalid(_("Select a quote first."))
    if len(ids) > MOST:
        raise Invalid(_("At most %(most)s quotes at once.", most=MOST))
    return quotes.several(g.store.id, ids)


def _read(deed: quotes.Deed) -> dict[str, Any]:
    """Give back the reason or the new day as it was typed. Raises Invalid."""
    if deed == "decline":
        return {"reason": parse(ReasonForm, {"reason": request.form.get("reason", "")}).reason}
    day: date = parse(DayForm, {"expires_on": request.form.get("expires_on", "")}).expires_on
    return {"expires_on": day}


def _do(quote: quotes.Quote, deed: quotes.Deed, how: dict[str, Any]) -> None:
    known = seen({"seen": request.form.get(f"seen.{quote.id}", "")})
    do = quotes.decline if deed == "decline" else quotes.extend
    do(g.store.id, quote.id, **how, seen=known, person_id=g.person.id)


def _stays(quote: quotes.Quote, refused: DomainError) -> str:
    """Say why a quote stayed as it was, in a sentence that begins with its number."""
    number = quotes.display_number(quote)
    if isinstance(refused, Changed):
        return str(_("%(number)s changed meanwhile. Look at it again.", number=number))
    if isinstance(refused, Invalid):
        return str(_("%(number)s is held that long already.", number=number))
    found = {
        Status.PENDING: _("%(number)s has no price yet.", number=number),
        Status.ACCEPTED: _("%(number)s was accepted meanwhile.", number=number),
        Status.PAID: _("%(number)s was paid meanwhile.", number=number),
        Status.DECLINED: _("%(number)s was declined meanwhile.", number=number),
        Status.EXPIRED: _("%(number)s expired meanwhile.", number=number),
        Status.CANCELLED: _("%(number)s was cancelled meanwhile.", number=number),
    }
    fresh = quotes.afresh(quote)
    return str(found.get(fresh.status, refused))


def _ask(
    chosen: list[quotes.Quote], deed: quotes.Deed, form: Form, status: int = 200
) -> ResponseReturnValue:
    why = {quote.id: quotes.why_not(quote, deed) for quote in chosen}
    can = [quote for quote in chosen if why[quote.id] is None]
    left = [Left(quote, str(why[quote.id])) for quote in chosen if why[quote.id]]
    title = _title(deed, len(can))
    return _shown(title, status, can=can, left=left, deed=deed, form=form)


def _title(deed: quotes.Deed, number: int) -> str:
    if deed == "decline":
        ask = ngettext("Decline %(num)s quote?", "Decline %(num)s quotes?", number)
        return ask if number else str(_("None of these can be declined"))
    ask = ngettext("Hold %(num)s price longer?", "Hold %(num)s prices longer?", number)
    return ask if number else str(_("None of these prices can be held longer"))


def _again(chosen: list[quotes.Quote], deed: quotes.Deed, refused: Invalid) -> ResponseReturnValue:
    """Show the question again with what was typed."""
    return _ask(chosen, deed, Form.again(request.form, refused), refused_status(refused))


def _done(deed: quotes.Deed, done: int, left: list[Left]) -> ResponseReturnValue:
    """Say it in a toast where all was done; else show what was not and why, to stay."""
    words = (
        ngettext("%(num)s quote declined", "%(num)s quotes declined", done)
        if deed == "decline"
        else ngettext("%(num)s price held longer", "%(num)s prices held longer", done)
    )
    if left:
        return _shown(words, 200, left=left, report=True)
    if wants_fragment():
        return render_template("components/_toast.html", words=words)
    flash(words)
    return redirect(url_for("console.list_quotes", **onward.narrowed()), code=303)


def _nothing(refused: Invalid) -> ResponseReturnValue:
    return _shown(str(refused), refused_status(refused), left=[])


def _shown(title: str, status: int, **facts: Any) -> ResponseReturnValue:
    """Show the question or the report, in the dialog or on a page of its own."""
    back = url_for("console.list_quotes", **onward.narrowed())
    dialog = wants_fragment()
    page = rendered("_bulk" if dialog else "bulk", title=title, dialog=dialog, back=back, **facts)
    return make_response(page, status)
