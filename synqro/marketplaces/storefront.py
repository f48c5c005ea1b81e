"""The shop's own storefront as a marketplace: what is pushed there is what the shop holds.

Nothing is pulled: its orders and payouts come by Stripe. Nobody competes on it either.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from sqlalchemy.exc import OperationalError

from synqro import catalogue, listings, stores
from synqro.core import idempotency
from synqro.core.db import transaction
from synqro.core.errors import Changed, DomainError, field_error
from synqro.core.money import Money
from synqro.listings import STOREFRONT, Offered, Status
from synqro.marketplaces.adapter import Capability
from synqro.marketplaces.errors import Rejected, Transient
from synqro.marketplaces.facts import Offer, Receipt, Ref, Standing
from synqro.marketplaces.unable import Unable

OURS = {"stock": "quantity"}  # the catalogue's names, in those of an Offer


class Storefront(Unable):
    """Speaks for one store. Each push is one transaction, together with its key."""

    marketplace = STOREFRONT
    capabilities = frozenset(
        {Capability.PUSH_LISTING, Capability.PUSH_PRICE, Capability.PUSH_STOCK}
    )

    def __init__(self, store_id: str) -> None:
        self.store_id = store_id

    def push_listing(self, offer: Offer, key: str) -> Receipt:
        """Offer a variant, or change how it is offered. Title and count are the product's own."""
        with _refusals():
            listing_id = self._once("push_listing", key, asdict(offer), lambda: self._list(offer))
            store = stores.by_id(self.store_id)
            known = listing_id and listings.find(self.store_id, listing_id)
            return Receipt(listing_id, listings.as_wire(store, known)["url"] if known else None)

    def push_price(self, ref: Ref, price: Money, key: str) -> None:
        """Charge a price; the base price that a person set stays."""
        with _refusals():
            self._once("push_price", key, [asdict(ref), price], lambda: self._price(ref, price))

    def push_stock(self, ref: Ref, quantity: int | None, key: str) -> None:
        """Count a variant, so that `quantity` can be bought beside what open checkouts hold."""
        with _refusals():
            self._once(
                "push_stock", key, [asdict(ref), quantity], lambda: self._stock(ref, quantity)
            )

    @transaction()
    def _once(self, deed: str, key: str, content: Any, act: Callable[[], str]) -> str:
        """Act, unless this key did; the key is kept for a day, in the transaction that acts."""
        said = json.dumps(content, sort_keys=True, default=str)
        wanted = idempotency.Claim(self.store_id, deed, STOREFRONT, key)
        held = idempotency.claim(wanted, sha256(said.encode()).hexdigest())
        if isinstance(held, str):
            return held
        answer = act()
        idempotency.keep(held, 200, answer)
        return answer

    def _list(self, offer: Offer) -> str:
        there = self._there(offer.ref)
        if there is None:
            return self._begun(offer)
        listing = there.listing
        if offer.standing is Standing.ENDED:
            listings.end(self.store_id, listing.id)
            return listing.id
        paused = offer.standing is Standing.PAUSED
        changes = listings.Changes(status=Status.PAUSED if paused else Status.ACTIVE)
        if self._amount(offer.price) != listing.price:
            changes["price"] = offer.price.amount
        if offer.title != there.title:
            changes["title"] = offer.title
        listings.edit(self.store_id, listing.id, **changes)
        self._count(there, offer.quantity)
        return listing.id

    def _begun(self, offer: Offer) -> str:
        if offer.standing is Standing.ENDED:
            return offer.ref.external_id or ""
        made = listings.create(
            self.store_id,
            STOREFRONT,
            product_id=offer.product_id,
            variant_id=offer.ref.variant_id,
            price=self._amount(offer.price),
            title=offer.title,
        )
        if offer.standing is Standing.PAUSED:
            listings.edit(self.store_id, made.listing.id, status=Status.PAUSED)
        self._count(made, offer.quantity)
        return made.listing.id

    def _price(self, ref: Ref, price: Money) -> str:
        listing = self._found(ref).listing
        if self._amount(price) != listing.price:
            seen = listing.price_version
            listings.set_price(self.store_id, listing.id, price.amount, expected_version=seen)
        return listing.id

    def _stock(self, ref: Ref, quantity: int | None) -> str:
        there = self._found(ref)
        self._count(there, quantity)
        return there.listing.id

    def _count(self, there: Offered, quantity: int | None) -> None:
        """Set the count, where it is another: what is promised to checkouts comes on top."""
        variant = catalogue.stocked_one(self.store_id, there.listing.variant_id).variant
        if variant.left != quantity:
            stock = None if quantity is None else quantity + variant.held
            catalogue.set_stock(self.store_id, variant.id, stock, was=variant.stock)

    def _there(self, ref: Ref) -> Offered | None:
        return listings.open_one(self.store_id, ref.variant_id, STOREFRONT)

    def _found(self, ref: Ref) -> Offered:
        found = self._there(ref)
        if found is None:
            raise listings.ListingNotFound("This is not offered in the shop.")
        return found

    def _amount(self, price: Money) -> int:
        currency = stores.by_id(self.store_id).currency
        if price.currency != currency:
            raise field_error("price", "invalid_currency", f"This shop sells in {currency}.")
        return price.amount


@contextmanager
def _refusals() -> Iterator[None]:
    """Say what the shop refuses as a marketplace does."""
    try:
        yield
    except (Changed, idempotency.InProgress, OperationalError) as error:
        raise Transient("The shop is busy with this. Try again.") from error
    except DomainError as refused:
        found: Any = refused.facts.get("fields") or [{"code": refused.code, "field": None}]
        code, field = found[0]["code"], found[0]["field"]
        words = found[0].get("message", str(refused))
        raise Rejected(words, code=code, field=OURS.get(field, field)) from refused
