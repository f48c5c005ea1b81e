"""GET /api/storefront/products: what stands behind the first page of the configuration."""

from typing import Literal

from flask import g
from pydantic import BaseModel, Field

from synqro import catalogue
from synqro.core.pages import InvalidCursor
from synqro.web.contract import operation
from synqro.web.inputs import LooseIn
from synqro.web.storefront import shapes
from synqro.web.storefront.blueprint import OriginNotAllowed, bp


class ShelfIn(LooseIn):
    cursor: str | None = Field(None, max_length=500)
    limit: int = Field(25, ge=1, le=100)
    q: str | None = Field(None, max_length=200)


class ShelfOut(BaseModel):
    object: Literal["list"] = "list"
    data: list[shapes.ProductOut]
    has_more: bool
    next_cursor: str | None


@bp.get("/products")
@operation(query=ShelfIn, out=ShelfOut, raises=(OriginNotAllowed, InvalidCursor))
def list_products(query: ShelfIn) -> ShelfOut:
    """List what is on sale, in the merchant's order."""
    page = catalogue.shelf(g.store.id, cursor=query.cursor, limit=query.limit, q=query.q)
    return ShelfOut(
        data=[shapes.product(row) for row in page.data],
        has_more=page.has_more,
        next_cursor=page.next_cursor,
    )
