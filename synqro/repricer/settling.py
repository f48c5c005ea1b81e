"""From the price that is wanted to the one that may be set, step by step. Pure."""

from datetime import datetime
from typing import Any

from synqro.core.currencies import step
from synqro.repricer.endings import rounded, to_step
from synqro.repricer.facts import Facts, Reason
from synqro.repricer.floors import Span
from synqro.repricer.limits import room, waits, war
from synqro.repricer.reasons import Why
from synqro.repricer.targets import Aim, fall_back
from synqro.repricer.terms import Exceed, Terms

STOPPING = frozenset({Why.NO_COST, Why.OUT_OF_REACH})
Settled = tuple[int, list[Reason]]


def rest_in_war(terms: Terms, facts: Facts, span: Span, at: datetime) -> Aim | None:
    """Give back what the rule does instead while it rests from a price war."""
    found = terms.guards.price_war
    until = war(found, facts.moves, at) if found and facts.moves else None
    if not found or until is None:
        return None
    said = {
        "drops": found.max_drops, "hours": found.window_hours, "rest_hours": found.rest_hours,
        "until": until.isoformat(), "action": found.action,
    }  # fmt: skip
    return fall_back(found.action, facts, span, Reason(Why.PRICE_WAR, said))


def settle(terms: Terms, facts: Facts, span: Span, aim: Aim, at: datetime) -> Settled:
    """Give back the price and every reason. Where something holds it, it stays, except that one
    below its floor rises to the floor all the same.
    """
    reasons = list(aim.reasons)
    if aim.price is None:
        return _held(facts, terms, span, reasons)
    wanted = _clamped(aim.price, terms, span, reasons)
    found = _moved(wanted, terms, facts, span, aim, at, reasons)
    if found is None:
        return _held(facts, terms, span, reasons)
    if found == facts.price:
        if reasons[-1].code not in LIMITS:
            reasons.append(Reason(Why.AT_TARGET, {}))
        return found, reasons
    if reason := _too_small(terms, facts, span, found) or waits(terms.guards, facts.moves, at):
        return _held(facts, terms, span, [*reasons, reason])
    return found, reasons


LIMITS = {Why.STEP_LIMITED, Why.DAY_LIMITED}


def _clamped(price: int, terms: Terms, span: Span, reasons: list[Reason]) -> int:
    if price < span.floor:
        reasons.append(_raised(terms, span))
        return span.floor
    if price > span.ceiling:
        said = {"ceiling": span.ceiling, "by": span.ceiling_by}
        reasons.append(Reason(Why.LOWERED, said))
        return span.ceiling
    return price


def _raised(terms: Terms, span: Span) -> Reason:
    said: dict[str, Any] = {"floor": span.floor, "by": span.floor_by}
    if span.floor_by == "cost":
        said["margin_bp"] = terms.bounds.min_margin_bp
    return Reason(Why.RAISED, said)


def _held(facts: Facts, terms: Terms, span: Span, reasons: list[Reason]) -> Settled:
    if facts.price >= span.floor or reasons[-1].code in STOPPING:
        return facts.price, reasons
    others = [one for one in reasons if one.code != Why.RAISED]
    return span.floor, [*others, _raised(terms, span)]


def _moved(
    wanted: int, terms: Terms, facts: Facts, span: Span, aim: Aim, at: datetime,
    reasons: list[Reason],
) -> int | None:  # fmt: skip
    """Give back the price within the limits, with its ending; None where it may not move."""
    near = room(terms.guards, facts, at)
    reached = max(min(max(wanted, near.low), near.high), span.floor)
    low, high = max(span.floor, near.low), max(min(span.ceiling, near.high), reached)
    if reached != wanted:
        by_day = near.day_low if wanted < reached else near.day_high
        blocked = terms.guards.on_exceed == Exceed.BLOCK
        reasons.append(_limit(terms, wanted, by_day=by_day, blocked=blocked))
        if blocked:
            return None
        if reached == facts.price:
            return reached
        # Nearer to what is wanted with each run, whatever the ending.
        if reached > facts.price:
            low, high = max(low, facts.price + 1), reached
        else:
            low, high = reached, min(high, facts.price - 1)
    return _ended(reached, low, high, terms, aim, facts, reasons)


def _ended(
    price: int, low: int, high: int, terms: Terms, aim: Aim, facts: Facts, reasons: list[Reason]
) -> int:
    unit = step(facts.currency)
    if terms.rounding and not aim.as_written:
        found = rounded(price, low, high, terms.rounding, unit)
        if found is not None:
            if found != price:
                said = {"ending": terms.rounding.ending, "before": price}
                reasons.append(Reason(Why.ROUNDED, said))
            return found
    found = to_step(price, low, high, unit)
    return facts.price if found is None else found


def _limit(terms: Terms, wanted: int, *, by_day: bool, blocked: bool) -> Reason:
    if by_day:
        code, bp = (Why.DAY_BLOCKED if blocked else Why.DAY_LIMITED), terms.guards.per_day_bp
    else:
        code, bp = (Why.STEP_BLOCKED if blocked else Why.STEP_LIMITED), terms.guards.per_run_bp
    return Reason(code, {"limit_bp": bp, "wanted": wanted})


def _too_small(terms: Terms, facts: Facts, span: Span, price: int) -> Reason | None:
    least, change = terms.guards.min_change, abs(price - facts.price)
    if least is None or change >= least or facts.price < span.floor:
        return None
    return Reason(Why.TOO_SMALL, {"change": change, "least": least})
