"""Who follows the products: told of each change as it is made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from synqro.catalogue.models import Product
from synqro.core.db import db
from synqro.core.wiring import plugged
from synqro.stores import NOBODY, By


class Deed(StrEnum):
    """What was done with a product. A new one is listed, or waits unlisted for its listings."""

    LISTED = "listed"
    UNLISTED = "unlisted"
    EDITED = "edited"
    ARCHIVED = "archived"
    RESTORED = "restored"


@dataclass(frozen=True)
class Change:
    """`paths` names each variant of an edit by what its errors begin with, as in `variants.0.`;
    `came` are the variants that were not offered before, `priced` those whose price was given,
    be it the one they had.
    """

    deed: Deed
    paths: Mapping[str, str] = field(default_factory=dict)
    came: frozenset[str] = frozenset()
    priced: frozenset[str] = frozenset()
    by: By = NOBODY


def tell_followers(product: Product, change: Change) -> None:
    """Call whoever create_app plugged in, inside the transaction of the change.

    A follower that raises undoes the change.
    """
    db.session.flush()
    for follow in plugged("product_listeners"):
        follow(product, change)
