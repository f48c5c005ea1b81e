"""Finding orders, and what belongs to one."""

from synqro.core.pages import Page
from synqro.orders.models import Entry, Happening, Order, Status


def find(store_id: str, order_id: str) -> Order:
    """Give back one order of this store. Raises OrderNotFound."""
    raise NotImplementedError


def by_token(store_id: str, token: str) -> Order:
    """Give back the order that a customer's private link names. Raises OrderNotFound."""
    raise NotImplementedError


def queue(
    store_id: str,
    *,
    status: Status | None = None,
    q: str | None = None,
    cursor: str | None = None,
    limit: int = 25,
) -> Page[Order]:
    """Give back a page of orders, newest first.

    Without `status`: all that were paid, and all with a payment to look at. `q` finds a
    number, or part of a name or an email.
    """
    raise NotImplementedError


def counts(store_id: str) -> dict[str, int]:
    """Count `paid`, `in_progress` and `problems`, each up to 100 ("99+" on the screen)."""
    raise NotImplementedError


def timeline(order: Order) -> list[Happening]:
    """Give back what happened to the order, the oldest first."""
    raise NotImplementedError


def ledger(order: Order) -> list[Entry]:
    """Give back the money that moved for the order, the oldest first."""
    raise NotImplementedError


def paid(order: Order) -> int:
    """Sum up what came in for the order, in minor units."""
    raise NotImplementedError


def balance_due(order: Order) -> int:
    """Give back what is still to pay, in minor units: 0 once paid, expired or cancelled."""
    raise NotImplementedError


def link_token(order: Order) -> str:
    """Give back the token of the customer's private link, for mails."""
    raise NotImplementedError
