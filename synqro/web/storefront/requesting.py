"""Asking and writing as a body says, once for each idempotency key."""

from typing import Any

from flask import g

from synqro import quotes, uploads
from synqro.core.db import transaction
from synqro.core.errors import Invalid
from synqro.web import idempotent
from synqro.web.contract import Wrong
from synqro.web.inputs import parse
from synqro.web.storefront.bodies import MessageIn, QuoteIn

FILES = {"upload_ids", "uploads"}
SOMEBODY = {"name": "-", "email": "a@example.com"}


def ask(body: QuoteIn, *, reuse: bool = True) -> quotes.Asked:
    """Ask for a quote, or give back what an earlier request with this key asked for.

    `reuse`, and what is raised, as in quotes.request.
    """
    made = idempotent.made()
    if made is not None:
        quote = quotes.find(g.store.id, made)
        return quotes.Asked(quote, quotes.link_token(quote))
    try:
        return _asked(body, reuse)
    except Invalid as error:
        raise _as_named(body, error) from error


def also_wrong(given: Any, found: Wrong) -> Wrong:
    """List what the shop says of those fields of a refused body that are well written."""
    wrong = {field["field"].partition(".")[0] for field in found}
    if not isinstance(given, dict):
        return []
    wrong |= FILES if wrong & FILES else set()
    sound = {name: given[name] for name in given.keys() & QuoteIn.model_fields.keys() - wrong}
    try:
        body = parse(QuoteIn, {**sound, "customer": SOMEBODY})
    except Invalid:
        return []
    wish = _wish(body)
    lost = uploads.refused(g.store.id, [file.upload_id for file in wish.files])
    return _renamed(body, [*quotes.wrong_in(g.store, wish), *lost])


def say(body: MessageIn) -> quotes.Quote:
    """Add the message, unless an earlier request with this key did. Raises as quotes.write."""
    if idempotent.made() is not None:
        return quotes.by_token(g.store.id, body.token)
    return _said(body)


@transaction()
def _asked(body: QuoteIn, reuse: bool) -> quotes.Asked:
    asked = quotes.request(
        g.store,
        customer=body.customer.as_customer(),
        description=body.description,
        quantity=body.quantity,
        product_id=body.product_id,
        material=body.material,
        color=body.color,
        needed_by=body.needed_by,
        files=body.files(),
        file_url=body.file_url,
        previous_token=body.previous_token,
        reuse=reuse,
        metadata=body.metadata,
    )
    idempotent.bind(asked.quote.id)
    return asked


@transaction()
def _said(body: MessageIn) -> quotes.Quote:
    quote = quotes.write(g.store, body.token, body.text)
    idempotent.bind(quote.id)
    return quote


def _wish(body: QuoteIn) -> quotes.Wish:
    return quotes.Wish(
        body.description,
        body.quantity,
        body.material,
        body.color,
        body.needed_by,
        body.file_url,
        body.files(),
    )


def _as_named(body: QuoteIn, error: Invalid) -> Invalid:
    """The same refusal, its files called what the body calls them."""
    if not body.upload_ids or type(error) is not Invalid:
        return error
    fields: Any = error.facts["fields"]
    return Invalid(str(error), fields=_renamed(body, fields))


def _renamed(body: QuoteIn, wrong: Wrong) -> Wrong:
    if not body.upload_ids:
        return wrong
    return [
        {**field, "field": field["field"].replace("uploads", "upload_ids", 1)} for field in wrong
    ]
