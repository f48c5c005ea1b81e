"""The shelf: what the shop sells, in the merchant's order."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, g, request
from structlog import get_logger

from synqro import catalogue, payments
from synqro.core.errors import NotFound
from synqro.web.widget import formats, pages
from synqro.web.widget.blueprint import bp
from synqro.web.widget.words import gettext as _

log = get_logger()

PER_PAGE = 12
FEW = 3
LONGEST_SEARCH = 80


@dataclass(frozen=True)
class Card:
    """A product on the shelf; `cell` is its place on the sheet of first pictures."""

    product: catalogue.Product
    cell: int | None

    @property
    def image(self) -> catalogue.Image | None:
        return self.product.images[0] if self.product.images else None

    @property
    def price(self) -> str:
        prices = {variant.current_price for variant in self.product.on_shelf}
        lowest = formats.money(min(prices, default=0))
        return _("from %(price)s", price=lowest) if len(prices) > 1 else lowest

    @property
    def tag(self) -> str:
        left = [variant.left for variant in self.product.on_shelf]
        if any(n is None for n in left):
            return ""
        total = sum(n or 0 for n in left)
        if total == 0:
            return _("Sold out")
        return _("%(num)d left", num=total) if total <= FEW else ""


@bp.get("/<key>")
def shop() -> Response:
    """Show the shelf, or what a search finds."""
    if not g.store.ordering_enabled:
        return pages.closed()
    q = " ".join(request.args.get("q", "").replace("\0", " ").split())[:LONGEST_SEARCH]
    cursor = request.args.get("cursor") or None
    found = catalogue.shelf(g.store.id, cursor=cursor, limit=PER_PAGE, q=q or None)
    first_view = cursor is None and not q
    sheet, cells = _sheet(found.data) if first_view else (None, {})
    return pages.page(
        "shop",
        page=found,
        cards=[Card(p, cells.get(p.id)) for p in found.data],
        sheet=sheet,
        q=q,
        searchable=bool(q or cursor or found.next_cursor),
        payments_ready=payments.ready(g.store),
    )


def _sheet(products: Sequence[catalogue.Product]) -> tuple[str | None, dict[str, int]]:
    """Give back the path of the first pictures' sheet, and which cell belongs to whom."""
    pictured = [product for product in products[: catalogue.CELLS] if product.images]
    if len(pictured) < 2:
        return None, {}
    try:
        path = catalogue.sheet([product.images[0] for product in pictured])
    except (NotFound, OSError) as error:
        log.warning("no sheet of first pictures", error=str(error))
        return None, {}
    return path, {product.id: cell for cell, product in enumerate(pictured)}
