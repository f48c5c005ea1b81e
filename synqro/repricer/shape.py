"""The shape of a rule: the one place that says which fields there are, and what they take."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from synqro.repricer.kinds import (
    Amount,
    Choice,
    Clock,
    Counted,
    Flag,
    Many,
    Moment,
    Percent,
    Text,
    Whole,
    Wrongs,
    Zone,
)
from synqro.repricer.models import Mode
from synqro.repricer.parts import Field, OneOf, Part
from synqro.repricer.terms import (
    Action,
    Basis,
    Bounds,
    Competitor,
    Direction,
    Exceed,
    Fallback,
    Filters,
    Guards,
    PriceWar,
    Rounding,
    Schedule,
    Scope,
    StrategyType,
    Target,
)

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MARKETPLACES = ("storefront", "ebay", "etsy", "amazon", "vendure")
MOST_NAMED, MOST_WINDOWS = 1_000, 50
# What the published schema allows of the first; of the second it allows any number.
MOST_BANDS, MOST_SPEEDS = 20, 200
LONGEST_ID, LONGEST_TEXT = 64, 200
MOST_COUNTED = 1_000_000_000
ADJUST = Percent(-9_000, 20_000)
MARGIN = Percent(0, 9_500)
STEP_LIMIT = Percent(1, 10_000)


@dataclass(frozen=True)
class CompetitorPart(Part):
    """What is kept of `by` are an amount and a share, of which one is 0."""

    def read_known(self, value: Mapping[str, Any], at: str, wrongs: Wrongs) -> dict[str, Any]:
        said = super().read_known(value, at, wrongs)
        by = said.get("by")
        if isinstance(by, dict):
            said["by_bp" if by["type"] == "percent" else "amount"] = by["value"]
        return said

    def write(self, value: Mapping[str, Any], currency: str) -> dict[str, Any]:
        if value.get("action") == Action.MATCH:
            return super().write(value, currency)
        if amount := value.get("amount"):
            by = {"type": "amount", "value": amount}
        else:
            by = {"type": "percent", "value": value.get("by_bp", 0)}
        return super().write({**value, "by": by}, currency)


def _bands(most: str, words: str, longest: int) -> Many:
    each = Part(
        (
            Field(most, Whole(0, MOST_COUNTED), words, attr="most", needed=True),
            Field(
                "adjust_percent",
                ADJUST,
                "By how much the base price moves.",
                attr="adjust_bp",
                needed=True,
            ),
        )
    )
    return Many(each, longest)


def _value(kind: Percent | Amount) -> Part:
    return Part((Field("value", kind, needed=True),))


COMPETITOR = CompetitorPart(
    (
        Field("target", Choice(Target), "Whose price counts."),
        Field("seller", Text(LONGEST_TEXT), "Needed where `target` is seller."),
        Field("action", Choice(Action), needed=True),
        Field(
            "by",
            OneOf({"amount": _value(Amount()), "percent": _value(Percent(0, 5_000))}),
            "The distance kept: needed with beat and above.",
        ),
        Field("basis", Choice(Basis), "With shipping, or without."),
        Field("if_none", Choice(Fallback, but=(Fallback.FLOOR,)), "Where nobody else sells it."),
        Field(
            "if_below_floor",
            Choice(Fallback, but=(Fallback.BASE,)),
            "Where the target is below the floor; max needs guards.price_war.",
        ),
    ),
    make=Competitor,
    words="Against what others ask.",
)
STRATEGIES: dict[str, Part] = {
    StrategyType.STOCK: Part(
        (
            Field(
                "bands",
                _bands("max_available", "Up to how many are left.", MOST_BANDS),
                "From few to many: the first band that fits counts. Above the last one: the"
                " base price.",
                needed=True,
            ),
        ),
        words="By how many are left.",
    ),
    StrategyType.VELOCITY: Part(
        (
            Field("window_days", Whole(1, 90), "How far back sales count.", needed=True),
            Field(
                "bands",
                _bands("max_units", "Up to how many were sold.", MOST_SPEEDS),
                "From few to many: the first band that fits counts. Above the last one: the"
                " base price.",
                needed=True,
            ),
        ),
        words="By how many were sold lately.",
    ),
    StrategyType.AGE: Part(
        (
            Field("start_days", Whole(0, 3_650), "Days without a sale.", needed=True),
            Field("every_days", Whole(1, 365), "Days between two steps.", needed=True),
            Field("step_percent", Percent(-5_000, -1), attr="step_bp", needed=True),
            Field(
                "max_total_percent",
                Percent(-9_000, -1),
                "All steps together.",
                attr="max_total_bp",
                needed=True,
            ),
        ),
        words="Down, step by step, while nothing is sold.",
    ),
    StrategyType.MARGIN: Part(
        (Field("target_margin_percent", MARGIN, attr="target_bp", needed=True),),
        words="What leaves this margin after cost, tax and payment fees.",
    ),
    StrategyType.FIXED: Part((Field("price", Amount(), needed=True),), words="This price."),
    StrategyType.COMPETITOR: COMPETITOR,
}
SCOPE = Part(
    (
        Field("all", Flag(), "Every listing, or with `marketplaces` every one there."),
        Field("listing_ids", Many(Text(LONGEST_ID), MOST_NAMED)),
        Field("skus", Many(Text(LONGEST_TEXT), MOST_NAMED)),
        Field("tags", Many(Text(LONGEST_TEXT), MOST_NAMED)),
        Field("marketplaces", Many(Choice(MARKETPLACES), MOST_NAMED)),
    ),
    make=Scope,
    words="Which listings: those that fit every list given.",
)
BOUNDS = Part(
    (
        Field("min", Amount(), "No price goes below this."),
        Field("max", Amount(), "No price goes above this."),
        Field(
            "min_margin_percent",
            MARGIN,
            "What is left of the price at least, without tax, after cost and payment fees.",
            attr="min_margin_bp",
        ),
    ),
    make=Bounds,
    words="`min` or `min_margin_percent` is needed; `max` where the strategy can raise the price.",
)
ROUNDING = Part(
    (
        Field(
            "ending",
            Whole(0, 99),
            "The last two minor digits of the price: 99 for 24.99.",
            needed=True,
        ),
        Field("direction", Choice(Direction)),
    ),
    make=Rounding,
)
PRICE_WAR = Part(
    (
        Field("window_hours", Whole(1, 168), needed=True),
        Field("max_drops", Whole(1, 100), needed=True),
        Field("rest_hours", Whole(1, 168), needed=True),
        Field("action", Choice(Fallback, but=(Fallback.MAX, Fallback.FLOOR))),
    ),
    make=PriceWar,
    words="After so many drops within the window, prices rest.",
)
GUARDS = Part(
    (
        Field("cooldown_minutes", Whole(0, 10_080), "Between two changes."),
        Field("max_change_per_run_percent", STEP_LIMIT, attr="per_run_bp"),
        Field("max_change_per_day_percent", STEP_LIMIT, attr="per_day_bp"),
        Field("max_changes_per_day", Whole(1, 200), attr="changes_per_day"),
        Field("min_change", Amount(), "A smaller change is not made."),
        Field("on_exceed", Choice(Exceed), "Go as far as is allowed, or not at all."),
        Field("price_war", PRICE_WAR),
    ),
    make=Guards,
    words="Absent: all the defaults, with no `min_change` and no `price_war`. They are shown.",
)
WINDOW = Part(
    (
        Field("days", Many(Counted(DAYS), 7), needed=True),
        Field("from", Clock(), attr="since", needed=True),
        Field("to", Clock(), "Before `from`: the next day.", attr="until", needed=True),
    )
)
SCHEDULE = Part(
    (
        Field("timezone", Zone(), needed=True),
        Field("active", Many(WINDOW, MOST_WINDOWS, 0), "When it holds; none: always."),
        Field(
            "outside",
            Choice(Fallback, but=(Fallback.FLOOR,)),
            "What prices do at other times.",
        ),
        Field("starts_at", Moment()),
        Field("ends_at", Moment()),
    ),
    make=Schedule,
)
SELLERS = Many(Text(LONGEST_TEXT), MOST_NAMED, 0)
FILTERS = Part(
    (
        Field("exclude_sellers", SELLERS),
        Field("include_sellers", SELLERS, "Only these."),
        Field("conditions", SELLERS),
        Field("countries", Many(Text(2, "[A-Z]{2}", "GB"), MOST_NAMED, 0)),
        Field("min_feedback_score", Whole(0, MOST_COUNTED)),
        Field("min_feedback_percent", Percent(0, 10_000), attr="min_feedback_bp"),
        Field("max_age_minutes", Whole(1, 1_440), "How old a price may be."),
        Field("ignore_below_percent_of_base", Percent(0, 10_000), attr="ignore_below_base_bp"),
    ),
    make=Filters,
    words="Which prices of others count.",
)
ABOUT = Part(
    (
        Field("name", Text(80), needed=True),
        Field("enabled", Flag(), default=True),
        Field("mode", Choice(Mode), "dry_run changes no price.", default=Mode.DRY_RUN),
        Field(
            "priority",
            Whole(0, 1_000),
            "Lower is asked first, and the first that fits decides.",
            default=100,
        ),
    )
)
TERMS = Part(
    (
        Field("currency", Text(3, "[A-Z]{3}", "GBP"), "The shop's.", needed=True),
        Field("scope", SCOPE, needed=True),
        Field("strategy", OneOf(STRATEGIES, "How the price is found."), needed=True),
        Field("filters", FILTERS),
        Field("bounds", BOUNDS, needed=True),
        Field("rounding", ROUNDING),
        Field("guards", GUARDS),
        Field("schedule", SCHEDULE),
    )
)
WHOLE = Part((*ABOUT.fields, *TERMS.fields))
