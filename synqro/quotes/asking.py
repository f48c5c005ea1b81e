"""Asking for a quote: the customer's wish becomes rows, its files are kept."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from sqlalchemy import text

from synqro import catalogue, events, uploads
from synqro.core.clock import now
from synqro.core.crypto import fingerprint, new_token, seal
from synqro.core.db import db, transaction
from synqro.core.errors import Invalid, fields_error
from synqro.core.ids import new_id
from synqro.orders import Customer
from synqro.quotes.automatic import AutomaticOffer, ByHand, answer
from synqro.quotes.errors import NothingToQuote, QuotesClosed
from synqro.quotes.measuring import first_volume, measured
from synqro.quotes.models import File, Party, Quote, Status, TimelineKind
from synqro.quotes.noting import mail_customer, mail_owners, tell
from synqro.quotes.offering import write_price
from synqro.quotes.reading import by_token, display_number, file_rows
from synqro.quotes.shapes import Asked, Wanted
from synqro.quotes.wire import as_wire
from synqro.quotes.wishes import MOST_FILES, Wish, Wrong, coloured, named, wrong_in
from synqro.stores import Store

NEXT_NUMBER = text(
    "INSERT INTO quote_counters (store_id, last) VALUES (:store, 1001)"
    " ON CONFLICT (store_id) DO UPDATE SET last = quote_counters.last + 1 RETURNING last"
)


@transaction()
def request(
    store: Store,
    *,
    customer: Customer,
    description: str | None = None,
    quantity: int = 1,
    product_id: str | None = None,
    material: str | None = None,
    color: str | None = None,
    needed_by: date | None = None,
    files: Sequence[Wanted] = (),
    file_url: str | None = None,
    previous_token: str | None = None,
    reuse: bool = True,
    metadata: dict[str, str] | None = None,
) -> Asked:
    """Record what a customer asks for, keep the files, and tell the store.

    Where the store's rules let it be, the price is sent at once. With `previous_token` that
    quote's files come along behind those given, or with `reuse` false only those given. Raises
    QuotesClosed, ProductNotFound, QuoteNotFound, Invalid with every wrong field, NothingToQuote.
    """
    if not store.quotes_enabled:
        raise QuotesClosed("This shop takes no requests for quotes now.")
    product = _on_sale(store, product_id)
    previous = by_token(store.id, previous_token) if previous_token else None
    wish = Wish(description or None, quantity, material, color, needed_by, file_url, _once(files))
    wrong = wrong_in(store, wish)
    kept = _kept(store, wish, wrong)
    if wrong:
        raise fields_error(wrong)
    if reuse:
        wish = replace(wish, files=[*wish.files, *_reused(store, previous, wish, kept)])
    if not (wish.description or wish.files or wish.file_url or product):
        raise NothingToQuote("Say what you need: in words, with a file, a link or a product.")
    token = new_token()
    quote = _row(store, customer, _wished(store, wish, kept), product, previous, token)
    quote.meta = metadata or {}
    _write(store, quote, wish, kept, answer(store, quote, previous))
    return Asked(quote, token)


def price_at_once(
    store: Store,
    wish: Wish | None,
    kept: dict[str, uploads.Upload],
    *,
    product_id: str | None = None,
    previous: Quote | None = None,
) -> AutomaticOffer | ByHand:
    """Give back the price that `request` would send for this wish now. Writes nothing.

    `kept` are the uploads of its files by id; None is a wish that cannot be read.
    """
    if wish is None or wrong_in(store, wish):
        return answer(store, None)
    asked = Quote(product_id=product_id, **_wished(store, wish, kept))
    return answer(store, asked, previous)


def _on_sale(store: Store, product_id: str | None) -> catalogue.Product | None:
    if not product_id:
        return None
    product = catalogue.find(store.id, product_id)
    if product.status is not catalogue.Status.ACTIVE or not product.on_shelf:
        raise catalogue.ProductNotFound("This product is not on sale here.")
    return product


def _once(files: Sequence[Wanted]) -> list[Wanted]:
    return list({file.upload_id: file for file in files}.values())


def _kept(store: Store, wish: Wish, wrong: Wrong) -> dict[str, uploads.Upload]:
    if not wish.files or len(wish.files) > MOST_FILES:
        return {}
    try:
        found = uploads.keep(store.id, [file.upload_id for file in wish.files])
    except Invalid as error:
        wrong += error.facts["fields"]  # type: ignore[arg-type]
        return {}
    return {upload.id: upload for upload in found}


def _reused(
    store: Store, previous: Quote | None, wish: Wish, kept: dict[str, uploads.Upload]
) -> list[Wanted]:
    """Keep those files of the previous quote that are still there, as many as fit."""
    if previous is None:
        return []
    rows = [row for row in file_rows(previous) if row.upload_id not in kept]
    known = uploads.of(store.id, [row.upload_id for row in rows])
    there = [
        row
        for row in rows
        if (upload := known.get(row.upload_id)) and upload.status is uploads.Status.READY
    ][: MOST_FILES - len(wish.files)]
    if there:
        found = uploads.keep(store.id, [row.upload_id for row in there])
        kept |= {upload.id: upload for upload in found}
    return [Wanted(row.upload_id, row.units) for row in there]


def _wished(store: Store, wish: Wish, kept: dict[str, uploads.Upload]) -> dict[str, Any]:
    """What the quote's row says of the wish."""
    parts = measured(wish.files, kept)
    return {
        "currency": store.currency,
        "description": wish.description,
        "quantity": wish.quantity,
        "material": named(store, wish.material),
        "color": coloured(store, wish.material, wish.color),
        "needed_by": wish.needed_by.isoformat() if wish.needed_by else None,
        "file_url": wish.file_url,
        "parts": parts,
        "volume": first_volume(parts),
    }


def _row(
    store: Store,
    customer: Customer,
    wished: dict[str, Any],
    product: catalogue.Product | None,
    previous: Quote | None,
    token: str,
) -> Quote:
    at = now()
    return Quote(
        id=new_id("qt"),
        store_id=store.id,
        number=db.session.execute(NEXT_NUMBER, {"store": store.id}).scalar_one(),
        status=Status.PENDING,
        offered=0,
        customer_name=customer.name,
        customer_email=customer.email,
        customer_phone=customer.phone,
        customer_address=asdict(customer.address) if customer.address else None,
        **wished,
        product_id=product.id if product else None,
        product_title=product.title if product else None,
        previous_id=previous.id if previous else None,
        token_hash=fingerprint(token),
        token_sealed=seal(token),
        unread=True,
        news_at=at,
        created_at=at,
        updated_at=at,
    )


def _write(
    store: Store,
    quote: Quote,
    wish: Wish,
    kept: dict[str, uploads.Upload],
    found: AutomaticOffer | ByHand,
) -> None:
    names = [kept[file.upload_id].filename for file in wish.files]
    quote.words = _words(quote, names)
    db.session.add(quote)
    db.session.flush()
    for position, file in enumerate(wish.files):
        row = File(quote_id=quote.id, position=position, upload_id=file.upload_id)
        row.filename, row.units = names[position], file.units
        db.session.add(row)
    tell(quote, TimelineKind.ASKED, Party.CUSTOMER)
    db.session.flush()
    events.emit(store.id, "quote.created", as_wire(quote), mode=store.mode)
    if isinstance(found, AutomaticOffer):
        write_price(store, quote, found.offer, Party.SYSTEM)
    else:
        mail_customer(store, quote, "quotes/received")
    mail_owners(store, quote, "quotes/new")


def _words(quote: Quote, filenames: list[str]) -> str:
    """All that the box is searched for, folded in one way for both databases."""
    said = (
        display_number(quote),
        quote.customer_name,
        quote.customer_email,
        quote.material,
        quote.color,
        quote.product_title,
        *filenames,
        quote.file_url,
        quote.description,
    )
    return "\n".join(part for part in said if part).casefold()
