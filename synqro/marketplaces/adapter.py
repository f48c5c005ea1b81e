"""How a marketplace is spoken to: one Protocol, whatever stands behind it.

What shaped it, from eBay's published contracts and from Vendure 3:

- An adapter speaks for one store's connection, so nothing here carries credentials.
- Stock is a number, never a difference: both set it absolutely (`availableQuantity`,
  `stockOnHand`), and a difference that is sent twice is wrong for good.
- Every push has a `key`. Neither of the two knows idempotency keys, so an adapter keeps them
  itself; where the answer to a push was lost it looks before it acts again, above all at
  shipments: eBay's `shipping_fulfillment` answers 201 without a body and makes a second one
  when it is asked again, Vendure's takes two steps, the second of which may be missing.
- Changed orders are found by a time with the precision of seconds, in indexes that lag. So
  cursors overlap, the same order comes again, and whoever pulls upserts by `external_id`.
- eBay's contracts require almost nothing of an answer: what may be absent is None here.
- Amounts are `Money`, exact minor units. eBay writes major units as text, Vendure minor units.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from synqro.core.money import Money
from synqro.marketplaces.facts import (
    CompetitorPrice,
    Cursor,
    Offer,
    Pulled,
    PulledOrder,
    PulledPayout,
    Receipt,
    Ref,
    Shipment,
)


class Capability(StrEnum):
    """What an adapter can do, each by the name of its operation."""

    PULL_ORDERS = "pull_orders"
    PUSH_LISTING = "push_listing"
    PUSH_PRICE = "push_price"
    PUSH_STOCK = "push_stock"
    PUSH_SHIPMENT = "push_shipment"
    PULL_PAYOUTS = "pull_payouts"
    COMPETITOR_PRICES = "competitor_prices"


class Adapter(Protocol):
    """One store's way to a marketplace.

    Each operation raises Incapable if it is not among `capabilities`, and else no error but
    AuthExpired, RateLimited, Rejected and Transient. Whoever calls holds no transaction, for
    an operation may speak to the network, and may repeat any of them.

    A push acts once for its `key`: the same push with the same key changes nothing any more,
    for a day at least, and gives back the same receipt; another push with it is Rejected. A
    push that failed has not used up its key.
    """

    @property
    def marketplace(self) -> str: ...

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What this connection can do. Two of one marketplace may differ: eBay's payouts need
        signatures, its competitor prices the merchant's word that eBay consents.
        """
        ...

    def pull_orders(self, cursor: Cursor | None) -> Pulled[PulledOrder]:
        """Give back the next orders that were made or changed, and where to go on.

        None begins at the beginning. No order is ever passed over: at the end of what there
        is, the cursor stays so far behind it that what appears late is still ahead.
        """
        ...

    def push_listing(self, offer: Offer, key: str) -> Receipt:
        """Make the listing stand exactly as `offer` says, new or not.

        The offer is whole, for eBay's inventory items are replaced, not patched. The receipt
        has what the marketplace calls the listing; the next pushes bring it in their Ref.
        """
        ...

    def push_price(self, ref: Ref, price: Money, key: str) -> None:
        """Charge `price` from now on; nothing else of the listing changes."""
        ...

    def push_stock(self, ref: Ref, quantity: int | None, key: str) -> None:
        """Let exactly `quantity` be bought from now on; None where nobody counts.

        A marketplace that must be told a number is told one by its adapter.
        """
        ...

    def push_shipment(self, shipment: Shipment, key: str) -> Receipt:
        """Say that pieces of an order have left; the receipt has the shipment's id there."""
        ...

    def pull_payouts(self, cursor: Cursor | None) -> Pulled[PulledPayout]:
        """Give back the next payouts, each with all of its lines, and where to go on.

        One that changes later (eBay's REVERSED) comes again with its new status.
        """
        ...

    def competitor_prices(self, refs: Sequence[Ref]) -> Sequence[CompetitorPrice]:
        """Give back what others ask for the same things, each price with the time it was seen.

        eBay's may not be used to set prices without its written consent.
        """
        ...
