"""Which line explains a difference: named where the numbers say so, and nothing guessed."""

from collections import defaultdict
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import or_, select

from synqro.core.db import db
from synqro.settlements.models import Settlement, SettlementLine

MOST = 100
FEW = 3


class Why(StrEnum):
    """What is the matter with the lines of an explanation."""

    OFF = "off"  # gross + fee is not net: with it the payout adds up
    TWICE = "twice"  # the same movement stands there twice, paid out once
    TOO_MUCH = "too_much"  # without this line the payout adds up
    TOO_LITTLE = "too_little"  # counted twice, this line makes it add up
    UNKNOWN = "unknown"


class Explanation(NamedTuple):
    """All of `lines` together explain an OFF; of the others it is one of `lines`, FEW at most.

    An UNKNOWN without lines: no single line explains it; with lines: too many could.
    """

    why: Why
    lines: Sequence[SettlementLine] = ()


def explain(lines: Sequence[SettlementLine], difference: int) -> Explanation:
    """Find in a payout's lines what makes a `difference` that is not 0, in minor units.

    A line whose own sum is wrong comes first, since that needs no chance; then a movement told
    twice; then a line as large as the difference.
    """
    off = [line for line in lines if gap(line)]
    exact = [line for line in off if -gap(line) == difference]
    if len(exact) == 1:
        return Explanation(Why.OFF, exact)
    if off and -sum(map(gap, off)) == difference:
        return Explanation(Why.OFF, off)
    if exact:
        return Explanation(Why.UNKNOWN, exact)
    too_much = [line for line in lines if line.net == -difference]
    if twice := _twice(too_much):
        return _of_few(Why.TWICE, twice)
    too_little = [line for line in lines if line.net == difference]
    if too_much and too_little:
        return Explanation(Why.UNKNOWN, [*too_much, *too_little])
    if too_much:
        return _of_few(Why.TOO_MUCH, too_much)
    return _of_few(Why.TOO_LITTLE, too_little) if too_little else Explanation(Why.UNKNOWN)


def gap(line: SettlementLine) -> int:
    """Give back what a line's net has beyond gross + fee, 0 as it should be."""
    return line.net - line.gross - line.fee


def explanation_of(settlement: Settlement) -> Explanation:
    """Explain a payout's difference by those of its lines that could; looks at MOST of them."""
    said = settlement.difference
    line = SettlementLine
    could = or_(line.gross + line.fee != line.net, line.net == said, line.net == -said)
    mine = select(line).where(line.settlement_id == settlement.id, could)
    found = db.session.scalars(mine.order_by(line.position).limit(MOST + 1)).all()
    return explain(found, said) if len(found) <= MOST else Explanation(Why.UNKNOWN, found)


def _of_few(why: Why, lines: Sequence[SettlementLine]) -> Explanation:
    return Explanation(why if len(lines) <= FEW else Why.UNKNOWN, lines)


def _twice(lines: Sequence[SettlementLine]) -> list[SettlementLine]:
    """Give back one line of each movement that several of them tell."""
    told = defaultdict(list)
    for line in lines:
        if line.source_id:
            told[line.source_id, line.type, line.gross, line.fee].append(line)
    return [same[0] for same in told.values() if len(same) > 1]
