"""The views of this face, imported for their routes."""

from synqro.web.widget import (  # noqa: F401
    assets,
    basket,
    details,
    embed,
    order,
    pay,
    product,
    refusals,
    shop,
)
