"""The views of this face, imported for their routes."""

from synqro.web.console import (  # noqa: F401
    account,
    home,
    images,
    integrations,
    mode,
    navigation,
    orders,
    products,
    storefront,
    wording,
)
