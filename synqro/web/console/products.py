"""/console/products: the list with its stock, the form, the order of the shelf."""

from typing import Any

from flask import abort, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from synqro import catalogue
from synqro.core.clock import now
from synqro.core.currencies import minimum
from synqro.core.errors import Changed, Invalid
from synqro.core.money import Money
from synqro.core.typed import read_whole
from synqro.web.console import stock_view
from synqro.web.console.answers import refused_status, wants_fragment
from synqro.web.console.blueprint import bp
from synqro.web.console.images import drawn_from, keep_all, take_large_body
from synqro.web.console.product_form import Draft, said
from synqro.web.forms import Form
from synqro.web.mistakes import summary

LIST, EDIT = "console/products/list.html", "console/products/edit.html"


@bp.get("/products")
def list_products() -> str:
    return render_template(LIST, **listed())


@bp.get("/products/new")
def new_product() -> str:
    return _form(Draft.blank())


@bp.post("/products/new")
def create_product() -> ResponseReturnValue:
    """Make a product with its pictures, or change the form before that."""
    take_large_body()
    draft = Draft.typed(request.form)
    if (changed := _changed(draft)) is not None:
        return changed
    try:
        fields = _read(draft, None)
        pictures = drawn_from(request.files.getlist("images"))
        product = catalogue.create_product(g.store.id, by=g.by, **fields)
    except Invalid as refused:
        lost = any(file.filename for file in request.files.getlist("images"))
        return _refused(draft, refused, lost=lost)
    keep_all(product, pictures)
    flash(_("Product created"))
    return redirect(url_for("console.edit_product", product_id=product.id), code=303)


@bp.get("/products/<product_id>")
def edit_product(product_id: str) -> str:
    product = catalogue.find(g.store.id, product_id)
    return _form(Draft.of(product), product)


@bp.post("/products/<product_id>")
def save_product(product_id: str) -> ResponseReturnValue:
    product = catalogue.find(g.store.id, product_id)
    draft = Draft.typed(request.form)
    if (changed := _changed(draft, product)) is not None:
        return changed
    try:
        version = read_whole(draft.values.get("version", ""))
        fields = _read(draft, product)
        _save(draft, product_id, version, fields)
    except Changed as refused:
        return _overtaken(draft, catalogue.find(g.store.id, product_id), refused)
    except Invalid as refused:
        return _refused(draft, refused, product)
    flash(_("Product saved"))
    return redirect(url_for("console.edit_product", product_id=product_id), code=303)


@bp.post("/products/<product_id>/archive")
def archive_product(product_id: str) -> ResponseReturnValue:
    product = catalogue.archive_product(g.store.id, product_id)
    path = url_for("console.restore_product", product_id=product_id)
    words = _("%(title)s archived", title=product.title)
    stock_view.flash_toast({"words": words, "path": path, "fields": {}})
    return redirect(url_for("console.list_products"), code=303)


@bp.post("/products/<product_id>/restore")
def restore_product(product_id: str) -> ResponseReturnValue:
    product = catalogue.restore_product(g.store.id, product_id)
    here = _("%(title)s is in the shop again", title=product.title)
    flash(here if product.on_shelf else _("%(title)s restored", title=product.title))
    return redirect(url_for("console.edit_product", product_id=product_id), code=303)


@bp.post("/products/<product_id>/move")
def move_product(product_id: str) -> ResponseReturnValue:
    """Swap with the neighbour; the answer is the table, so that both rows are seen moving."""
    catalogue.move_product(g.store.id, product_id, up=request.form.get("to") == "up")
    if wants_fragment():
        return render_template("console/products/_table.html", **listed())
    return redirect(url_for("console.list_products", cursor=request.args.get("cursor")), code=303)


def listed() -> dict[str, Any]:
    """Give back the list as the address narrows it."""
    args, store_id = request.args, g.store.id
    shown, q = args.get("show", ""), args.get("q", "")[:200]
    kind = catalogue.Shown(shown) if shown in list(catalogue.Shown) else catalogue.Shown.ACTIVE
    found = catalogue.listing(
        store_id, shown=kind, q=q, cursor=args.get("cursor") or None, limit=50
    )
    return {"page": found, "counts": catalogue.counts(store_id), "shown": kind, "q": q}


def _read(draft: Draft, product: catalogue.Product | None) -> catalogue.Fields:
    """Give back what the form means. Raises Invalid naming everything that is wrong."""
    if draft.stale:
        draft.rebuild()
        if not draft.stale and draft.built:
            say = _("The options changed. Look at the variants below, then save.")
            raise Invalid(say, fields=[])
    fields, unread = draft.fields(g.store.currency)
    found = catalogue.wrong_in(g.store.id, product, **fields)
    placed = [{**w, "field": draft.at_its_row(w["field"])} for w in found]
    problems = {w["field"]: _named(w) for w in [*placed, *unread]}
    if problems:
        raise Invalid(summary(len(problems)), fields=list(problems.values()))
    return said(fields, product) if product else fields


def _named(wrong: dict[str, str]) -> dict[str, str]:
    """Say what is missing by its name, for the list above the form."""
    missing = {
        "title": _("Enter a title."),
        "price": _("Enter a price."),
        "name": _("Give the option a name."),
    }
    part = wrong["field"].rpartition(".")[2]
    if wrong["code"] == "required" and part in missing:
        return {**wrong, "message": missing[part]}
    return wrong


def _changed(draft: Draft, product: catalogue.Product | None = None) -> ResponseReturnValue | None:
    """Do what a button inside the form asks for; None where the product is to be saved."""
    step, _colon, at = request.form.get("do", "save").partition(":")
    if step == "save":
        return None
    if step == "add_option":
        draft.add_option()
    elif step == "remove_option" and at.isdecimal() and int(at) < draft.options:
        draft.remove_option(int(at))
        draft.rebuild()
    elif step == "build":
        draft.rebuild()
    else:
        abort(400, _("This button belongs to another page."))
    facts = _facts(draft, product, step=step)
    if draft.stale and step == "build":
        wrong = map(_named, catalogue.wrong_options(draft.wanted))
        facts["form"] = Form(draft.values, {w["field"]: w["message"] for w in wrong})
    return render_template("console/products/_options.html" if wants_fragment() else EDIT, **facts)


def _facts(draft: Draft, product: catalogue.Product | None, **more: Any) -> dict[str, Any]:
    least = Money(minimum(g.store.currency), g.store.currency).format(g.store.locale)
    stored = {variant.id: variant for variant in product.variants} if product else {}
    facts = {"draft": draft, "product": product, "form": Form(draft.values), "least": least}
    return {**facts, "stored": stored, **more}


def _form(draft: Draft, product: catalogue.Product | None = None, **more: Any) -> str:
    return render_template(EDIT, **_facts(draft, product, **more))


def _refused(
    draft: Draft, refused: Invalid, product: catalogue.Product | None = None, **more: Any
) -> ResponseReturnValue:
    form = Form.again(draft.values, refused)
    return make_response(_form(draft, product, form=form, **more), refused_status(refused))


def _save(
    draft: Draft, product_id: str, version: int | None, fields: catalogue.Fields
) -> catalogue.Product:
    """Save what was read. Raises as the catalogue does, with the form's names for its fields."""
    try:
        return catalogue.edit_product(g.store.id, product_id, version=version, by=g.by, **fields)
    except Invalid as refused:
        wrong: Any = refused.facts["fields"]
        placed = [{**problem, "field": draft.at_its_row(problem["field"])} for problem in wrong]
        raise Invalid(str(refused), fields=placed) from refused


def _overtaken(draft: Draft, product: catalogue.Product, refused: Changed) -> ResponseReturnValue:
    """Show what was typed beside what stands there by now; saving again is then on purpose."""
    stored = Draft.of(product).values
    labels = {
        "title": _("Title"),
        "description": _("Description"),
        "price": _("Price"),
        "cost": _("What a piece costs to make"),
    }
    theirs = [
        (words, stored.get(name, ""))
        for name, words in labels.items()
        if stored.get(name, "").strip() != draft.values.get(name, "").strip()
    ]
    draft.values["version"] = str(product.version)
    page = _form(draft, product, theirs=theirs, changed_at=product.updated_at, seen_at=now())
    return make_response(page, refused_status(refused))
