"""The views of this face, imported for their routes."""

from synqro.web.console import (  # noqa: F401
    home,
    images,
    integrations,
    mode,
    navigation,
    orders,
    products,
    settings,
    storefront,
    wording,
    words,
)
