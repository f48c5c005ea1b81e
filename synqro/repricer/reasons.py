"""Why a price moves or stays: the codes, each with the numbers that `wording` puts in words."""

from enum import StrEnum


class Why(StrEnum):
    """First what the strategy says, then each step that moved or stopped the price."""

    # {available, most, adjust_bp}, {available, most}, {}
    STOCK_BAND = "stock_band"
    STOCK_ABOVE = "stock_above_bands"
    STOCK_UNCOUNTED = "stock_not_counted"
    # {sold, days, most, adjust_bp}, {sold, days, most}
    VELOCITY_BAND = "velocity_band"
    VELOCITY_ABOVE = "velocity_above_bands"
    # {days, adjust_bp}, {days, start_days}
    AGE = "age"
    AGE_YOUNG = "too_young"
    # {margin_bp, cost, price}, {price}
    MARGIN = "margin"
    FIXED = "fixed"
    # {action, target, seller, price, shipping | None, amount, by_bp, wanted}; {target, seller,
    # if_none}; {wanted, floor, if_below_floor}
    COMPETITOR = "competitor"
    NO_COMPETITOR = "no_competitor"
    BELOW_FLOOR = "competitor_below_floor"

    # {outside}, {outside}; {}
    OUTSIDE_HOURS = "outside_hours"
    OVER = "ended"
    NO_CEILING = "no_ceiling"

    # {floor, by, margin_bp?}, {ceiling, by}
    RAISED = "raised_to_floor"
    LOWERED = "lowered_to_ceiling"
    # {limit_bp, wanted}: moved as far as allowed; or not at all
    STEP_LIMITED = "step_limited"
    DAY_LIMITED = "day_limited"
    STEP_BLOCKED = "step_blocked"
    DAY_BLOCKED = "day_blocked"
    ROUNDED = "rounded"  # {ending, before}

    AT_TARGET = "at_target"  # {}
    TOO_SMALL = "too_small_a_change"  # {change, least}
    COOLING_DOWN = "cooling_down"  # {until, minutes}
    TOO_MANY = "too_many_changes"  # {most, until}
    PRICE_WAR = "price_war"  # {drops, hours, rest_hours, until, action}

    NO_RULE = "no_rule"  # {}
    ANOTHER_FIRST = "another_rule_first"  # {rule}: its name
    RULE_OFF = "rule_off"  # {}
    UNDONE = "undone"  # {}
    NO_COST = "no_cost"  # {}
    OUT_OF_REACH = "margin_out_of_reach"  # {margin_bp}
    FLOOR_ABOVE = "floor_above_ceiling"  # {floor, by, ceiling, ceiling_by}
    OTHER_CURRENCY = "other_currency"  # {rule, listing}
