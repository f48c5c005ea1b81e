"""The views of this face, imported for their routes."""

from synqro.web.widget import (  # noqa: F401
    asking,
    assets,
    basket,
    custom,
    details,
    embed,
    measured,
    order,
    pay,
    price,
    product,
    quote,
    quote_deeds,
    refusals,
    shop,
)
