"""/console/stock_moves: every change of a count, with who and why, and taking it back."""

from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from synqro import catalogue
from synqro.web.console import stock_view
from synqro.web.console.answers import wants_fragment
from synqro.web.console.blueprint import bp

LIST = "console/stock/moves.html"
PAGES = {"products": "list_products", "stock": "list_stock", "moves": "list_stock_moves"}


@bp.get("/stock_moves")
def list_stock_moves() -> str:
    return render_template(LIST, **stock_view.of_shop())


@bp.post("/stock_moves/<move_id>/undo")
def undo_stock_move(move_id: str) -> ResponseReturnValue:
    """Take back what a move changed; what was sold or came in since then stays."""
    move = catalogue.undo_move(g.store.id, move_id, by=g.by)
    found = catalogue.stocked_one(g.store.id, move.variant_id)
    at = request.form.get("at", "")
    words = stock_view.now_there(found.title, found.variant)
    toast = stock_view.toast(words, found.variant, at)
    if wants_fragment():
        return _shown(at, found, toast)
    stock_view.flash_toast(toast)
    if at in PAGES:
        return redirect(url_for(f"console.{PAGES[at]}"), code=303)
    return redirect(url_for("console.show_stock", variant_id=move.variant_id), code=303)


def _shown(at: str, found: catalogue.Stocked, toast: dict[str, Any]) -> str:
    """Give back what stands where the button was pressed, as it is now."""
    variant = found.variant
    if at == "products":
        product = catalogue.find(g.store.id, variant.product_id)
        return render_template(
            "console/products/_counted.html", product=product, variant=variant, undo=toast
        )
    if at == "stock":
        return render_template("console/stock/_row.html", found=found, miscount=None, toast=toast)
    facts = stock_view.of_shop() if at == "moves" else stock_view.of_variant(variant.id)
    return render_template(
        "console/stock/_done.html", **facts, name="moves", toast=toast, undone=True
    )
