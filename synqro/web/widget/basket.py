"""The basket page: its content stands in the address, so it survives reload and back."""

from typing import Any

from flask import Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from synqro import payments
from synqro.web.widget import baskets, contents, pages
from synqro.web.widget.blueprint import bp
from synqro.web.widget.words import gettext as _


class Row:
    """A line of the basket with the addresses that change it."""

    def __init__(self, line: contents.Line, pieces: baskets.Pieces) -> None:
        self._line, self._pieces = line, pieces

    def __getattr__(self, name: str) -> Any:
        return getattr(self._line, name)

    @property
    def less(self) -> str:
        return self._with(min(self._line.piece.quantity - 1, self._line.most))

    @property
    def more(self) -> str:
        return self._with(self._line.piece.quantity + 1)

    @property
    def remove(self) -> str:
        return self._with(0, was=baskets.write(self._pieces))

    def _with(self, quantity: int, was: str | None = None) -> str:
        changed = baskets.change(self._pieces, self._line.piece.variant_id, quantity)
        return url_for("widget.basket", basket=baskets.write(changed) or None, was=was)


@bp.get("/<key>/basket")
def basket() -> Response:
    """Show what is in the basket, what it costs and what stands in the way."""
    if not g.store.ordering_enabled:
        return pages.closed()
    found = contents.look_up(g.basket)
    shown = found.pieces
    g.basket = shown
    return pages.page(
        "basket",
        basket=found,
        rows=[Row(line, shown) for line in found.lines],
        undo=_undo(shown),
        cancelled="cancelled" in request.args,
        later=_later(),
        payments_ready=payments.ready(g.store),
    )


@bp.get("/<key>/basket/change")
def change() -> ResponseReturnValue:
    """Set how many of a variant there are, as typed."""
    text = request.args.get("quantity", "").strip()
    if text.isascii() and text.isdigit() and len(text) <= 4:
        g.basket = baskets.change(g.basket, request.args.get("variant", ""), int(text))
    return redirect(url_for("widget.basket", basket=baskets.write(g.basket) or None), 303)


def _undo(shown: baskets.Pieces) -> dict[str, str] | None:
    """Give back how to take back the removal that led here."""
    was = baskets.read(request.args.get("was", ""))
    there = {piece.variant_id for piece in shown}
    gone = [piece for piece in was if piece.variant_id not in there]
    if len(gone) != 1:
        return None
    title = contents.look_up(tuple(gone)).lines[0].title
    return {"title": title, "url": url_for("widget.basket", basket=baskets.write(was))}


def _later() -> str:
    store = g.store
    tax = bool(store.tax_rate_bp) and not store.tax_included
    if store.shipping_options:
        return _("Delivery and tax come next.") if tax else _("Delivery comes next.")
    return _("Tax comes next.") if tax else ""
