"""Where a person goes on once a quote was answered: to the next one, or they stay."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import g, request, url_for
from flask_babel import gettext as _

from synqro import quotes


def next_one(quote: quotes.Quote) -> quotes.Quote | None:
    """Give back the quote to answer after `quote`, None where none is left or none is wanted."""
    return quotes.next_to_answer(g.store.id, quote) if g.person.next_after_sending else None


def sent(quote: quotes.Quote, follows: quotes.Quote | None) -> str:
    """Say that a price was sent, and who waits next."""
    if follows:
        return str(_("Quote sent to %(name)s. Next: %(next)s", **_names(quote, follows)))
    wanted = g.person.next_after_sending
    return str(_("Quote sent. Nothing left to answer.") if wanted else _("Quote sent"))


def declined(follows: quotes.Quote | None) -> str:
    """Say that a request was turned down, and who waits next."""
    if follows:
        return str(_("Quote declined. Next: %(next)s", next=first_name(follows)))
    wanted = g.person.next_after_sending
    return str(_("Quote declined. Nothing left to answer.") if wanted else _("Quote declined"))


def page_of(quote_id: str) -> str:
    """Give back a quote's address beside the list as it is narrowed on the screen."""
    return url_for("console.show_quote", quote_id=quote_id, **narrowed())


def first_name(quote: quotes.Quote) -> str:
    return next(iter(quote.customer_name.split()), quote.customer_name)


def narrowed() -> dict[str, Any]:
    """Give back how the list on the screen is narrowed, for addresses that keep it so."""
    here = request.headers.get("HX-Current-URL") or request.referrer or ""
    try:
        given = dict(parse_qsl(urlsplit(here).query))
    except ValueError:
        return {}
    return {name: given[name][:200] for name in ("show", "q") if name in given}


def _names(quote: quotes.Quote, follows: quotes.Quote) -> dict[str, str]:
    return {"name": first_name(quote), "next": first_name(follows)}
