"""What is in a basket, looked up in the catalogue: titles, prices, and what stands in the way."""

from dataclasses import dataclass, replace
from functools import cached_property

from flask import g

from synqro import catalogue, orders
from synqro.web.widget.baskets import Piece, Pieces
from synqro.web.widget.words import gettext as _
from synqro.web.widget.words import ngettext


@dataclass(frozen=True)
class Line:
    """A piece with its product and variant, both None where it is no longer sold."""

    piece: Piece
    product: catalogue.Product | None = None
    variant: catalogue.Variant | None = None

    @property
    def title(self) -> str:
        return self.product.title if self.product else _("Something no longer sold")

    @property
    def chosen(self) -> str:
        return ", ".join(self.variant.options.values()) if self.variant else ""

    @property
    def image(self) -> catalogue.Image | None:
        return self.product.images[0] if self.product and self.product.images else None

    @property
    def amount(self) -> int:
        return self.variant.current_price * self.piece.quantity if self.variant else 0

    @property
    def most(self) -> int:
        """How many can be ordered now."""
        if self.product is None or self.variant is None:
            return 0
        left = self.variant.left
        return self.product.max_quantity if left is None else min(left, self.product.max_quantity)

    @property
    def problem(self) -> str | None:
        if self.variant is None:
            return _("This is no longer sold. Remove it to go on.")
        if self.most == 0:
            return _("Sold out. Remove it to go on.")
        if self.piece.quantity <= self.most:
            return None
        if self.variant.left is not None and self.variant.left == self.most:
            return ngettext("Only %(num)d left.", "Only %(num)d left.", self.most)
        return _("At most %(num)d in one order.", num=self.most)

    @property
    def changed_from(self) -> int | None:
        """The price it was put in at, where that is not today's."""
        seen = self.piece.seen
        return seen if self.variant and seen not in (None, self.variant.current_price) else None


@dataclass(frozen=True)
class Basket:
    lines: list[Line]

    @cached_property
    def count(self) -> int:
        return sum(line.piece.quantity for line in self.lines)

    @cached_property
    def subtotal(self) -> int:
        return sum(line.amount for line in self.lines)

    @property
    def blocked(self) -> bool:
        return any(line.problem for line in self.lines)

    @property
    def pieces(self) -> Pieces:
        """The basket at today's prices."""
        return tuple(
            replace(line.piece, seen=line.variant.current_price) if line.variant else line.piece
            for line in self.lines
        )

    @property
    def items(self) -> list[orders.Item]:
        return [
            orders.Item(line.product.id, line.piece.quantity, line.piece.variant_id, f"items.{i}.")
            for i, line in enumerate(self.lines)
            if line.product
        ]

    @property
    def lead_time_days(self) -> int | None:
        """The longest of its products, None where none says."""
        known = [p.lead_time_days for line in self.lines if (p := line.product)]
        return max((days for days in known if days is not None), default=None)


def look_up(pieces: Pieces) -> Basket:
    """Give back the basket of these pieces as this shop sells them now."""
    products = catalogue.by_variants(g.store.id, [p.variant_id for p in pieces]) if pieces else {}
    return Basket([_line(piece, products.get(piece.variant_id)) for piece in pieces])


def _line(piece: Piece, product: catalogue.Product | None) -> Line:
    variants = product.on_shelf if product else []
    return Line(piece, product, next((v for v in variants if v.id == piece.variant_id), None))
