"""/console/repricer/competitors: what other sellers ask, each with its date and source."""

from typing import Any

from flask import Response, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from synqro import catalogue, repricer
from synqro.core.clock import today
from synqro.core.errors import DomainError, Invalid
from synqro.repricer import CompetitorPrice
from synqro.web.console.answers import refused_status
from synqro.web.console.blueprint import bp
from synqro.web.console.competitors_form import as_fields, blank, read, typed, typed_of
from synqro.web.console.competitors_words import seen_ago
from synqro.web.console.stock_export import as_file
from synqro.web.forms import Form

LIST, SHOW = (f"console/competitors/{name}.html" for name in ("list", "show"))
PAGE, CHOICES = 50, 200


@bp.get("/repricer/competitors")
def list_competitors() -> ResponseReturnValue:
    """Show what others ask, product after product, and a form for one more price."""
    return _page(Form(blank(request.args.get("variant_id", "")[:64])))


@bp.post("/repricer/competitors")
def note_competitor_price() -> ResponseReturnValue:
    values = typed(request.form)
    try:
        variant_id = values["variant_id"][:64]
        found = repricer.note_price(g.store.id, variant_id=variant_id, by=g.by, **read(values))
    except (Invalid, repricer.NewerPriceKnown) as refused:
        return _page(Form.again(values, refused), refused)
    flash(_("Price of %(seller)s saved", seller=found.seller))
    return _home()


@bp.get("/repricer/competitors/<price_id>")
def edit_competitor_price(price_id: str) -> ResponseReturnValue:
    found = repricer.find_price(g.store.id, price_id)
    return _one(found, Form(typed_of(found)))


@bp.post("/repricer/competitors/<price_id>")
def save_competitor_price(price_id: str) -> ResponseReturnValue:
    """Put right what was typed, its date too."""
    found, values = repricer.find_price(g.store.id, price_id), typed(request.form)
    try:
        repricer.correct_price(g.store.id, price_id, by=g.by, **read(values, found))
    except Invalid as refused:
        again = repricer.find_price(g.store.id, price_id)
        return _one(again, Form.again(values, refused), refused)
    flash(_("Price saved"))
    return _home()


@bp.post("/repricer/competitors/<price_id>/forget")
def forget_competitor_price(price_id: str) -> ResponseReturnValue:
    gone = repricer.forget_price(g.store.id, price_id)
    words = _("Price of %(seller)s forgotten", seller=gone.seller)
    path = url_for("console.note_competitor_price")
    undo = {"words": words, "path": path, "fields": as_fields(gone)}
    flash(Markup(render_template("console/products/_undo.html", undo=undo)))  # noqa: S704
    return _home()


@bp.get("/repricer/competitors/export")
def export_competitors() -> Response:
    """Give out all prices, as a file that the import reads again."""
    name = f"competitor prices {today(g.store.timezone).isoformat()}.csv"
    return as_file(repricer.export_prices(g.store.id), name)


def _page(form: Form, refused: DomainError | None = None) -> ResponseReturnValue:
    q, cursor = request.args.get("q", "")[:200], request.args.get("cursor") or None
    page = repricer.competitor_prices(g.store.id, q=q, cursor=cursor, limit=PAGE)
    known = catalogue.known(g.store.id, {price.variant_id for price in page.data})
    shown = render_template(
        LIST,
        page=page,
        known=known,
        q=q,
        cursor=cursor,
        form=form,
        **_choices(q, form.value("variant_id")),
        seen_ago=seen_ago,
    )
    return make_response(shown, refused_status(refused) if refused else 200)


def _one(
    found: CompetitorPrice, form: Form, refused: DomainError | None = None
) -> ResponseReturnValue:
    named = catalogue.known(g.store.id, [found.variant_id]).get(found.variant_id)
    shown = render_template(
        SHOW, found=found, named=named, form=form, repricer=repricer, seen_ago=seen_ago
    )
    return make_response(shown, refused_status(refused) if refused else 200)


def _choices(q: str, chosen: str) -> dict[str, Any]:
    """Give back the variants to choose from, those that a search finds where there is one."""
    page = catalogue.stocked(g.store.id, q=q, limit=CHOICES)
    named = [
        (one.variant.id, ", ".join(filter(None, (one.title, one.words, one.variant.sku))))
        for one in page.data
    ]
    if chosen and chosen not in dict(named) and "\0" not in chosen:
        for one in catalogue.known(g.store.id, [chosen]).values():
            named.insert(0, (one.variant_id, ", ".join([one.title, *one.options.values()])))
    return {"choices": [("", _("Choose one")), *named], "more_choices": page.has_more}


def _home() -> ResponseReturnValue:
    return redirect(url_for("console.list_competitors"), code=303)
