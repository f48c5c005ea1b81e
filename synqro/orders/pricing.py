"""What a basket costs: pure arithmetic over what the catalogue and the store say."""

from dataclasses import dataclass, field

from synqro.core.money import Money
from synqro.stores import Store


@dataclass(frozen=True)
class Item:
    """A wish to buy. `at` is the prefix of its fields in refusals, as in `items.0.`."""

    product_id: str
    quantity: int = 1
    variant_id: str | None = None
    at: str = ""


@dataclass(frozen=True)
class PricedLine:
    """A line at today's price; amounts in minor units. `left` is None where nobody counts."""

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
    at: str

    @property
    def amount(self) -> int:
        return self.unit_price * self.quantity


@dataclass(frozen=True)
class Problem:
    """Why the item at `index` cannot be bought as wished."""

    index: int
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


def quote_total(store: Store, items: list[Item], shipping_option_id: str | None = None) -> Totals:
    """Preview what a basket costs now; refuses nothing, and lists what stands in the way.

    Items with a problem that leaves no price are left out of the sums. Without a shipping
    option, shipping counts only where the store has exactly one.
    """
    raise NotImplementedError
