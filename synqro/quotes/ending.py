"""Declining and cancelling, by whom it may be done."""

from collections.abc import Callable

from synqro import events, stores
from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.core.errors import Changed, field_error
from synqro.quotes.closing import OrderedAgain, afresh, close, refuse_other_order, withdraw_order
from synqro.quotes.drafting import drop_answer
from synqro.quotes.lifecycle import CUSTOMER, MERCHANT, Step, after
from synqro.quotes.models import Party, Quote, TimelineKind
from synqro.quotes.noting import find_locked, mail_customer, mail_owners, news, tell
from synqro.quotes.reading import by_token, find
from synqro.quotes.wire import as_wire
from synqro.stores import Store

TRIES = 3
LONGEST_REASON = 2_000
KINDS = {Step.DECLINE: TimelineKind.DECLINED, Step.CANCEL: TimelineKind.CANCELLED}


def decline(
    store_id: str,
    quote_id: str,
    *,
    reason: str | None = None,
    seen: int | None = None,
    person_id: str | None = None,
) -> Quote:
    """Turn a request or an open quote down, and mail the customer.

    Raises QuoteNotFound, Changed, QuoteNotOpen, Invalid for `reason`.
    """
    quote = find(store_id, quote_id)
    return _ended(quote, Step.DECLINE, MERCHANT, reason, None, seen, person_id)


def decline_by_customer(store: Store, token: str, reason: str | None = None) -> Quote:
    """Turn the price down. Raises QuoteNotFound, QuoteNotOpen, Invalid for `reason`."""
    return _ended(by_token(store.id, token), Step.DECLINE, CUSTOMER, reason)


def cancel(
    store_id: str,
    quote_id: str,
    *,
    reason: str | None = None,
    seen: int | None = None,
    person_id: str | None = None,
    bind: Callable[[str], None] | None = None,
) -> Quote:
    """Call an accepted and unpaid quote off, and mail the customer. A network call.

    `bind` is as in `send`. Raises QuoteNotFound, Changed, QuoteNotOpen, PaymentProcessing,
    PaymentProviderError, Invalid for `reason`.
    """
    return _cancelled(find(store_id, quote_id), MERCHANT, reason, seen, person_id, bind)


def cancel_by_customer(store: Store, token: str, reason: str | None = None) -> Quote:
    """Call the own quote off while it is unpaid. A network call where it was accepted.

    Raises QuoteNotFound, QuoteNotOpen, PaymentProcessing, PaymentProviderError, Invalid
    for `reason`.
    """
    return _cancelled(by_token(store.id, token), CUSTOMER, reason)


def _cancelled(
    quote: Quote,
    by: Party,
    reason: str | None,
    seen: int | None = None,
    person_id: str | None = None,
    bind: Callable[[str], None] | None = None,
) -> Quote:
    store = stores.by_id(quote.store_id)
    for _ in range(TRIES):
        quote = afresh(quote)
        if seen not in (None, quote.version):
            break
        after(quote.status, Step.CANCEL, by)
        withdrawn = withdraw_order(store, quote)
        try:
            with transaction():
                ended = _ended(quote, Step.CANCEL, by, reason, withdrawn, seen, person_id)
                if bind:
                    bind(ended.id)
            return ended
        except OrderedAgain:
            continue
    raise Changed("Someone else changed this quote meanwhile. Look at it again.")


@transaction()
def _ended(
    quote: Quote,
    step: Step,
    by: Party,
    reason: str | None,
    withdrawn: str | None = None,
    seen: int | None = None,
    person_id: str | None = None,
) -> Quote:
    store = stores.by_id(quote.store_id)
    quote = find_locked(store.id, quote.id, seen=seen)
    follows = after(quote.status, step, by)
    refuse_other_order(quote, withdrawn)
    quote.status = follows
    if by is MERCHANT:
        quote.answered_at = quote.answered_at or now()
        drop_answer(quote, person_id)
    said = _reason(reason)
    close(quote, by, said)
    announce_end(store, quote, KINDS[step], by, said, person_id=person_id)
    return quote


def announce_end(
    store: Store,
    quote: Quote,
    kind: TimelineKind,
    by: Party,
    text: str | None,
    *,
    person_id: str | None = None,
    mails: bool = True,
) -> None:
    """Write down that the quote is declined or cancelled, and tell the other side."""
    tell(quote, kind, by, text, person_id=person_id)
    if by is CUSTOMER:
        news(quote)
    else:
        quote.unread = False
    if mails and by is CUSTOMER:
        mail_owners(store, quote, f"quotes/{kind}_merchant")
    elif mails:
        mail_customer(store, quote, f"quotes/{kind}")
    db.session.flush()
    events.emit(store.id, f"quote.{kind}", as_wire(quote), mode=store.mode)


def _reason(reason: str | None) -> str | None:
    if reason and len(reason) > LONGEST_REASON:
        raise field_error("reason", "too_long", f"Use at most {LONGEST_REASON:,} characters.")
    return (reason or "").strip() or None
