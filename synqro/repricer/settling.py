"""From the price that is wanted to the one that may be set, step by step. Pure."""

from datetime import datetime
from typing import Any

from synqro.core.currencies import step
from synqro.repricer.endings import HUNDRED, ended
from synqro.repricer.facts import Facts, Reason
from synqro.repricer.floors import Span
from synqro.repricer.limits import Room, room, waits, war
from synqro.repricer.reasons import Why
from synqro.repricer.targets import Aim, fall_back
from synqro.repricer.terms import Exceed, Rounding, Terms

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

    The goal with its ending does not depend on the price of now, and each step comes nearer to
    it: so a price comes to rest, whatever the limits and endings.
    """
    reasons = list(aim.reasons)
    if aim.price is None:
        return _held(facts, terms, span, reasons)
    wanted = _clamped(aim.price, terms, span, reasons)
    rounding = None if aim.as_written else terms.rounding
    goal = ended(wanted, span.floor, span.ceiling, rounding, step(facts.currency)) or wanted
    near = room(terms.guards, facts, at)
    price = max(min(max(goal, near.low), near.high), span.floor)
    if price == goal:
        _note_ending(wanted, goal, rounding, reasons)
    else:
        blocked = terms.guards.on_exceed == Exceed.BLOCK
        reasons.append(_limit(terms, near, goal, price, blocked=blocked))
        if blocked:
            return _held(facts, terms, span, reasons)
        if price > near.high:
            reasons.append(_raised(terms, span))
        price = _on_the_way(price, rounding, facts, span, reasons)
    if price == facts.price:
        return price, [*reasons, Reason(Why.AT_TARGET, {})] if price == goal else reasons
    if reason := _too_small(terms, facts, span, price) or waits(terms.guards, facts.moves, at):
        return _held(facts, terms, span, [*reasons, reason])
    return price, reasons


def _on_the_way(
    reached: int, rounding: Rounding | None, facts: Facts, span: Span, reasons: list[Reason]
) -> int:
    """Give back a price on the way, with its ending if there is one that is not a step back."""
    low, high = sorted((reached, facts.price + (1 if reached > facts.price else -1)))
    found = ended(reached, max(low, span.floor), high, rounding, step(facts.currency))
    if reached == facts.price or found is None:
        return facts.price
    _note_ending(reached, found, rounding, reasons)
    return found


def _note_ending(before: int, price: int, rounding: Rounding | None, reasons: list[Reason]) -> None:
    if rounding and price != before and price % HUNDRED == rounding.ending:
        reasons.append(Reason(Why.ROUNDED, {"ending": rounding.ending, "before": before}))


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


def _limit(terms: Terms, near: Room, goal: int, price: int, *, blocked: bool) -> Reason:
    guards, by_day = terms.guards, near.day_low if goal < price else near.day_high
    if by_day:
        code, bp = (Why.DAY_BLOCKED if blocked else Why.DAY_LIMITED), guards.per_day_bp
    else:
        code, bp = (Why.STEP_BLOCKED if blocked else Why.STEP_LIMITED), guards.per_run_bp
    return Reason(code, {"limit_bp": bp, "wanted": goal})


def _too_small(terms: Terms, facts: Facts, span: Span, price: int) -> Reason | None:
    least, change = terms.guards.min_change, abs(price - facts.price)
    if least is None or change >= least or facts.price < span.floor:
        return None
    return Reason(Why.TOO_SMALL, {"change": change, "least": least})
