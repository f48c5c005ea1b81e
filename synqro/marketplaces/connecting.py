"""Which marketplaces are spoken to here, and which of them a store is connected to."""

from collections.abc import Callable, Mapping

from synqro.listings import STOREFRONT
from synqro.marketplaces.adapter import Adapter
from synqro.marketplaces.errors import UnknownMarketplace
from synqro.marketplaces.storefront import Storefront

Opens = Callable[[str], Adapter]
"""Gives back the adapter that speaks for one store, by the store's id."""
ADAPTERS: dict[str, Opens] = {STOREFRONT: Storefront}


def adapters() -> Mapping[str, Opens]:
    """Give back how each marketplace is spoken to, by its name."""
    return ADAPTERS


def adapter_of(marketplace: str) -> Opens:
    """Give back how a marketplace is spoken to. Raises UnknownMarketplace."""
    if (found := ADAPTERS.get(marketplace)) is None:
        raise UnknownMarketplace(f"There is no way to {marketplace}.")
    return found


def connected(store_id: str, marketplace: str) -> bool:
    """Say whether this store is connected to a marketplace; to its own storefront it always is."""
    return marketplace == STOREFRONT
