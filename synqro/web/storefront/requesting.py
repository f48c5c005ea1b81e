"""Asking and writing as a body says, once for each idempotency key."""

from flask import g

from synqro import quotes
from synqro.core.db import transaction
from synqro.core.errors import Invalid
from synqro.web import idempotent
from synqro.web.storefront.bodies import MessageIn, QuoteIn


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


def _as_named(body: QuoteIn, error: Invalid) -> Invalid:
    """The same refusal, its files called what the body calls them."""
    if not body.upload_ids or type(error) is not Invalid:
        return error
    fields: list[dict[str, str]] = error.facts["fields"]  # type: ignore[assignment]
    renamed = [
        {**field, "field": field["field"].replace("uploads", "upload_ids", 1)} for field in fields
    ]
    return Invalid(str(error), fields=renamed)
