"""/console/listings: where everything is offered, at what price, and how that price came about."""

from typing import Any

from flask import flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from synqro import catalogue, listings
from synqro.core.errors import Changed, DomainError, Invalid
from synqro.core.typed import read_whole
from synqro.listings import AlreadyListed, Offered, Status
from synqro.web.console.answers import refused_status, wants_fragment
from synqro.web.console.blueprint import bp
from synqro.web.console.listings_form import read, typed_again, typed_of
from synqro.web.console.listings_words import places, priced_lines
from synqro.web.forms import Form

LIST, SHOW = "console/listings/list.html", "console/listings/show.html"


@bp.get("/listings")
def list_listings() -> str:
    args = request.args
    shown, place, q = args.get("status", ""), args.get("where", ""), args.get("q", "")[:200]
    status = Status(shown) if shown in list(Status) else None
    known = places()
    found = listings.listed(
        g.store.id,
        status=status,
        marketplace=place if place in known else None,
        q=q,
        cursor=args.get("cursor") or None,
        limit=50,
    )
    products = {offered.listing.product_id for offered in found.data}
    return render_template(
        LIST,
        page=found,
        images=catalogue.first_images(g.store.id, products) if products else {},
        filters={"status": status, "where": place if place in known else None, "q": q or None},
        cursor=args.get("cursor"),
        places=known,
    )


@bp.get("/listings/<listing_id>")
def show_listing(listing_id: str) -> ResponseReturnValue:
    return _page(listings.find(g.store.id, listing_id))


@bp.post("/listings/<listing_id>")
def save_listing(listing_id: str) -> ResponseReturnValue:
    """Set price and bounds; a price that nobody touched stays, repriced or not."""
    offered = listings.find(g.store.id, listing_id)
    try:
        version = read_whole(request.form.get("version", ""))
        given = read(offered.listing, request.form)
        listings.edit(g.store.id, listing_id, version=version, by=g.by, **given)
    except DomainError as refused:
        return _refused(listing_id, refused)
    return _done(listing_id, _("Listing saved"))


@bp.post("/listings/<listing_id>/pause")
def pause_listing(listing_id: str) -> ResponseReturnValue:
    return _moved(listing_id, Status.PAUSED, _("Listing paused"))


@bp.post("/listings/<listing_id>/resume")
def resume_listing(listing_id: str) -> ResponseReturnValue:
    return _moved(listing_id, Status.ACTIVE, _("Listing resumed"))


@bp.get("/listings/<listing_id>/end")
def ask_end_listing(listing_id: str) -> str:
    """Ask before a listing is over: in a dialog for htmx, else on a page of its own."""
    offered, dialog = listings.find(g.store.id, listing_id), wants_fragment()
    name = "console/listings/_end.html" if dialog else "console/listings/end.html"
    return render_template(name, offered=offered, dialog=dialog)


@bp.post("/listings/<listing_id>/end")
def end_listing(listing_id: str) -> ResponseReturnValue:
    try:
        listings.end(g.store.id, listing_id)
    except listings.ListingEnded as refused:
        return _stuck(listing_id, refused)
    return _done(listing_id, _("Listing taken down"))


@bp.post("/listings/<listing_id>/again")
def list_listing_again(listing_id: str) -> ResponseReturnValue:
    """Offer what this listing offered once more, on a new one at the price it ended with."""
    old = listings.find(g.store.id, listing_id).listing
    bounds = {"min_price": old.min_price, "max_price": old.max_price}
    try:
        made = listings.create(
            g.store.id,
            old.marketplace,
            product_id=old.product_id,
            variant_id=old.variant_id,
            by=g.by,
            price=old.base_price,
            **{name: amount for name, amount in bounds.items() if amount is not None},  # type: ignore[arg-type]
        )
    except AlreadyListed as refused:
        flash(str(refused))
        return redirect(_at(str(refused.facts["listing_id"])), code=303)
    except DomainError as refused:
        return _stuck(listing_id, refused)
    return _done(made.listing.id, _("Listed again"))


def _moved(listing_id: str, status: Any, words: str) -> ResponseReturnValue:
    try:
        listings.edit(g.store.id, listing_id, by=g.by, status=status)
    except (listings.ListingEnded, listings.ProductArchived) as refused:
        return _stuck(listing_id, refused)
    return _done(listing_id, words)


def _done(listing_id: str, words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(_at(listing_id), code=303)


def _at(listing_id: str) -> str:
    return url_for("console.show_listing", listing_id=listing_id)


def _page(offered: Offered, form: Form | None = None, **more: Any) -> str:
    listing = offered.listing
    history = listings.prices(g.store.id, listing.id, cursor=request.args.get("cursor") or None)
    return render_template(
        SHOW,
        offered=offered,
        url=listings.as_wire(g.store, offered)["url"],
        form=form or Form(typed_of(listing)),
        image=catalogue.first_images(g.store.id, [listing.product_id]).get(listing.product_id),
        page=history,
        lines=priced_lines(history.data),
        cursor=request.args.get("cursor"),
        **more,
    )


def _refused(listing_id: str, refused: DomainError) -> ResponseReturnValue:
    """Show the form as it was typed; saving over what somebody else changed is then on purpose."""
    offered = listings.find(g.store.id, listing_id)
    typed = typed_again(offered.listing, request.form)
    if isinstance(refused, Invalid):
        page = _page(offered, Form.again(typed, refused))
    elif isinstance(refused, Changed):
        page = _page(offered, Form(typed), overtaken=True)
    else:
        page = _page(offered, stuck=refused)
    return make_response(page, refused_status(refused))


def _stuck(listing_id: str, refused: DomainError) -> ResponseReturnValue:
    page = _page(listings.find(g.store.id, listing_id), stuck=refused)
    return make_response(page, refused_status(refused))
