"""Orders as /v1 sees them, paid without a network, and how a model compares with JSON."""

from typing import Any, get_args

from pydantic import BaseModel

from synqro import catalogue, orders, stores
from synqro.core.db import db, transaction
from tests.orders import shop


def placed(store: stores.Store, product: catalogue.Product, **facts: Any) -> orders.Order:
    return shop.place(store, product, **facts).order


def paid(store: stores.Store, product: catalogue.Product, quantity: int = 1) -> orders.Order:
    order = placed(store, product, quantity=quantity)
    return orders.mark_paid(
        order.id, reference=f"pi_{order.id}", amount=order.total, currency=order.currency
    )


@transaction()
def written(order: orders.Order, **facts: Any) -> None:
    """Change an order's row past all rules."""
    row = db.session.get_one(orders.Order, order.id, populate_existing=True)
    for name, value in facts.items():
        setattr(row, name, value)


def differences(model: type[BaseModel], value: dict[str, Any], at: str = "") -> list[str]:
    """Give back the paths that only one of both has, at every level that `value` reaches."""
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    found = [f"{at}{name}" for name in fields.keys() ^ value.keys()]
    for name in fields.keys() & value.keys():
        inner = _model(fields[name].annotation)
        several = value[name] if isinstance(value[name], list) else [value[name]]
        if inner is not None:
            assert several and several[0] is not None, f"nothing to compare at {at}{name}"
            found += [path for one in several for path in differences(inner, one, f"{at}{name}.")]
    return found


def _model(kind: Any) -> type[BaseModel] | None:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind
    return next((inner for part in get_args(kind) if (inner := _model(part))), None)
