"""The pages of stock: what each shows, and what is said after something was done."""

from typing import Any

from flask import flash, g, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from synqro import catalogue
from synqro.web.console.stock_words import REASONS, lines
from synqro.web.console.wording import grouped
from synqro.web.forms import Form

PAGE = 50
KINDS = ("all", "low")
BLANK = {
    "count": Form({}),
    "receive": Form({}),
    "correct": Form({"way": "out"}),
}


def listed() -> dict[str, Any]:
    """Give back the list as the address narrows it."""
    args = request.args
    shown, q = args.get("show", ""), args.get("q", "")[:200]
    cursor = args.get("cursor") or None
    page = catalogue.stocked(g.store.id, low=shown == "low", q=q, cursor=cursor, limit=PAGE)
    kind = shown if shown in KINDS else KINDS[0]
    return {"page": page, "shown": kind, "q": q, "cursor": cursor}


def list_path() -> str:
    """Give back the address of the list, narrowed as it was."""
    args = request.args
    show, q, cursor = (args.get(name) for name in ("show", "q", "cursor"))
    return url_for("console.list_stock", show=show, q=q, cursor=cursor)


def of_variant(variant_id: str, **forms: Form) -> dict[str, Any]:
    """Give back a variant's page; `forms` are those that come back as they were typed."""
    low_at = g.store.low_stock_threshold
    found = catalogue.stocked_one(g.store.id, variant_id, low_at=low_at)
    return {
        "found": found,
        "forms": BLANK | forms,
        "reasons": [("", _("Choose one")), *((key, REASONS[key]) for key in catalogue.REASONS)],
        **_moves(variant_id),
    }


def of_shop() -> dict[str, Any]:
    """Give back the moves of the whole shop, newest first."""
    facts = _moves(None)
    known = catalogue.known(g.store.id, {move.variant_id for move in facts["page"].data})
    titles = {key: ", ".join((one.title, *one.options.values())) for key, one in known.items()}
    offered = {key for key, one in known.items() if one.offered}
    return {"found": None, "titles": titles, "offered": offered, **facts}


def _moves(variant_id: str | None) -> dict[str, Any]:
    cursor = request.args.get("cursor") or None
    page = catalogue.moves(g.store.id, variant_id=variant_id, cursor=cursor, limit=PAGE)
    return {"page": page, "lines": lines(page.data), "cursor": cursor}


def toast(words: str, variant: catalogue.Variant | None, at: str) -> dict[str, Any]:
    """Say what was done; with the variant as it was left by that, a button takes it back.

    `at` is where the person is: products, stock, variant or moves.
    """
    move = _last_move(variant) if variant else None
    if move is None:
        return {"words": words}
    targets = {"products": f"#stock-{move.variant_id}", "stock": f"#row-{move.variant_id}"}
    return {
        "words": words,
        "path": url_for("console.undo_stock_move", move_id=move.id),
        "fields": {"at": at},
        "target": targets.get(at, "#moves"),
    }


def _last_move(variant: catalogue.Variant) -> catalogue.Move | None:
    """Give back the move that left the variant so; none where too many came after it."""
    page = catalogue.moves(g.store.id, variant_id=variant.id, limit=5)
    return next((move for move in page.data if move.number == variant.moves), None)


def now_there(title: str, variant: catalogue.Variant) -> str:
    """Say how many there are of a variant of the product that is called `title`."""
    name = ", ".join((title, *variant.options.values()))
    if variant.stock is None:
        return str(_("%(title)s: made to order", title=name))
    return str(_("%(title)s: %(number)s in stock", title=name, number=grouped(variant.stock)))


def flash_toast(toast: dict[str, Any]) -> None:
    """Keep a toast for the next page, where its button is that of a plain form."""
    plain = {**toast, "target": None}
    flash(Markup(render_template("console/products/_undo.html", undo=plain)))  # noqa: S704
