"""Writing to a quote: its row locked, its timeline, and what a person has to look at."""

from sqlalchemy import Select, select

from synqro import mail, stores
from synqro.core.clock import now
from synqro.core.db import db
from synqro.core.errors import Changed
from synqro.core.ids import new_id
from synqro.quotes.models import Happening, Party, Quote, TimelineKind
from synqro.quotes.reading import by_token, find
from synqro.stores import Store


def locked(quote_id: str) -> Quote | None:
    """Read a quote afresh, and keep others from changing it until the transaction ends."""
    return db.session.scalars(_locking(quote_id)).one_or_none()


def find_locked(store_id: str, quote_id: str, *, seen: int | None = None) -> Quote:
    """Do the same for a quote of this store. Raises QuoteNotFound.

    Where `seen` is given, Changed is raised unless the row is still at that version.
    """
    find(store_id, quote_id)
    quote = db.session.scalars(_locking(quote_id)).one()
    if seen not in (None, quote.version):
        raise Changed("Someone else changed this quote meanwhile. Look at it again.")
    return quote


def locked_by_token(store_id: str, token: str) -> Quote:
    """Do the same for the quote of a private link. Raises QuoteNotFound."""
    return db.session.scalars(_locking(by_token(store_id, token).id)).one()


def tell(
    quote: Quote,
    kind: TimelineKind,
    by: Party,
    text: str | None = None,
    *,
    person_id: str | None = None,
    order_id: str | None = None,
) -> None:
    """Add a row to the quote's timeline."""
    quote.updated_at = now()
    db.session.add(
        Happening(
            id=new_id("hap"),
            quote_id=quote.id,
            kind=kind,
            by=by,
            offered=quote.offered,
            order_id=order_id,
            text=text,
            person_id=person_id,
            at=now(),
        )
    )


def news(quote: Quote, *, unread: bool = True) -> None:
    """Bring the quote to the top of the box, for its customer was heard of."""
    quote.news_at = now()
    quote.unread = quote.unread or unread


def flag(store: Store, quote: Quote, say: str) -> None:
    """Show the owners what a person has to look at, in the box and by mail."""
    quote.problem = say
    news(quote)
    tell(quote, TimelineKind.PROBLEM, Party.SYSTEM, say)
    mail_owners(store, quote, "quotes/problem")


def mail_customer(store: Store, quote: Quote, template: str, **facts: object) -> None:
    """Ask for a mail to the quote's customer; `facts` are ids and plain values."""
    mail.send(quote.customer_email, template, store_id=store.id, quote_id=quote.id, **facts)


def mail_owners(store: Store, quote: Quote, template: str, **facts: object) -> None:
    """Ask for a mail to every owner of the store; `facts` are ids and plain values."""
    for owner in stores.owners(store.id):
        mail.send(owner.email, template, store_id=store.id, quote_id=quote.id, **facts)


def _locking(quote_id: str) -> Select[Quote]:
    # Not by `get`, which refuses a quote that was read before and has changed since.
    mine = select(Quote).where(Quote.id == quote_id).with_for_update()
    return mine.execution_options(populate_existing=True)
