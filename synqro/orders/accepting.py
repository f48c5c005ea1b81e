"""An accepted quote becomes an order: no pieces are held, and it waits as long as it takes."""

from dataclasses import dataclass

from synqro import payments
from synqro.core.clock import now
from synqro.core.crypto import fingerprint, new_token, seal
from synqro.core.currencies import minimum
from synqro.core.db import transaction
from synqro.core.ids import new_id
from synqro.core.money import Money
from synqro.orders.models import Customer
from synqro.orders.placing import Placed, next_number
from synqro.orders.rows import begun, wished, write
from synqro.stores import Store


@dataclass(frozen=True)
class AgreedLine:
    """What will be made; `unit_price` in minor units."""

    title: str
    quantity: int
    unit_price: int


@dataclass(frozen=True)
class Agreed:
    """What a quote's version says, all amounts in minor units of the store's currency.

    `due` is what is paid first: a deposit, or the total.
    """

    lines: list[AgreedLine]
    subtotal: int
    shipping: int
    tax: int
    total: int
    due: int
    tax_rate_bp: int
    tax_label: str | None
    tax_included: bool
    lead_time_days: int | None


@transaction()
def place_from_quote(
    store: Store,
    quote_id: str,
    agreed: Agreed,
    *,
    customer: Customer,
    note: str | None = None,
    metadata: dict[str, str] | None = None,
) -> Placed:
    """Record the order of an accepted quote; `payable_page` opens the page where it is paid.

    Raises PaymentsNotSetUp, and AmountTooSmall where the amount due or the balance after it
    could not be charged.
    """
    account_id = payments.chargeable(store)
    if account_id is None:
        raise payments.PaymentsNotSetUp
    check_chargeable(agreed, store.currency)
    token = new_token()
    row = (
        begun(now())
        | {"attempt": 0, "look_at": None, "quote_id": quote_id, "session_account": account_id}
        | {"id": new_id("ord"), "store_id": store.id, "number": next_number(store.id)}
        | {"token_hash": fingerprint(token), "token_sealed": seal(token)}
        | _agreed(agreed, store.currency)
        | wished(customer, note, metadata or {}, None, None)
    )
    return Placed(write(row, [_copied(line) for line in agreed.lines]), token)


def check_chargeable(agreed: Agreed, currency: str) -> None:
    """Hold each part that will be charged against the smallest charge there is.

    Raises AmountTooSmall.
    """
    least = minimum(currency)
    if agreed.due < least:
        say = f"The amount due has to be worth at least {Money(least, currency)}."
        raise payments.AmountTooSmall(say)
    if 0 < agreed.total - agreed.due < least:
        say = f"The balance after the deposit has to be worth at least {Money(least, currency)}."
        raise payments.AmountTooSmall(say)


def _agreed(agreed: Agreed, currency: str) -> dict[str, object]:
    return {
        "currency": currency,
        "subtotal": agreed.subtotal,
        "shipping": agreed.shipping,
        "tax": agreed.tax,
        "total": agreed.total,
        "deposit": agreed.due if agreed.due != agreed.total else None,
        "session_amount": agreed.due,
        "tax_rate_bp": agreed.tax_rate_bp,
        "tax_label": agreed.tax_label,
        "tax_included": agreed.tax_included,
        "shipping_option": None,
        "lead_time_days": agreed.lead_time_days,
    }


def _copied(line: AgreedLine) -> dict[str, object]:
    return {
        "product_id": None,
        "variant_id": None,
        "title": line.title,
        "sku": None,
        "options": {},
        "unit_price": line.unit_price,
        "quantity": line.quantity,
    }
