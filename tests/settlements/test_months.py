"""The payouts of a month, and what they come to."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from synqro import settlements, stores
from synqro.core.pages import InvalidCursor
from synqro.settlements import Month, Reconciliation, Status, Sums
from tests.api import many
from tests.settlements.made import line, settled

NOVEMBER = Month(2026, 11)
TODAY = date(2026, 11, 23)


def test_a_month_is_read_as_it_is_written() -> None:
    assert Month.read("2026-11") == NOVEMBER and str(NOVEMBER) == "2026-11"
    wrong = ["", None, "2026-13", "2026-00", "abc", "2026-11-20", "2026-1", "0001-01", "٢٠٢٦-١١"]
    assert [Month.read(text) for text in wrong] == [None] * len(wrong)


@given(some.dates(date(2000, 2, 1), date(2199, 11, 30)))
def test_the_months_beside_one_touch_it(day: date) -> None:
    month = Month.of(day)
    assert Month.of(month.first_day - timedelta(days=1)) == month.before
    assert month.after.before == month == Month.read(str(month)) == Month.of(day.isoformat())
    assert month.before < month < month.after


def test_a_months_sums_are_those_of_its_payouts(store: stores.Store) -> None:
    settled(store, [line(), line(1_000, -30)], arrives="2026-11-01")
    settled(store, [line(2_000, -60)], arrives="2026-11-20", difference=-30, payout_fee=-10)
    settled(store, [line(500, 0)], arrives="2026-11-27")
    settled(store, [line(700, -7)], arrives="2026-11-21", difference=5, status=Status.FAILED)
    settled(store, [line(9_900)], arrives="2026-10-31", difference=1)
    settled(store, [line(300, -3)], arrives="2026-11-30", currency="CHF")
    found = settlements.sums_of(store.id, NOVEMBER, TODAY)
    assert found == [
        Sums("EUR", 8_790, 0, 94 + 30 + 60 + 10 + 7, 5_466 + 1_900, 2, 35, 2),
        Sums("CHF", 300, 0, 3, 0, 0, 0, 0),
    ]
    assert settlements.span(store.id) == (Month(2026, 10), NOVEMBER)


def test_what_was_accepted_is_not_to_look_at(store: stores.Store) -> None:
    one = settled(store, [line()], difference=-30)
    by = stores.By(person_id="per_1")
    settlements.accept(store.id, one.id, difference=-30, by=by)
    [sums] = settlements.sums_of(store.id, NOVEMBER, TODAY)
    assert (sums.off, sums.differences) == (0, 0)
    settlements.reopen(store.id, one.id)
    [sums] = settlements.sums_of(store.id, NOVEMBER, TODAY)
    assert (sums.off, sums.differences) == (30, 1)


def test_only_a_difference_that_was_seen_can_be_accepted(store: stores.Store) -> None:
    exact, off = settled(store, [line()]), settled(store, [line()], difference=7)
    with pytest.raises(settlements.NothingToAccept):
        settlements.accept(store.id, exact.id, difference=0, by=stores.NOBODY)
    with pytest.raises(Exception, match="changed since"):
        settlements.accept(store.id, off.id, difference=8, by=stores.NOBODY)
    settlements.accept(store.id, off.id, difference=7, by=stores.NOBODY, note="Known")
    again = settlements.accept(store.id, off.id, difference=7, by=stores.NOBODY, note="Other")
    assert again.accepted_note == "Known"


def test_payouts_come_by_the_page(store: stores.Store, twin: stores.Store) -> None:
    made = [settled(store, [line()], arrives=f"2026-11-{day:02}") for day in (3, 9, 9, 14, 30)]
    settled(store, [line()], arrives="2026-12-01")
    settled(twin, [line()], arrives="2026-11-09")
    found, cursor = [], None
    while True:
        page = settlements.payouts_of(store.id, NOVEMBER, cursor=cursor, limit=2)
        found += page.data
        if (cursor := page.next_cursor) is None:
            break
    assert [one.arrival_date for one in found] == sorted(
        (one.arrival_date for one in made), reverse=True
    )
    assert len({one.id for one in found}) == 5
    with pytest.raises(InvalidCursor):
        settlements.payouts_of(store.id, NOVEMBER, cursor="x")


def test_lines_are_narrowed_to_what_is_looked_for(store: stores.Store) -> None:
    kinds = settlements.LineType
    one = settled(
        store,
        [
            line(),
            line(-500, 0, type=kinds.REFUND),
            line(-900, -1_500, type=kinds.DISPUTE, unmatched=True),
            line(300, unmatched=True),
        ],
    )
    found = {
        shown.value: [row.position for row in settlements.lines_shown(one, shown).data]
        for shown in settlements.Shown
    }
    assert found == {"all": [0, 1, 2, 3], "refunds": [1], "disputes": [2], "no_order": [2, 3]}


def test_no_page_walks_past_the_payouts_of_others(store: stores.Store) -> None:
    one = settled(store, [line()], difference=3)
    month = NOVEMBER
    reads = {
        "span": lambda: settlements.span(store.id),
        "sums": lambda: settlements.sums_of(store.id, month, TODAY),
        "payouts": lambda: settlements.payouts_of(store.id, month, limit=2),
        "why": lambda: settlements.explanation_of(one),
        **{
            shown.value: (lambda shown=shown: settlements.lines_shown(one, shown))
            for shown in settlements.Shown
        },
    }
    for name, read in reads.items():
        for asked in many.statements(read):
            steps = [step.upper() for step in many.plan(asked)]
            assert not [s for s in steps if s.startswith("SCAN SETTLEMENT")], (name, steps)


def test_a_payout_by_hand_counts_as_paid(store: stores.Store) -> None:
    settled(store, net=5_000, reconciliation=Reconciliation.NOT_APPLICABLE)
    [sums] = settlements.sums_of(store.id, NOVEMBER, TODAY)
    assert (sums.paid, sums.payouts, sums.sold) == (5_000, 1, 0)
