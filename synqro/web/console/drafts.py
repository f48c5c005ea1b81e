"""Answers that are typed and not sent yet, each person's own; and who else is typing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import g, request

from synqro import quotes
from synqro.web.console.quote_form import Draft
from synqro.web.forms import Form


@dataclass
class Kept(Draft):
    """A draft as it comes back; `changed_at` says when the quote moved on behind it.

    Where what customers see is another one by now it is `overtaken`: by a price of somebody
    else (`theirs`), or by an answer, an end.
    """

    kept_at: datetime | None = None
    changed_at: datetime | None = None
    overtaken: bool = False
    theirs: quotes.Version | None = None


def kept(quote: quotes.Quote) -> Kept | None:
    """Give back what the signed-in person has typed here before, None where that is nothing."""
    found = quotes.draft_of(g.store.id, quote.id, g.person.id)
    if found is None or "seen" not in found.typed:
        return None
    draft = Kept.typed(found.typed)
    draft.kept_at = found.saved_at
    was, now = found.typed.get("held", ""), held(quote)
    if found.typed["seen"] != str(quote.version):
        draft.changed_at = quote.updated_at
        draft.overtaken = bool(was) and was != now
        draft.theirs = _theirs(quote, was) if draft.overtaken else None
    draft.values["seen"] = str(quote.version)
    return draft


def held(quote: quotes.Quote) -> str:
    """Name what an answer answers to: the number of the price that holds, and the status."""
    return f"{quote.offered}-{quote.status}"


def stamp(at: datetime) -> str:
    """Name a state of a draft for the browser that keeps a copy."""
    return at.isoformat()


def others(quote: quotes.Quote) -> dict[str, Any]:
    """Give back what stands beside an answer: who else is at it, and words kept or saved.

    `left` is a draft that cannot be sent any more.
    """
    found = quotes.draft_of(g.store.id, quote.id, g.person.id)
    typed = found.typed if found else {}
    reply = _wanted(quote)
    text = "\n".join(filter(None, (typed.get("text"), reply)))
    return {
        **answering(quote),
        "held": held(quote),
        "kept": stamp(found.saved_at) if found else "",
        "left": None if quotes.can_send(quote) else kept(quote),
        "said_form": Form({"text": text}),
        "jotted": Form({"note": typed.get("note", "")}),
        "replies": quotes.replies(g.store.id),
    }


def answering(quote: quotes.Quote) -> dict[str, Any]:
    """Give back who else is answering this quote, for _answering.html."""
    return {"answering": quotes.answering(g.store.id, quote.id, g.person.id)}


def _theirs(quote: quotes.Quote, was: str) -> quotes.Version | None:
    """Give back the price that somebody else sent since; one's own is no surprise."""
    offer = quotes.offer_of(quote)
    fresh = offer is not None and was.partition("-")[0] != str(quote.offered)
    return offer if offer and fresh and offer.person_id != g.person.id else None


def _wanted(quote: quotes.Quote) -> str:
    """Give back the saved reply that a link asks for, where no script puts it in."""
    wanted = request.args.get("reply", "")[:40]
    if request.method != "GET" or not wanted:
        return ""
    try:
        return quotes.filled(g.store, quote, quotes.find_reply(g.store.id, wanted).text)
    except quotes.ReplyNotFound:
        return ""
