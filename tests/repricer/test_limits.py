"""How far and how often a price may move, and that the floor outranks it all."""

from datetime import timedelta

import pytest

from synqro.repricer import Bounds, Exceed, Fallback, Fixed, Guards, PriceWar
from tests.repricer.pure import AT, ask, codes, moved, terms

FREE = {"cooldown_minutes": 0, "per_run_bp": 10_000, "per_day_bp": 10_000}


LOW = Bounds(min=100)


def guarded(strategy, bounds=LOW, **limits):
    return terms(strategy, bounds=bounds, guards=Guards(**{**FREE, **limits}))


@pytest.mark.parametrize(
    ("wanted", "per_run", "found"),
    [(1000, 1500, 1700), (3000, 1500, 2300), (1000, 7, 1999), (3000, 29, 2005), (1701, 1500, 1701)],
)
def test_a_run_moves_a_price_as_far_as_it_may(wanted, per_run, found):
    verdict = ask(guarded(Fixed(wanted), per_run_bp=per_run))
    assert verdict.price == found
    assert ("step_limited" in codes(verdict)) is (found != wanted)


def test_a_limit_may_also_leave_the_price_alone():
    verdict = ask(guarded(Fixed(1000), per_run_bp=1500, on_exceed=Exceed.BLOCK))
    assert (verdict.price, codes(verdict)) == (2000, ["fixed", "step_blocked"])
    verdict = ask(guarded(Fixed(1000), per_day_bp=1500, on_exceed=Exceed.BLOCK))
    assert (verdict.price, codes(verdict)) == (2000, ["fixed", "day_blocked"])


def test_a_day_counts_from_the_price_of_a_day_ago():
    said = guarded(Fixed(1000), per_day_bp=3000)
    moves = (moved(1, 2200, 2000), moved(23, 2400, 2200), moved(24, 9000, 2400))
    verdict = ask(said, moves=moves)
    assert (verdict.price, codes(verdict)) == (1680, ["fixed", "day_limited"])


def test_a_day_counts_anew_from_what_a_person_set():
    moves = (moved(1, 4000, 2000, None), moved(23, 4400, 4000))
    assert ask(guarded(Fixed(1000), per_day_bp=3000), moves=moves).price == 1400


def test_a_price_further_away_than_a_day_allows_may_come_back():
    moves = (moved(1, 1000, 2000),)
    assert ask(guarded(Fixed(1500), per_day_bp=1000), moves=moves).price == 1500
    held = ask(guarded(Fixed(2500), per_day_bp=1000), moves=moves)
    assert (held.price, codes(held)) == (2000, ["fixed", "day_limited"])


@pytest.mark.parametrize("on_exceed", Exceed)
def test_a_price_below_its_floor_rises_to_it_at_once(on_exceed):
    limits = {"per_run_bp": 100, "on_exceed": on_exceed, "min_change": 5000}
    said = guarded(Fixed(2500), Bounds(min=1500), **limits)
    made = (moved(0, 900, 1000),)
    found = ask(said, price=1000, moves=made)
    assert found.price == 1500
    assert "raised_to_floor" in codes(found)


def test_cooling_down_too_many_changes_and_a_war_all_give_way_to_the_floor():
    war = PriceWar(24, 1, 24)
    for limits in ({"cooldown_minutes": 60}, {"changes_per_day": 1}, {"price_war": war}):
        said = guarded(Fixed(2500), Bounds(min=1500), **limits)
        found = ask(said, price=1000, moves=(moved(0.5, 1100, 1000),))
        assert found.price == 1500
        assert codes(found)[-1] == "raised_to_floor"


def test_a_change_that_is_too_small_is_left():
    verdict = ask(guarded(Fixed(1951), min_change=50))
    assert (verdict.price, codes(verdict)) == (2000, ["fixed", "too_small_a_change"])
    assert ask(guarded(Fixed(1950), min_change=50)).price == 1950


def test_a_rule_waits_between_changes_that_rules_made_not_those_of_people():
    said = guarded(Fixed(1500), cooldown_minutes=60)
    held = ask(said, moves=(moved(0.9, 2100, 2000, "another"),))
    assert (held.price, codes(held)) == (2000, ["fixed", "cooling_down"])
    assert held.reasons[-1].facts["until"] == (AT + timedelta(minutes=6)).isoformat()
    assert ask(said, moves=(moved(1, 2100, 2000),)).price == 1500
    assert ask(said, moves=(moved(0.1, 2100, 2000, None),)).price == 1500


def test_only_so_many_changes_a_day():
    said = guarded(Fixed(1500), changes_per_day=2)
    moves = (moved(1, 2100, 2000), moved(2, 1, 2, None), moved(23, 2200, 2100))
    assert codes(ask(said, moves=moves)) == ["fixed", "too_many_changes"]
    assert ask(said, moves=(moves[0], moved(24, 2200, 2100))).price == 1500


def test_after_too_many_drops_it_rests_where_it_is_or_at_the_base_price():
    drops = (moved(1, 1600, 1500), moved(3, 1700, 1600), moved(5, 1800, 1700))
    war = PriceWar(window_hours=6, max_drops=3, rest_hours=12)
    said = guarded(Fixed(1400), price_war=war)
    held = ask(said, price=1500, moves=drops)
    assert (held.price, codes(held)) == (1500, ["price_war"])
    base = PriceWar(6, 3, 12, Fallback.BASE)
    found = ask(guarded(Fixed(1400), price_war=base), price=1500, moves=drops)
    assert (found.price, codes(found)) == (2000, ["price_war"])
    just = (*drops[:2], moved(7, 1800, 1700))
    assert codes(ask(said, price=1500, moves=just)) == ["price_war"]
    slower = (*drops[:2], moved(7.1, 1800, 1700))
    assert ask(said, price=1500, moves=slower).price == 1400
    rested = tuple(one._replace(at=one.at - timedelta(hours=11)) for one in drops)
    assert ask(said, price=1500, moves=rested).price == 1400
