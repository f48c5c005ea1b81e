"""A listing as the outside reads it, in /v1 and in webhooks."""

from typing import Any

from synqro.core.money import Money
from synqro.core.times import moment
from synqro.core.wiring import settings
from synqro.listings.models import Listing, Status
from synqro.listings.reading import Offered
from synqro.listings.rows import STOREFRONT
from synqro.stores import Store


def as_wire(store: Store, offered: Offered) -> dict[str, Any]:
    """Give back the listing as `/v1/listings/{id}` shows it, ready for JSON."""
    row = offered.listing
    return {
        "id": row.id,
        "object": "listing",
        "product_id": row.product_id,
        "variant_id": row.variant_id,
        "sku": offered.variant.sku,
        "marketplace": row.marketplace,
        "external_id": row.external_id,
        "url": _url(store, row),
        "title": offered.title,
        "price": Money(row.price, row.currency).number,
        "base_price": Money(row.base_price, row.currency).number,
        "currency": row.currency,
        "quantity": offered.quantity,
        "status": row.status.value,
        "status_reason": row.status_reason,
        "min_price": _amount(row.min_price, row.currency),
        "max_price": _amount(row.max_price, row.currency),
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
    }


def _url(store: Store, row: Listing) -> str | None:
    """Give back where customers see it; nothing of the storefront's that is over."""
    if row.marketplace != STOREFRONT:
        return row.url
    here = f"{settings().public_url}/s/{store.publishable_key}/products/{row.product_id}"
    return None if row.status is Status.ENDED else here


def _amount(amount: int | None, currency: str) -> int | float | None:
    return None if amount is None else Money(amount, currency).number
