"""A quote with everything its page shows, and one word for where it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from flask import g, request

from synqro import orders, quotes
from synqro.core.clock import now
from synqro.quotes import Party, Status
from synqro.web.widget import confirming

BALANCE = "balance"
# The links to files live an hour: a page that stays open gets fresh ones well before.
FRESH_LINKS = 30 * 60
OVER = {orders.Status.CANCELLED: "called_off", orders.Status.REFUNDED: "refunded"}
WORK = {orders.Status.IN_PROGRESS: "in_progress", orders.Status.SHIPPED: "shipped"}


@dataclass(frozen=True)
class Seen:
    """`state` is the quote's status, or finer; `confirming` and `settling` are payments under
    way, `left` one that was left, `refused` a decline by the merchant.
    """

    quote: quotes.Quote
    offer: quotes.Version | None
    order: orders.Order | None
    files: Sequence[quotes.Attached]
    messages: Sequence[quotes.Message]
    can: quotes.Can
    due: int
    state: str

    @property
    def what(self) -> str:
        """What is made and how often, as in 4 brackets."""
        names = [file.upload.filename for file in self.files]
        return quotes.headline(self.quote, self.offer, names)

    @property
    def balance(self) -> int:
        """What is left once the deposit is paid, in minor units."""
        if self.order is not None and self.quote.status is Status.PAID:
            return orders.balance_due(self.order)
        return self.offer.total - self.offer.due if self.offer else 0

    @property
    def deposit(self) -> bool:
        return self.offer is not None and self.offer.due < self.offer.total

    @property
    def asks_address(self) -> bool:
        """Say whether accepting needs an address that nobody has typed yet."""
        return bool(g.store.address_required and not self.quote.customer_address)

    @property
    def tag(self) -> str:
        """What changes whenever the page would say something else."""
        last = self.messages[-1].id if self.messages else ""
        order = self.order.version if self.order else 0
        parts = (self.quote.version, order, last, self.state, self.due, self.balance)
        links = int(now().timestamp()) // FRESH_LINKS
        return sha256(repr((*parts, g.store.version, links)).encode()).hexdigest()[:20]


def look(token: str, *, result: str = "") -> Seen:
    """Read a quote by its private link. Raises QuoteNotFound.

    Nothing changes by it, but that a late payment is asked about once: `result` is what the
    way back from the payment page says.
    """
    found = _read(token, result)
    late = found.state == "confirming" and confirming.tries() == confirming.ASKING_TRY
    if late and found.order is not None:
        orders.look_again(found.order)
        found = _read(token, result)
    return found


def number(text: str) -> int:
    """Give back which version was in view; what is no number is none."""
    return int(text) if text.isdecimal() and len(text) < 8 else 0


def _read(token: str, result: str) -> Seen:
    quote = quotes.by_token(g.store.id, token)
    order = orders.find(g.store.id, quote.order_id) if quote.order_id else None
    can = quotes.can(quote, order)
    return Seen(
        quote=quote,
        offer=quotes.offer_of(quote),
        order=order,
        files=quotes.files(g.store, quote),
        messages=quotes.messages(quote),
        can=can,
        due=quotes.amount_due(quote),
        state=_state(quote, order, can, result),
    )


def _state(
    quote: quotes.Quote, order: orders.Order | None, can: quotes.Can, result: str
) -> str:  # fmt: skip
    if quote.status is Status.QUOTED and not can.accept:
        return "expired"  # its day is over, whether or not the clock's own job has come by
    if quote.status is Status.DECLINED and quote.ended_by is not Party.CUSTOMER:
        return "refused"
    if quote.status is Status.CANCELLED and quote.ended_by is not Party.CUSTOMER:
        return "withdrawn"
    if order is not None and quote.status in (Status.ACCEPTED, Status.PAID):
        return _of_order(quote, order, result)
    return str(quote.status)


def _of_order(quote: quotes.Quote, order: orders.Order, result: str) -> str:
    if order.settling:
        return "settling"
    if quote.status is Status.ACCEPTED:
        return {"success": "confirming", "cancel": "left"}.get(result, "accepted")
    paying_balance = request.args.get("pay") == BALANCE and orders.balance_due(order) > 0
    if paying_balance and result == "success":
        return "confirming"
    return OVER.get(order.status) or WORK.get(order.status) or "paid"
