"""Where a shop can offer things. What create_app plugged in knows: it stands above this room."""

from synqro.core.wiring import plugged
from synqro.listings.errors import MarketplaceNotConnected


def refuse_unconnected(store_id: str, marketplace: str) -> None:
    """Raise MarketplaceNotConnected where this store has no connection to `marketplace`."""
    if not plugged("marketplaces")(store_id, marketplace):
        raise MarketplaceNotConnected(f"This shop is not connected to {marketplace}.")
