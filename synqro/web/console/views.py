"""The views of this face, imported for their routes."""

from synqro.web.console import (  # noqa: F401
    cancel,
    deliveries,
    developers,
    endpoints,
    files,
    home,
    images,
    integrations,
    mode,
    navigation,
    offer,
    orders,
    products,
    quote,
    quotes,
    refund,
    settings,
    storefront,
    wording,
    words,
)
