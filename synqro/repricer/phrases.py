"""The numbers of a reason, put in words. Pure."""

from typing import Any

from synqro.core import percents
from synqro.core.money import Money

Said = dict[str, Any]


def percent(bp: int) -> str:
    """Write basis points as a percentage without trailing zeros: 0.07%, 12.5%, 20%."""
    return f"{'−' if bp < 0 else ''}{percents.percent(abs(bp))}%"


def count(number: int, word: str) -> str:
    """Write 1 day, 2 days."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def times(number: int) -> str:
    """Write once, twice, 3 times."""
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def lasting(minutes: int) -> str:
    """Write minutes as the largest unit that fits: 90 minutes, 2 hours, 7 days."""
    for size, word in ((24 * 60, "day"), (60, "hour")):
        if minutes and not minutes % size:
            return count(minutes // size, word)
    return count(minutes, "minute")


def ending(said: Said) -> str:
    """Write the last two digits of a price."""
    return f"{said['ending']:02}"


def from_base(bp: int) -> str:
    """Write how far from the base price."""
    if not bp:
        return "the base price"
    return f"{percent(abs(bp))} {'below' if bp < 0 else 'above'} the base price"


def left(said: Said) -> str:
    """Write how many are left."""
    left = said["available"]
    return "none left" if left <= 0 else f"{left} left"


def sold(said: Said) -> str:
    """Write how many were sold."""
    return f"{said['sold'] or 'none'} sold in {count(said['days'], 'day')}"


FALLBACKS = {
    "hold": "it stays as it is", "base": "the base price", "max": "the highest price",
    "floor": "the lowest price",
}  # fmt: skip
TARGETS = {
    "lowest": "the lowest other price", "second_lowest": "the second lowest other price",
    "median": "the middle of the other prices",
}  # fmt: skip


def floor(said: Said) -> str:
    """Write what sets the least price."""
    return {
        "min": "the lowest price of the rule",
        "listing_min": "the lowest price of the listing",
        "stripe": "the least that can be charged",
        "cost": f"the least that leaves {percent(said.get('margin_bp') or 0)} after cost and fees",
    }[said["by"]]


def ceiling(said: Said) -> str:
    """Write what sets the highest price."""
    return {
        "max": "the highest price of the rule",
        "listing_max": "the highest price of the listing",
        "stripe": "the most that can be charged",
    }[said["by"]]


def aimed(said: Said) -> str:
    """Write which price of others is meant."""
    return TARGETS.get(said["target"]) or f"the price of {said['seller']}"


def distance(said: Said, currency: str) -> str:
    """Write how far from it, with a space behind; nothing where it is matched."""
    far = [percent(said["by_bp"])] if said["by_bp"] else []
    far += [str(Money(said["amount"], currency))] if said["amount"] else []
    if said["action"] == "match" or not far:
        return ""
    return f"{' and '.join(far)} {'below' if said['action'] == 'beat' else 'above'} "


def against(said: Said, currency: str) -> str:
    """Write what the others ask and what follows from it."""
    asked, wanted = Money(said["price"], currency), Money(said["wanted"], currency)
    named = said["target"] in TARGETS and said["seller"]
    whose = f", from {said['seller']}" if named else ""
    first = f"{aimed(said)} is {asked}{whose}"
    far = distance(said, currency)
    return f"{first}: {far}it is {wanted}." if far else f"{first}."
