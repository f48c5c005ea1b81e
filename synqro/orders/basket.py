"""The buyer's wish met with what is on the shelf."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from synqro import catalogue
from synqro.catalogue import Offer
from synqro.orders.pricing import PricedLine, Problem, Totals, add_up
from synqro.orders.shipping import find_option
from synqro.stores import Store

MOST_ITEMS = 50


@dataclass(frozen=True)
class Item:
    """A wish to buy. `at` is the prefix of its fields in refusals, as in `items.0.`."""

    product_id: str
    quantity: int = 1
    variant_id: str | None = None
    at: str = ""


@dataclass
class Basket:
    """Lines by variant; `last` remembers which item asked for a variant last."""

    lines: dict[str, PricedLine] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def quote_total(
    store: Store, items: Sequence[Item], shipping_option_id: str | None = None
) -> Totals:
    """Preview what a basket costs now; refuses nothing, and lists what stands in the way.

    Items that name nothing on the shelf are left out of the sums. Without a shipping option,
    shipping counts only where the store has exactly one.
    """
    basket = fill(store, items)
    option = find_option(store, shipping_option_id)
    scarce = [
        _scarce(basket.last[line.variant_id], items, line)
        for line in basket.lines.values()
        if line.left is not None and line.quantity > line.left
    ]
    shipping = option["price"] if option and basket.lines else 0
    return add_up(store, list(basket.lines.values()), shipping, [*basket.problems, *scarce])


def fill(store: Store, items: Sequence[Item]) -> Basket:
    """Price each item at what the shelf says now, the same variant in one line."""
    shelf = catalogue.for_sale(store.id, {item.product_id for item in items[:MOST_ITEMS]})
    basket = Basket()
    for index, item in enumerate(items[:MOST_ITEMS]):
        offers = shelf.get(item.product_id, [])
        if problem := _unclear(index, items, offers):
            basket.problems.append(problem)
        else:
            _add(basket, index, items, _chosen(item, offers))
    if len(items) > MOST_ITEMS:
        say = f"Order at most {MOST_ITEMS} different things at once."
        basket.problems.append(Problem(MOST_ITEMS, "items", "too_many", say))
    return basket


def _unclear(index: int, items: Sequence[Item], offers: list[Offer]) -> Problem | None:
    item = items[index]
    mine = [o for o in offers if item.variant_id in (None, o.variant_id)]
    if not mine:
        say = "This product is not on sale here."
        return Problem(index, _field(index, items, "product_id"), "product_not_found", say)
    if len(mine) > 1:
        say = "Choose one of the variants."
        return Problem(index, _field(index, items, "variant_id"), "variant_required", say)
    return None


def _chosen(item: Item, offers: list[Offer]) -> Offer:
    return next(o for o in offers if item.variant_id in (None, o.variant_id))


def _add(basket: Basket, index: int, items: Sequence[Item], offer: Offer) -> None:
    before = basket.lines.get(offer.variant_id) or _line(offer)
    line = replace(before, quantity=before.quantity + items[index].quantity)
    where = _field(index, items, "quantity")
    if items[index].quantity < 1:
        basket.problems.append(Problem(index, where, "too_small", "Enter 1 or more."))
        return
    basket.lines[offer.variant_id] = line
    basket.last[offer.variant_id] = index
    if line.quantity > line.max_quantity:
        say = f"Order at most {line.max_quantity} of these."
        basket.problems.append(Problem(index, where, "quantity_too_large", say))


def _line(offer: Offer) -> PricedLine:
    return PricedLine(
        product_id=offer.product_id,
        variant_id=offer.variant_id,
        title=offer.title,
        sku=offer.sku,
        options=offer.options,
        unit_price=offer.price,
        quantity=0,
        max_quantity=offer.max_quantity,
        lead_time_days=offer.lead_time_days,
        left=offer.left,
    )


def _scarce(index: int, items: Sequence[Item], line: PricedLine) -> Problem:
    left = line.left or 0
    say = f"Only {left} of these are left." if left else "This is sold out."
    return Problem(index, _field(index, items, "quantity"), "out_of_stock", say, left)


def _field(index: int, items: Sequence[Item], name: str) -> str:
    many = f"items.{index}." if len(items) > 1 else ""
    return f"{items[index].at or many}{name}"
