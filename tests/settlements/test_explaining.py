"""Which line explains a difference, and when nothing does."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from synqro.settlements import Explanation, LineType, SettlementLine, Why, explain, gap


def line(net: int, *, gross: int | None = None, fee: int = 0, source: str = "") -> SettlementLine:
    facts: dict[str, Any] = {"gross": net - fee if gross is None else gross, "fee": fee}
    return SettlementLine(net=net, source_id=source or None, type=LineType.SALE, **facts)


def test_a_line_whose_own_sum_is_off_comes_first() -> None:
    off = line(4_466, gross=4_590, fee=-94)
    assert gap(off) == -30
    assert explain([line(30), off, line(-30)], 30) == Explanation(Why.OFF, [off])
    assert explain([off], -30).why is Why.UNKNOWN


def test_several_lines_that_are_off_explain_it_together() -> None:
    lines = [line(90, gross=100), line(985, gross=1_000)]
    assert explain([line(500), *lines], 25) == Explanation(Why.OFF, lines)
    assert explain(lines, 15) == Explanation(Why.OFF, lines[1:])
    assert explain([line(90, gross=100)] * 2, 10).why is Why.UNKNOWN


def test_what_stands_there_twice_is_named_once() -> None:
    twice = [line(970, fee=-30, source="ch_1"), line(970, fee=-30, source="ch_1")]
    other = line(970, fee=-30, source="ch_2")
    assert explain([*twice, other], -970) == Explanation(Why.TWICE, twice[:1])


def test_a_line_as_large_as_the_difference_may_explain_it() -> None:
    one, other = line(970, source="ch_1"), line(12, source="ch_2")
    assert explain([one, other], -970) == Explanation(Why.TOO_MUCH, [one])
    assert explain([one, other], 970) == Explanation(Why.TOO_LITTLE, [one])
    assert explain([one, other], -12) == Explanation(Why.TOO_MUCH, [other])
    assert explain([line(970, source=f"ch_{n}") for n in range(3)], -970).why is Why.TOO_MUCH
    assert explain([line(970, source=f"ch_{n}") for n in range(4)], -970).why is Why.UNKNOWN


def test_no_single_line_is_said_to_be_it() -> None:
    assert explain([], 5) == Explanation(Why.UNKNOWN)
    assert explain([line(3), line(2)], 5) == Explanation(Why.UNKNOWN)
    both = [line(5), line(-5)]
    assert explain(both, 5).why is Why.UNKNOWN


amounts = some.integers(-50, 50)


@given(
    some.lists(some.tuples(amounts, amounts, amounts, some.sampled_from(["", "ch_1", "ch_2"]))),
    amounts.filter(bool),
)
def test_what_is_named_makes_the_payout_add_up(
    rows: list[tuple[int, int, int, str]], difference: int
) -> None:
    lines = [line(net, gross=gross, fee=fee, source=source) for net, gross, fee, source in rows]
    found = explain(lines, difference)
    change = {
        Why.OFF: lambda: sum(-gap(one) for one in found.lines),
        Why.TWICE: lambda: -found.lines[0].net,
        Why.TOO_MUCH: lambda: -found.lines[0].net,
        Why.TOO_LITTLE: lambda: found.lines[0].net,
        Why.UNKNOWN: lambda: difference,
    }
    assert change[found.why]() == difference
    assert all(any(one is each for each in lines) for one in found.lines)
