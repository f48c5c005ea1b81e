"""/v1/listings: where things are offered, and at what price."""

from typing import Any, Literal

from flask import g
from pydantic import BaseModel, Field

from synqro import catalogue, listings
from synqro.core.pages import InvalidCursor
from synqro.listings import Offered
from synqro.web.amounts import AmountOut
from synqro.web.api.blueprint import bp
from synqro.web.api.listing_bodies import ListingChangesIn, ListingIn
from synqro.web.api.lists import ListIn, ListOut, listed
from synqro.web.api.once import once
from synqro.web.contract import Nothing, operation
from synqro.web.times import TimeOut


class ListingsIn(ListIn):
    marketplace: str | None = Field(None, max_length=40)
    status: listings.Status | None = None
    sku: str | None = Field(None, max_length=200, description="Of the variant, as it is now.")


class ListingOut(BaseModel):
    """`price` is what is charged now, `base_price` what a person last set; they differ while a
    repricer moves the price, always between `min_price` and `max_price`. `quantity` is null
    where stock is not tracked.
    """

    id: str
    object: Literal["listing"] = "listing"
    product_id: str
    variant_id: str
    sku: str | None
    marketplace: str = Field(examples=["storefront"])
    external_id: str | None
    url: str | None
    title: str
    price: AmountOut
    base_price: AmountOut
    currency: str
    quantity: int | None
    status: listings.Status
    status_reason: str | None
    min_price: AmountOut | None
    max_price: AmountOut | None
    created_at: TimeOut
    updated_at: TimeOut


@bp.get("/listings")
@operation(
    scope="listings:read", query=ListingsIn, out=ListOut[ListingOut], raises=(InvalidCursor,)
)
def list_listings(query: ListingsIn) -> dict[str, Any]:
    """List what is offered, or was, the newest first."""
    return listed(listings.listed(g.store.id, **query.model_dump()), _shown)


@bp.post("/listings")
@operation(
    scope="listings:write",
    body=ListingIn,
    out=ListingOut,
    status=201,
    raises=(
        listings.MarketplaceNotConnected,
        listings.AlreadyListed,
        listings.ProductArchived,
        catalogue.ProductNotFound,
    ),
)
def create_listing(body: ListingIn) -> dict[str, Any]:
    """Offer something.

    A listing on the storefront is active at once, and its price is what the shop charges.
    """
    return _shown(once(lambda: _made(body), lambda made: made.listing.id, _find))


@bp.get("/listings/<listing_id>")
@operation(scope="listings:read", out=ListingOut, raises=(listings.ListingNotFound,))
def get_listing(listing_id: str) -> dict[str, Any]:
    """Show one listing."""
    return _shown(_find(listing_id))


@bp.patch("/listings/<listing_id>")
@operation(
    scope="listings:write",
    body=ListingChangesIn,
    out=ListingOut,
    raises=(listings.ListingNotFound, listings.ListingEnded, listings.ProductArchived),
)
def change_listing(listing_id: str, body: ListingChangesIn) -> dict[str, Any]:
    """Change a listing, pause it or activate it again.

    A checkout that is open keeps the price it was opened at.
    """
    return _shown(listings.edit(g.store.id, listing_id, by=g.by, **body.changes()))


@bp.post("/listings/<listing_id>/end")
@operation(
    scope="listings:write",
    body=Nothing,
    out=ListingOut,
    raises=(listings.ListingNotFound, listings.ListingEnded),
)
def end_listing(listing_id: str, body: Nothing) -> dict[str, Any]:
    """End a listing, for good. The product stays, and can be listed again."""
    return _shown(listings.end(g.store.id, listing_id))


def _made(body: ListingIn) -> Offered:
    given = body.offer()
    if body.product is not None:
        fields = body.product.fields()
        return listings.create_with_product(
            g.store.id, body.marketplace, product=fields, by=g.by, **given
        )
    return listings.create(
        g.store.id,
        body.marketplace,
        product_id=body.product_id or "",
        variant_id=body.variant_id,
        by=g.by,
        **given,
    )


def _find(listing_id: str) -> Offered:
    return listings.find(g.store.id, listing_id)


def _shown(offered: Offered) -> dict[str, Any]:
    return listings.as_wire(g.store, offered)
