"""The views of this face, imported for their routes."""

from synqro.web.console import (  # noqa: F401
    cancel,
    deliveries,
    developers,
    endpoints,
    home,
    images,
    integrations,
    mode,
    navigation,
    orders,
    products,
    refund,
    settings,
    storefront,
    wording,
    words,
)
