"""What a face may say about a listing. An absent field stays as it is, None clears it."""

from typing import Literal, TypedDict

from synqro.listings.models import Status


class Fields(TypedDict, total=False):
    """Amounts are in minor units; of `quantity` None means that nobody counts."""

    price: int
    title: str | None
    quantity: int | None
    min_price: int | None
    max_price: int | None


class Changes(Fields, total=False):
    status: Literal[Status.ACTIVE, Status.PAUSED]
