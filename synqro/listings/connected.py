"""Where a shop can offer things. Connectors to marketplaces will be asked here."""

from synqro.listings.errors import MarketplaceNotConnected
from synqro.listings.rows import STOREFRONT


def refuse_unconnected(marketplace: str) -> None:
    """Raise MarketplaceNotConnected for all but the shop's own storefront."""
    if marketplace != STOREFRONT:
        raise MarketplaceNotConnected(f"This shop is not connected to {marketplace}.")
