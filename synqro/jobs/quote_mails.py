"""What the mails about a quote are written from, and whether they are still true.

The part's still travels inside the mail, so that it shows where nothing may be fetched, and
no address in the mail leads to a file.
"""

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

from babel.dates import format_date
from PIL import Image

from synqro import mail, orders, quotes, stores, uploads
from synqro.core import clock
from synqro.core.errors import NotFound
from synqro.core.wiring import settings
from synqro.quotes import Party, Status

Facts = dict[str, Any]
PICTURE = "part"
SIDE = 480
SHOWN = 240


def _of_quote(message: mail.Message) -> Facts:
    store = stores.by_id(message.store_id or "")
    quote = quotes.find(store.id, message.facts["quote_id"])
    files = quotes.files(store, quote)
    offer = quotes.offer_of(quote)
    names = [file.upload.filename for file in files]
    return {
        "store": store,
        "quote": quote,
        "offer": offer,
        "order": orders.find(store.id, quote.order_id) if quote.order_id else None,
        "files": names,
        "number": quotes.display_number(quote),
        "what": quotes.headline(quote, offer, names),
        "until": _day(quote.expires_on),
        "needed_by": _day(quote.needed_by),
        "test": store.mode is stores.Mode.TEST,
        "attached": files,
    }


def _to_customer(message: mail.Message) -> Facts:
    facts = _of_quote(message)
    store, token = facts["store"], quotes.link_token(facts["quote"])
    owner = next(iter(stores.owners(store.id)), None)
    return {
        **facts,
        "link": f"{settings().public_url}/s/{store.publishable_key}/quotes/{token}",
        "secrets": (token,),
        "sender_name": f"{store.name} via Synqro",
        "reply_to": owner.email if owner else None,
    }


def _to_merchant(message: mail.Message) -> Facts:
    facts = _of_quote(message)
    quote = facts["quote"]
    return {
        **facts,
        "link": f"{settings().public_url}/console/quotes/{quote.id}",
        "reply_to": quote.customer_email,
    }


def _pictured(message: mail.Message, facts: Facts) -> Facts:
    """Add the still of the first part that has one."""
    for file in facts["attached"]:
        still = uploads.thumbnail(file.upload)
        if still:
            return {**facts, **_enclosed(still)}
    return facts


def _enclosed(still: bytes) -> Facts:
    """Enclose a still as a JPEG on white: no mail program is without that."""
    with Image.open(BytesIO(still)) as image:
        image.thumbnail((SIDE, SIDE))
        seen = image.convert("RGBA")
        plain = Image.new("RGB", seen.size, "white")
        plain.paste(seen, mask=seen.getchannel("A"))
    packed = BytesIO()
    plain.save(packed, "JPEG", quality=82, optimize=True)
    width, height = (round(side * SHOWN / max(plain.size)) for side in plain.size)
    picture = mail.Picture(PICTURE, packed.getvalue())
    return {"pictures": (picture,), "picture": {"width": width, "height": height}}


def _as_it_is(_message: mail.Message, facts: Facts) -> Facts:
    return facts


def _priced(message: mail.Message, facts: Facts) -> Facts:
    """The price that was sent holds: it waits for an answer, or has one already."""
    if facts["quote"].status not in (Status.ACCEPTED, Status.PAID):
        return _open(message, facts)
    _this_version(message, facts)
    return _pictured(message, facts)


def _open(message: mail.Message, facts: Facts) -> Facts:
    """The price that was sent is the one that holds, and can be accepted."""
    quote = facts["quote"]
    _this_version(message, facts)
    if quote.status is not Status.QUOTED or (
        quote.expires_at is not None and quote.expires_at <= clock.now()
    ):
        raise mail.Undeliverable("This price is not open any more.")
    return _pictured(message, facts)


def _ending(message: mail.Message, facts: Facts) -> Facts:
    facts = _open(message, facts)
    quote, today = facts["quote"], clock.today(facts["store"].timezone)
    left = round((quote.expires_at - clock.now()) / timedelta(days=1))
    return {**facts, "days_left": 0 if quote.expires_on == today.isoformat() else left}


def _accepted(message: mail.Message, facts: Facts) -> Facts:
    _this_version(message, facts)
    return _only(Status.ACCEPTED, Status.PAID)(message, facts)


def _paid(message: mail.Message, facts: Facts) -> Facts:
    """The amount that came in, what is left of it, and when the parts leave."""
    quote, offer, order = facts["quote"], facts["offer"], facts["order"]
    if order is None or offer is None:
        raise NotFound("This quote has no order.")
    balance = bool(message.facts.get("balance")) or message.template == "quotes/balance_paid"
    amount = message.facts.get("amount")
    if amount is None:
        amount = offer.total - offer.due if balance else offer.due
    left = orders.balance_due(order)
    return _pictured(
        message,
        {
            **facts,
            "amount": quote.money(amount),
            "balance": balance,
            "left": quote.money(left) if left > 0 else None,
            "leaves": _day(order.ship_by),
        },
    )


def _said(message: mail.Message, facts: Facts) -> Facts:
    wanted = message.facts["message_id"]
    for row in quotes.messages(facts["quote"]):
        if row.id == wanted:
            return {**facts, "said": row.text}
    raise NotFound("This message is gone.")


def _problem(_message: mail.Message, facts: Facts) -> Facts:
    if facts["quote"].problem is None:
        raise mail.Undeliverable("Somebody has looked at this already.")
    return facts


def _not_cancelled(message: mail.Message, facts: Facts) -> Facts:
    if facts["quote"].status is Status.CANCELLED:
        raise mail.Undeliverable("This request was taken back.")
    return facts


def _by_merchant(status: Status) -> Callable[[mail.Message, Facts], Facts]:
    def check(message: mail.Message, facts: Facts) -> Facts:
        quote = facts["quote"]
        if quote.status is not status or quote.ended_by is Party.CUSTOMER:
            raise mail.Undeliverable("This quote has moved on.")
        return facts

    return check


def _only(*statuses: Status) -> Callable[[mail.Message, Facts], Facts]:
    def check(_message: mail.Message, facts: Facts) -> Facts:
        if facts["quote"].status not in statuses:
            raise mail.Undeliverable("This quote has moved on.")
        return facts

    return check


def _this_version(message: mail.Message, facts: Facts) -> None:
    if message.facts.get("version", facts["quote"].offered) != facts["quote"].offered:
        raise mail.Undeliverable("A newer price was sent.")


def _day(day: str | None) -> str | None:
    """Give back a day in full, as in Friday 4 December."""
    return str(format_date(date.fromisoformat(day), "EEEE d MMMM", locale="en")) if day else None


def _written(
    read: Callable[[mail.Message], Facts], check: Callable[[mail.Message, Facts], Facts]
) -> Callable[[mail.Message], Facts]:
    return lambda message: check(message, read(message))


ABOUT = {
    "quotes/received": _written(_to_customer, _pictured),
    "quotes/quoted": _written(_to_customer, _priced),
    "quotes/extended": _written(_to_customer, _open),
    "quotes/reminder": _written(_to_customer, _ending),
    "quotes/declined": _written(_to_customer, _by_merchant(Status.DECLINED)),
    "quotes/expired": _written(_to_customer, _only(Status.EXPIRED)),
    "quotes/cancelled": _written(_to_customer, _by_merchant(Status.CANCELLED)),
    "quotes/message": _written(_to_customer, _said),
    "quotes/paid": _written(_to_customer, _paid),
    "quotes/balance_paid": _written(_to_customer, _paid),
    "quotes/new": _written(_to_merchant, _not_cancelled),
    "quotes/accepted": _written(_to_merchant, _accepted),
    "quotes/paid_merchant": _written(_to_merchant, _paid),
    "quotes/declined_merchant": _written(_to_merchant, _only(Status.DECLINED)),
    "quotes/cancelled_merchant": _written(_to_merchant, _only(Status.CANCELLED)),
    "quotes/expired_merchant": _written(_to_merchant, _only(Status.EXPIRED)),
    "quotes/message_merchant": _written(_to_merchant, _said),
    "quotes/problem": _written(_to_merchant, _problem),
}
