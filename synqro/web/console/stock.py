"""/console/stock: what is on hand, reserved and left; counted, received and corrected."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from flask import g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from synqro import catalogue
from synqro.core.errors import DomainError, Invalid, NotFound, field_error, fields_error
from synqro.core.typed import Unread, read_whole
from synqro.web.console import products, stock_view
from synqro.web.console.answers import refused_status, wants_fragment
from synqro.web.console.blueprint import bp
from synqro.web.console.stock_words import signed
from synqro.web.console.wording import grouped
from synqro.web.forms import Form

LIST, SHOW = "console/stock/list.html", "console/stock/show.html"
ROW, DONE = "console/stock/_row.html", "console/stock/_done.html"
COUNTED = "console/products/_counted.html"
Done = tuple[catalogue.Variant, str, bool]


@bp.get("/stock")
def list_stock() -> str:
    return render_template(LIST, **stock_view.listed(), miscount=None)


@bp.get("/stock/<variant_id>")
def show_stock(variant_id: str) -> str:
    return render_template(SHOW, **stock_view.of_variant(variant_id))


@bp.post("/stock/<variant_id>/count")
def count_stock(variant_id: str) -> ResponseReturnValue:
    """Say how many there are; `was` is what the person saw. From the list or its own page."""
    if request.form.get("at") == "stock":
        return _count_in_list(variant_id)
    return _do("count", variant_id, _count)


@bp.post("/stock/<variant_id>/receive")
def receive_stock(variant_id: str) -> ResponseReturnValue:
    """Add pieces that came in."""
    return _do("receive", variant_id, _receive)


@bp.post("/stock/<variant_id>/correct")
def correct_stock(variant_id: str) -> ResponseReturnValue:
    """Take away or put back pieces, for a reason."""
    return _do("correct", variant_id, _correct)


@bp.post("/products/<product_id>/stock")
def set_stock(product_id: str) -> ResponseReturnValue:
    """Count one variant from its product's row; `was` says what the person saw."""
    product = catalogue.find(g.store.id, product_id)
    variant_id = request.form.get("variant_id", "")
    if variant_id not in {variant.id for variant in product.variants}:
        raise catalogue.ProductNotFound("There is no such variant.")
    try:
        variant, _words, moved = _count(variant_id, {**request.form, "note": ""})
    except NotFound:
        raise
    except DomainError as refused:
        return _miscounted(product, variant_id, refused)
    words = stock_view.now_there(product.title, variant)
    toast = stock_view.toast(words, variant if moved else None, "products")
    if wants_fragment():
        return render_template(COUNTED, product=product, variant=variant, undo=toast)
    stock_view.flash_toast(toast)
    return redirect(url_for("console.list_products"), code=303)


def _miscounted(
    product: catalogue.Product, variant_id: str, refused: DomainError
) -> ResponseReturnValue:
    miscount = miscounted(variant_id, refused)
    if not wants_fragment():
        return _refusal(products.LIST, refused, **products.listed(), miscount=miscount)
    fresh = catalogue.find(g.store.id, product.id)
    variant = next((v for v in fresh.variants if v.id == variant_id), None)
    if variant is None:
        raise refused
    cell = "console/products/_stock.html"
    return _refusal(cell, refused, product=fresh, variant=variant, miscount=miscount)


def _count(variant_id: str, typed: Mapping[str, str]) -> Done:
    stock, was = _whole("stock", typed, _("Enter how many there are.")), _seen(typed)
    note = typed.get("note") or None
    variant = catalogue.set_stock(g.store.id, variant_id, stock, was=was, by=g.by, note=note)
    return variant, _("Counted %(number)s", number=grouped(stock)), stock != was


def _receive(variant_id: str, typed: Mapping[str, str]) -> Done:
    pieces = _whole("pieces", typed, _("Enter how many came in."))
    note = typed.get("note") or None
    variant = catalogue.receive(g.store.id, variant_id, pieces, by=g.by, note=note)
    return variant, _("%(number)s received", number=grouped(pieces)), True


def _correct(variant_id: str, typed: Mapping[str, str]) -> Done:
    reason, note = typed.get("reason", ""), typed.get("note") or None
    wrong: list[Any] = []
    change = 0
    try:
        change = _change(typed)
    except Invalid as refused:
        wrong += cast(list[Any], refused.facts["fields"])
    if reason not in catalogue.REASONS:
        say = _("Choose a reason.")
        wrong.append({"field": "reason", "code": "not_a_choice", "message": say})
    if wrong:
        raise fields_error(wrong)
    variant = catalogue.correct(g.store.id, variant_id, change, reason=reason, by=g.by, note=note)
    return variant, _("Corrected %(change)s", change=signed(change)), True


def _change(typed: Mapping[str, str]) -> int:
    pieces = _whole("pieces", typed, _("Enter how many."))
    if pieces == 0:
        raise field_error("pieces", "too_small", _("Enter 1 or more."))
    # A minus that somebody types says the way by itself.
    return -pieces if pieces > 0 and typed.get("way") != "in" else pieces


def _do(
    name: str, variant_id: str, act: Callable[[str, Mapping[str, str]], Done]
) -> ResponseReturnValue:
    """Do what one of the page's three forms asks for, and show how it stands then."""
    typed = {key: value for key, value in request.form.items() if key != "at"}
    try:
        variant, words, moved = act(variant_id, typed)
    except NotFound:
        raise
    except DomainError as refused:
        return _again(name, variant_id, typed, refused)
    toast = stock_view.toast(words, variant if moved else None, "variant")
    if wants_fragment():
        facts = stock_view.of_variant(variant_id)
        return render_template(DONE, name=name, toast=toast, undone=False, **facts)
    stock_view.flash_toast(toast)
    return redirect(url_for("console.show_stock", variant_id=variant_id), code=303)


def _again(
    name: str, variant_id: str, typed: Mapping[str, str], refused: DomainError
) -> ResponseReturnValue:
    field = "stock" if name == "count" else "pieces"
    wrong = Form.again(typed, refused).wrong or {field: str(refused)}
    facts = stock_view.of_variant(variant_id, **{name: Form(typed, wrong, str(refused))})
    facts |= {"name": name, "toast": None, "undone": False}
    return _refusal(DONE if wants_fragment() else SHOW, refused, **facts)


def _refusal(template: str, refused: DomainError, **facts: Any) -> ResponseReturnValue:
    return make_response(render_template(template, **facts), refused_status(refused))


def _count_in_list(variant_id: str) -> ResponseReturnValue:
    try:
        variant, _words, moved = _count(variant_id, {**request.form, "note": ""})
    except NotFound:
        raise
    except DomainError as refused:
        miscount = miscounted(variant_id, refused)
        if wants_fragment():
            found = catalogue.stocked_one(g.store.id, variant_id)
            return _refusal(ROW, refused, found=found, miscount=miscount, toast=None)
        return _refusal(LIST, refused, **stock_view.listed(), miscount=miscount)
    found = catalogue.stocked_one(g.store.id, variant_id)
    toast = stock_view.toast(
        stock_view.now_there(found.title, found.variant), variant if moved else None, "stock"
    )
    if wants_fragment():
        return render_template(ROW, found=found, miscount=None, toast=toast)
    stock_view.flash_toast(toast)
    return redirect(stock_view.list_path(), code=303)


def miscounted(variant_id: str, refused: DomainError) -> dict[str, str]:
    """Give back what was typed into a row, and why it is not the count."""
    wrong = Form.again({}, refused).wrong
    said = next(iter(wrong.values()), str(refused))
    return {"variant_id": variant_id, "typed": request.form.get("stock", ""), "message": said}


def _whole(name: str, typed: Mapping[str, str], missing: str) -> int:
    try:
        # Word processors and phones write the minus of typography.
        found = read_whole(typed.get(name, "").replace("\u2212", "-"))
    except Unread as error:
        raise field_error(name, error.code, str(error)) from error
    if found is None:
        raise field_error(name, "required", missing)
    return found


def _seen(typed: Mapping[str, str]) -> int | None:
    """Give back what the person saw, None for "not counted"."""
    try:
        return read_whole(typed.get("was", ""))
    except Unread:
        return None
