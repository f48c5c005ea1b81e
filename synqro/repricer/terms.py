"""What a rule says, as values. Pure: minor units, basis points, minutes, aware UTC."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class StrategyType(StrEnum):
    STOCK = "stock"
    VELOCITY = "velocity"
    AGE = "age"
    MARGIN = "margin"
    FIXED = "fixed"
    COMPETITOR = "competitor"


class Fallback(StrEnum):
    """What a price does where the strategy does not hold."""

    HOLD = "hold"
    BASE = "base"
    MAX = "max"
    FLOOR = "floor"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which listings a rule is for: those that fit every list given; all of them with `all`."""

    all: bool = False
    listing_ids: tuple[str, ...] = ()
    skus: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    marketplaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Band:
    """Up to `most` pieces the base price moves by `adjust_bp`; the first band that fits counts."""

    most: int
    adjust_bp: int


@dataclass(frozen=True, slots=True)
class StockBands:
    """By how many are left. Above the last band: the base price."""

    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class Velocity:
    """By how many were sold in the last `window_days`. Above the last band: the base price."""

    window_days: int
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class Age:
    """Down by `step_bp` after `start_days` without a sale and again every `every_days`, by
    `max_total_bp` at most; both are below 0. A listing never sold counts from its first day.
    """

    start_days: int
    every_days: int
    step_bp: int
    max_total_bp: int


@dataclass(frozen=True, slots=True)
class Margin:
    """The price that leaves `target_bp` of itself, without tax, after cost and payment fees."""

    target_bp: int


@dataclass(frozen=True, slots=True)
class Fixed:
    price: int


class Target(StrEnum):
    LOWEST = "lowest"
    SECOND_LOWEST = "second_lowest"
    MEDIAN = "median"
    SELLER = "seller"


class Action(StrEnum):
    MATCH = "match"
    BEAT = "beat"
    ABOVE = "above"


class Basis(StrEnum):
    LANDED = "landed"  # with shipping
    ITEM = "item"


@dataclass(frozen=True, slots=True)
class Competitor:
    """Against what others ask. `amount` or `by_bp` is the distance kept; both 0 with `match`."""

    action: Action
    target: Target = Target.LOWEST
    seller: str | None = None
    amount: int = 0
    by_bp: int = 0
    basis: Basis = Basis.LANDED
    if_none: Fallback = Fallback.HOLD
    if_below_floor: Fallback = Fallback.FLOOR


Strategy = StockBands | Velocity | Age | Margin | Fixed | Competitor


@dataclass(frozen=True, slots=True)
class Filters:
    """Which prices of others count. Names are compared without regard to case.

    `max_age_minutes` is the schema's 360 where the rule has filters but no age.
    """

    exclude_sellers: tuple[str, ...] = ()
    include_sellers: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    min_feedback_score: int | None = None
    min_feedback_bp: int | None = None
    max_age_minutes: int = 360
    ignore_below_base_bp: int | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """At least one of `min` and `min_margin_bp` is there."""

    min: int | None = None
    max: int | None = None
    min_margin_bp: int | None = None


class Direction(StrEnum):
    DOWN = "down"
    UP = "up"
    NEAREST = "nearest"


@dataclass(frozen=True, slots=True)
class Rounding:
    """`ending` is what the last two minor digits become: 99 for 24.99."""

    ending: int
    direction: Direction = Direction.DOWN


class Exceed(StrEnum):
    CLAMP = "clamp"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class PriceWar:
    """After `max_drops` in `window_hours` it rests for `rest_hours`."""

    window_hours: int
    max_drops: int
    rest_hours: int
    action: Fallback = Fallback.HOLD


@dataclass(frozen=True, slots=True)
class Guards:
    cooldown_minutes: int = 60
    per_run_bp: int = 1500
    per_day_bp: int = 3000
    changes_per_day: int = 24
    min_change: int | None = None
    on_exceed: Exceed = Exceed.CLAMP
    price_war: PriceWar | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """On `days` (0 is Monday) from `since` to `until`, minutes after midnight where the rule is.

    One that ends before it begins runs past midnight into the next day; one that ends when it
    begins lasts the whole day.
    """

    days: tuple[int, ...]
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a rule holds. No windows: always. Before `starts_at` it is not there; after `ends_at`
    it only does what `outside` says with the prices that it set.
    """

    timezone: str
    active: tuple[Window, ...] = ()
    outside: Fallback = Fallback.HOLD
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What a rule says of the listings in its scope, in `currency`."""

    currency: str
    scope: Scope
    strategy: Strategy
    bounds: Bounds
    rounding: Rounding | None = None
    guards: Guards = Guards()
    schedule: Schedule | None = None
    filters: Filters | None = None
