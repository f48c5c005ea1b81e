"""What is known of a listing when a rule looks at it, and what the rule says. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from synqro.costing import Fees
from synqro.repricer.terms import Terms


class Ruled(NamedTuple):
    """A rule as it is asked: `revision` counts its edits."""

    id: str
    name: str
    revision: int
    terms: Terms


class Moved(NamedTuple):
    """A change of the price: `rule_id` None where a person made it."""

    at: datetime
    before: int
    after: int
    rule_id: str | None


class Rival(NamedTuple):
    """What another seller asks; `shipping` None: nobody knows it, and it counts as 0."""

    seller: str
    price: int
    shipping: int | None
    condition: str | None
    country: str | None
    feedback_score: int | None
    feedback_bp: int | None
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """One listing at the moment of the plan. Amounts are minor units of its currency.

    `sold` is {window in days: pieces sold in it}; `moves` reach back as far as any guard looks,
    the newest first; `resting` are (rule id, revision) of rules that leave it alone since a
    change was undone; `priced_by` is the rule that made the price what it is, None where a
    person did.
    """

    listing_id: str
    marketplace: str
    sku: str | None
    tags: tuple[str, ...]
    currency: str
    base_price: int
    price: int
    min_price: int | None
    max_price: int | None
    cost: int | None
    available: int | None
    """On hand less reserved; None where nobody counts."""
    listed_at: datetime
    last_sold_at: datetime | None
    sold: Mapping[int, int]
    fees: Fees
    tax_bp: int
    tax_included: bool
    priced_by: str | None = None
    moves: tuple[Moved, ...] = ()
    resting: frozenset[tuple[str, int]] = frozenset()
    rivals: tuple[Rival, ...] = ()


class Reason(NamedTuple):
    """Why, as a code and the numbers that belong to it, ready for JSON."""

    code: str
    facts: dict[str, Any]


class Verdict(NamedTuple):
    """What the price should be: the one it has where it stays. `rule` is None where none fits."""

    price: int
    reasons: tuple[Reason, ...]
    rule: Ruled | None
