"""What an adapter begins with: everything is refused that it does not do itself."""

from collections.abc import Sequence
from typing import NoReturn

from synqro.core.money import Money
from synqro.marketplaces.adapter import Capability
from synqro.marketplaces.errors import Incapable
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


class Unable:
    """Each operation raises Incapable; an adapter overrides those of its `capabilities`."""

    marketplace: str = ""
    capabilities: frozenset[Capability] = frozenset()

    def pull_orders(self, cursor: Cursor | None) -> Pulled[PulledOrder]:
        self._cannot(Capability.PULL_ORDERS)

    def push_listing(self, offer: Offer, key: str) -> Receipt:
        self._cannot(Capability.PUSH_LISTING)

    def push_price(self, ref: Ref, price: Money, key: str) -> None:
        self._cannot(Capability.PUSH_PRICE)

    def push_stock(self, ref: Ref, quantity: int | None, key: str) -> None:
        self._cannot(Capability.PUSH_STOCK)

    def push_shipment(self, shipment: Shipment, key: str) -> Receipt:
        self._cannot(Capability.PUSH_SHIPMENT)

    def pull_payouts(self, cursor: Cursor | None) -> Pulled[PulledPayout]:
        self._cannot(Capability.PULL_PAYOUTS)

    def competitor_prices(self, refs: Sequence[Ref]) -> Sequence[CompetitorPrice]:
        self._cannot(Capability.COMPETITOR_PRICES)

    def _cannot(self, capability: Capability) -> NoReturn:
        raise Incapable(self.marketplace, capability)
