"""What a face may say about a product. An absent field stays as it is, None clears it."""

from typing import Any, TypedDict


class VariantFields(TypedDict, total=False):
    """`price` is in minor units; `stock` None means made to order. `id` names one that exists."""

    id: str
    options: dict[str, str]
    price: int | None
    sku: str | None
    stock: int | None


class Fields(TypedDict, total=False):
    """The fields of a product. `price`, `sku` and `stock` are those of every variant
    that does not bring its own; without `variants` there is one for each combination
    of `options` ([{name, values}]).
    """

    title: str | None
    description: str | None
    options: list[dict[str, Any]]
    variants: list[VariantFields]
    price: int | None
    sku: str | None
    stock: int | None
    lead_time_days: int | None
    max_quantity: int
    cost: int | None
    tags: list[str]
    low_stock_threshold: int | None
    metadata: dict[str, str]
