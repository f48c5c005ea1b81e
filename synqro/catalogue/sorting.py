"""The order of the shelf."""

from collections.abc import Sequence

from sqlalchemy import select, update

from synqro.catalogue.errors import ProductNotFound
from synqro.catalogue.models import Product, Status
from synqro.catalogue.shelf import find
from synqro.core.db import db, transaction


@transaction()
def reorder_products(store_id: str, product_ids: Sequence[str]) -> None:
    """Put these products in this order, in the places that they hold now.

    The others stay where they are. Raises ProductNotFound for an id of another store.
    """
    places = _places(store_id)
    held = {product_id: places[product_id] for product_id in product_ids if product_id in places}
    if len(held) != len(product_ids):
        raise ProductNotFound("There is no such product in this shop.")
    moved = dict(zip(product_ids, sorted(held.values()), strict=True))
    for product_id, place in moved.items():
        if place != held[product_id]:
            _put(product_id, place)


@transaction()
def move_product(store_id: str, product_id: str, *, up: bool) -> bool:
    """Swap a product with the active one before or after it; False at the end of the shelf.

    Raises ProductNotFound.
    """
    product = find(store_id, product_id)
    mark = (Product.position < product.position) if up else (Product.position > product.position)
    order = Product.position.desc() if up else Product.position
    beside = (
        select(Product.id)
        .where(Product.store_id == store_id, Product.status == Status.ACTIVE, mark)
        .order_by(order)
        .limit(1)
    )
    neighbour = db.session.scalar(beside)
    if neighbour is None:
        return False
    reorder_products(store_id, [product_id, neighbour] if up else [neighbour, product_id])
    return True


def _places(store_id: str) -> dict[str, int]:
    """Give back where every product stands, two on one place (a race) moved apart first."""
    mine = select(Product.id, Product.position).where(Product.store_id == store_id)
    rows = db.session.execute(mine.order_by(Product.position, Product.id))
    found = [(str(row.id), int(row.position)) for row in rows]
    if len({position for _, position in found}) == len(found):
        return dict(found)
    for place, (product_id, _) in enumerate(found):
        _put(product_id, place)
    return {product_id: place for place, (product_id, _) in enumerate(found)}


def _put(product_id: str, place: int) -> None:
    db.session.execute(update(Product).where(Product.id == product_id).values(position=place))
