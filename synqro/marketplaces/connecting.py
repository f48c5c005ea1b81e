"""Which marketplaces a store can offer things on now."""

from synqro.listings import STOREFRONT


def connected(store_id: str, marketplace: str) -> bool:
    """Say whether this store is connected to a marketplace; to its own storefront it always is."""
    return marketplace == STOREFRONT
