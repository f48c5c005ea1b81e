"""What a basket costs: pure arithmetic over lines, shipping and the store's tax."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from synqro.core.currencies import step
from synqro.core.money import Money, share
from synqro.stores import Store


@dataclass(frozen=True)
class PricedLine:
    """A line at today's price, in minor units; `left` is None where nobody counts."""

    product_id: str
    variant_id: str
    title: str
    sku: str | None
    options: dict[str, str]
    unit_price: int
    quantity: int
    max_quantity: int
    lead_time_days: int | None
    left: int | None

    @property
    def amount(self) -> int:
        return self.unit_price * self.quantity


@dataclass(frozen=True)
class Problem:
    """Why the item at `index` cannot be bought as wished; `field` is what has to change."""

    index: int
    field: str
    code: str
    message: str
    available: int | None = None


@dataclass(frozen=True)
class Totals:
    """All amounts in minor units of `currency`."""

    subtotal: int
    shipping: int
    tax: int
    total: int
    currency: str
    lines: list[PricedLine] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def money(self, amount: int) -> Money:
        """Give back `amount` minor units in the basket's currency."""
        return Money(amount, self.currency)


def add_up(
    store: Store, lines: Sequence[PricedLine], shipping: int, problems: Sequence[Problem] = ()
) -> Totals:
    """Sum lines, shipping (minor units) and the store's tax on both."""
    subtotal = sum(line.amount for line in lines)
    net = subtotal + shipping
    tax = tax_on(net, store)
    total = net if store.tax_included else net + tax
    return Totals(subtotal, shipping, tax, total, store.currency, list(lines), list(problems))


def tax_on(amount: int, store: Store) -> int:
    """Give back the tax on `amount`, or the part of it that is tax where prices include it.

    Half up to the smallest step that can be charged.
    """
    rate = store.tax_rate_bp
    if not store.tax_included:
        return share(amount, rate, store.currency)
    unit = step(store.currency)
    parts = (10_000 + rate) * unit
    return (2 * amount * rate + parts) // (2 * parts) * unit
