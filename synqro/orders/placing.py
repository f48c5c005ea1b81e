"""Placing an order: the buyer's wish becomes rows, its pieces held, in few statements."""

from dataclasses import dataclass

from sqlalchemy import text

from synqro import catalogue, payments
from synqro.core.clock import now
from synqro.core.crypto import fingerprint, new_token, seal
from synqro.core.currencies import MAXIMUM, minimum
from synqro.core.db import db, transaction
from synqro.core.errors import fields_error
from synqro.core.ids import new_id
from synqro.core.money import Money
from synqro.orders.basket import Item, fill
from synqro.orders.errors import PriceChanged, StoreClosed
from synqro.orders.models import Customer, Order
from synqro.orders.pricing import Problem, Totals, add_up
from synqro.orders.rows import agreed, begun, copied, wished, write
from synqro.orders.shipping import find_option, wrong_delivery
from synqro.stores import Store

NEXT_NUMBER = text(
    "INSERT INTO order_counters (store_id, last) VALUES (:store, 1001)"
    " ON CONFLICT (store_id) DO UPDATE SET last = order_counters.last + 1 RETURNING last"
)


@dataclass(frozen=True)
class Placed:
    """The order, detached, and the token of its private link."""

    order: Order
    token: str


@transaction()
def place(
    store: Store,
    *,
    items: list[Item],
    customer: Customer,
    shipping_option_id: str | None = None,
    note: str | None = None,
    expected_total: Money | None = None,
    metadata: dict[str, str] | None = None,
    return_url: str | None = None,
    cancel_url: str | None = None,
) -> Placed:
    """Record an order at today's prices and hold its pieces until `expires_at`.

    Raises StoreClosed, PaymentsNotSetUp, ProductNotFound, Invalid with every wrong field,
    PriceChanged, AmountTooSmall, OutOfStock (with `available`).
    """
    if not store.ordering_enabled:
        raise StoreClosed(store.closed_message or "This shop is not taking orders now.")
    account_id = payments.chargeable(store)
    if account_id is None:
        raise payments.PaymentsNotSetUp
    totals = _priced(store, items, customer, shipping_option_id)
    if expected_total not in (None, totals.money(totals.total)):
        raise _price_changed(totals)
    order_id = new_id("ord")
    wanted = [(line.variant_id, line.quantity) for line in totals.lines]
    catalogue.stock.hold(store.id, order_id, wanted)
    token = new_token()
    row = (
        begun(now())
        | {"id": order_id, "number": next_number(store.id), "session_account": account_id}
        | {"token_hash": fingerprint(token), "token_sealed": seal(token)}
        | agreed(store, totals, find_option(store, shipping_option_id))
        | wished(customer, note, metadata or {}, return_url, cancel_url)
    )
    return Placed(write(row, [copied(line) for line in totals.lines]), token)


def _priced(
    store: Store, items: list[Item], customer: Customer, shipping_option_id: str | None
) -> Totals:
    basket = fill(store, items)
    for problem in basket.problems:
        if problem.code == "product_not_found":
            raise catalogue.ProductNotFound(problem.message)
    wrong = [_wrong(problem) for problem in basket.problems]
    wrong += wrong_delivery(store, shipping_option_id, customer)
    option = find_option(store, shipping_option_id)
    totals = add_up(store, list(basket.lines.values()), option["price"] if option else 0)
    if not wrong and totals.total > MAXIMUM:
        most = totals.money(MAXIMUM)
        say = f"An order can be worth at most {most}. Order less at once."
        where = "quantity" if len(items) == 1 and not items[0].at else "items"
        wrong = [{"field": where, "code": "amount_too_large", "message": say}]
    if wrong:
        raise fields_error(wrong)
    if totals.total < minimum(store.currency):
        least = totals.money(minimum(store.currency))
        raise payments.AmountTooSmall(f"An order has to be worth at least {least}.")
    return totals


def _wrong(problem: Problem) -> dict[str, str]:
    return {"field": problem.field, "code": problem.code, "message": problem.message}


def _price_changed(totals: Totals) -> PriceChanged:
    total = totals.money(totals.total)
    say = f"The total is now {total}."
    return PriceChanged(say, total=total.number, currency=totals.currency)


def next_number(store_id: str) -> int:
    """Count the store's orders on; the number is taken once the transaction commits."""
    number: int = db.session.execute(NEXT_NUMBER, {"store": store_id}).scalar_one()
    return number
