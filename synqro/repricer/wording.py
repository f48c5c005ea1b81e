"""Reasons in words: a sentence for each, and one short line for all. Pure."""

from collections.abc import Callable, Sequence

from synqro.core.money import Money
from synqro.repricer.facts import Reason
from synqro.repricer.phrases import (
    FALLBACKS,
    Said,
    against,
    aimed,
    ceiling,
    count,
    distance,
    ending,
    floor,
    from_base,
    lasting,
    left,
    percent,
    sold,
    times,
)
from synqro.repricer.reasons import Why


def words(reason: Reason, currency: str) -> str:
    """Give back a sentence; for a code that nobody knows, the code as words."""
    wording = SENTENCES.get(reason.code)
    found = wording(reason.facts, currency) if wording else f"{reason.code.replace('_', ' ')}."
    return found[0].upper() + found[1:]


def explain(reasons: Sequence[Reason], currency: str) -> str:
    """Give back one short line, as in: No sale in 34 days, then rounded."""
    parts = [_short(one, currency) for one in reasons]
    line = ", ".join(parts)
    return line[:1].upper() + line[1:]


def _short(reason: Reason, currency: str) -> str:
    wording = SHORT.get(reason.code)
    return wording(reason.facts, currency) if wording else reason.code.replace("_", " ")


def _too_young(said: Said, _currency: str) -> str:
    days = count(said["days"], "day")
    return f"sold or listed {days} ago, and it falls after {said['start_days']}: the base price."


def _margin(said: Said, currency: str) -> str:
    price, cost = Money(said["price"], currency), Money(said["cost"], currency)
    return f"{price} leaves {percent(said['margin_bp'])} after a cost of {cost} and fees."


def _below_floor(said: Said, currency: str) -> str:
    wanted, least = Money(said["wanted"], currency), Money(said["floor"], currency)
    then = FALLBACKS[said["if_below_floor"]]
    return f"to keep up with others it would be {wanted}, below the floor of {least}: {then}."


def _floor_above(said: Said, currency: str) -> str:
    least, most = Money(said["floor"], currency), Money(said["ceiling"], currency)
    return f"its floor of {least} is above its ceiling of {most}: it stays as it is."


def _too_small(said: Said, currency: str) -> str:
    change, least = Money(said["change"], currency), Money(said["least"], currency)
    return f"a change of {change} is below the least of {least}: it stays as it is."


def _war(said: Said, _currency: str) -> str:
    fell = f"it fell {times(said['drops'])} in {count(said['hours'], 'hour')}"
    where = " at the base price" if said["action"] == "base" else ""
    return f"{fell}: it rests for {count(said['rest_hours'], 'hour')}{where}."


def _limited(said: Said, currency: str) -> tuple[str, str]:
    return str(Money(said["wanted"], currency)), percent(said["limit_bp"])


def _step_limited(said: Said, currency: str) -> str:
    return "{} is more than {} away: it goes there in steps.".format(*_limited(said, currency))


def _day_limited(said: Said, currency: str) -> str:
    return "{} is more than {} in a day: it goes on tomorrow.".format(*_limited(said, currency))


def _step_blocked(said: Said, currency: str) -> str:
    return "{} is more than {} away: it stays as it is.".format(*_limited(said, currency))


def _day_blocked(said: Said, currency: str) -> str:
    return "{} is more than {} in a day: it stays as it is.".format(*_limited(said, currency))


Wording = Callable[[Said, str], str]

SENTENCES: dict[str, Wording] = {
    Why.STOCK_BAND: lambda said, _: f"{left(said)}: {from_base(said['adjust_bp'])}.",
    Why.STOCK_ABOVE: lambda said, _: f"{left(said)}, above {said['most']}: the base price.",
    Why.STOCK_UNCOUNTED: lambda *_: "Its stock is not counted: the base price.",
    Why.VELOCITY_BAND: lambda said, _: f"{sold(said)}: {from_base(said['adjust_bp'])}.",
    Why.VELOCITY_ABOVE: lambda said, _: f"{sold(said)}, above {said['most']}: the base price.",
    Why.AGE: lambda said, _: (
        f"no sale in {count(said['days'], 'day')}: {from_base(said['adjust_bp'])}."
    ),
    Why.AGE_YOUNG: _too_young,
    Why.MARGIN: _margin,
    Why.FIXED: lambda said, currency: f"The rule sets {Money(said['price'], currency)}.",
    Why.COMPETITOR: against,
    Why.NO_COMPETITOR: lambda said, _: (
        f"There is no other price to compare with: {FALLBACKS[said['if_none']]}."
    ),
    Why.BELOW_FLOOR: _below_floor,
    Why.OUTSIDE_HOURS: lambda said, _: (
        f"It is outside the rule's hours: {FALLBACKS[said['outside']]}."
    ),
    Why.OVER: lambda said, _: f"The rule has ended: {FALLBACKS[said['outside']]}.",
    Why.NO_CEILING: lambda *_: "No highest price is set: it stays as it is.",
    Why.RAISED: lambda said, currency: (
        f"The floor is {Money(said['floor'], currency)}, {floor(said)}."
    ),
    Why.LOWERED: lambda said, currency: (
        f"The ceiling is {Money(said['ceiling'], currency)}, {ceiling(said)}."
    ),
    Why.STEP_LIMITED: _step_limited,
    Why.DAY_LIMITED: _day_limited,
    Why.STEP_BLOCKED: _step_blocked,
    Why.DAY_BLOCKED: _day_blocked,
    Why.ROUNDED: lambda said, _: f"Rounded to end in {ending(said)}.",
    Why.AT_TARGET: lambda *_: "It has that price already.",
    Why.TOO_SMALL: _too_small,
    Why.COOLING_DOWN: lambda said, _: (
        f"A rule changed it less than {lasting(said['minutes'])} ago: it waits."
    ),
    Why.TOO_MANY: lambda said, _: (
        f"Rules changed it {times(said['most'])} in a day, which is the most: it waits."
    ),
    Why.PRICE_WAR: _war,
    Why.NO_RULE: lambda *_: "No rule is for it.",
    Why.ANOTHER_FIRST: lambda said, _: f"“{said['rule']}” comes first and decides.",
    Why.RULE_OFF: lambda *_: "The rule is switched off.",
    Why.UNDONE: lambda *_: (
        "A change was undone: this rule leaves it alone until you edit the rule or the base price."
    ),
    Why.NO_COST: lambda *_: "Enter what it costs to make.",
    Why.OUT_OF_REACH: lambda said, _: (
        f"No price leaves {percent(said['margin_bp'])} after cost, tax and fees."
    ),
    Why.FLOOR_ABOVE: _floor_above,
    Why.OTHER_CURRENCY: lambda said, _: (
        f"The rule is in {said['rule']}, the listing in {said['listing']}."
    ),
}

SHORT: dict[str, Wording] = {
    Why.STOCK_BAND: lambda said, _: left(said),
    Why.STOCK_ABOVE: lambda said, _: left(said),
    Why.STOCK_UNCOUNTED: lambda *_: "stock not counted",
    Why.VELOCITY_BAND: lambda said, _: sold(said),
    Why.VELOCITY_ABOVE: lambda said, _: sold(said),
    Why.AGE: lambda said, _: f"no sale in {count(said['days'], 'day')}",
    Why.AGE_YOUNG: lambda said, _: f"sold or listed {count(said['days'], 'day')} ago",
    Why.MARGIN: lambda said, _: f"what leaves {percent(said['margin_bp'])} after cost and fees",
    Why.FIXED: lambda *_: "set by the rule",
    Why.COMPETITOR: lambda said, currency: f"{distance(said, currency)}{aimed(said)}",
    Why.NO_COMPETITOR: lambda *_: "no other price to compare with",
    Why.BELOW_FLOOR: lambda *_: "others are below the floor",
    Why.OUTSIDE_HOURS: lambda *_: "outside its hours",
    Why.OVER: lambda *_: "the rule has ended",
    Why.NO_CEILING: lambda *_: "no highest price",
    Why.RAISED: lambda said, _: f"stopped at {floor(said)}",
    Why.LOWERED: lambda said, _: f"stopped at {ceiling(said)}",
    Why.STEP_LIMITED: lambda said, _: f"at most {percent(said['limit_bp'])} at once",
    Why.DAY_LIMITED: lambda said, _: f"at most {percent(said['limit_bp'])} a day",
    Why.STEP_BLOCKED: lambda said, _: f"more than {percent(said['limit_bp'])} at once",
    Why.DAY_BLOCKED: lambda said, _: f"more than {percent(said['limit_bp'])} in a day",
    Why.ROUNDED: lambda *_: "then rounded",
    Why.AT_TARGET: lambda *_: "right already",
    Why.TOO_SMALL: lambda *_: "too small a change",
    Why.COOLING_DOWN: lambda said, _: f"changed less than {lasting(said['minutes'])} ago",
    Why.TOO_MANY: lambda said, _: f"changed {times(said['most'])} in a day",
    Why.PRICE_WAR: lambda *_: "resting from a price war",
    Why.NO_RULE: lambda *_: "no rule is for it",
    Why.ANOTHER_FIRST: lambda said, _: f"“{said['rule']}” comes first",
    Why.RULE_OFF: lambda *_: "the rule is switched off",
    Why.UNDONE: lambda *_: "left alone since you undid a change",
    Why.NO_COST: lambda *_: "what it costs is missing",
    Why.OUT_OF_REACH: lambda said, _: f"no price leaves {percent(said['margin_bp'])}",
    Why.FLOOR_ABOVE: lambda *_: "its floor is above its ceiling",
    Why.OTHER_CURRENCY: lambda *_: "the rule is in another currency",
}
