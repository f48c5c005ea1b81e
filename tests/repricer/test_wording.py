"""Reasons in plain words."""

import pytest

from synqro.repricer import (
    Action,
    Age,
    Band,
    Bounds,
    Competitor,
    Fixed,
    Guards,
    Reason,
    Rounding,
    StockBands,
    Velocity,
    Why,
    explain,
    words,
)
from synqro.repricer.phrases import lasting, percent
from synqro.repricer.wording import SENTENCES, SHORT
from tests.repricer.pure import ask, moved, rival, terms

UP = StockBands((Band(2, 1000),))


@pytest.mark.parametrize(
    ("said", "known", "line", "sentences"),
    [
        (
            terms(UP, rounding=Rounding(99)), {"available": 2},
            "2 left, then rounded",
            ["2 left: 10% above the base price.", "Rounded to end in 99."],
        ),
        (terms(UP), {"available": 0}, "None left", ["None left: 10% above the base price."]),
        (
            terms(Age(30, 7, -500, -2000), bounds=Bounds(min_margin_bp=7000)), {},
            "No sale in 51 days, stopped at the least that leaves 70% after cost and fees",
            ["No sale in 51 days: 20% below the base price.",
             "The floor is €22.35, the least that leaves 70% after cost and fees."],
        ),
        (
            terms(Velocity(30, (Band(0, -7),))), {"sold": {30: 0}},
            "None sold in 30 days",
            ["None sold in 30 days: 0.07% below the base price."],
        ),
        (
            terms(Competitor(Action.BEAT, amount=50)), {"rivals": (rival(1900, "Bea"),)},
            "€0.50 below the lowest other price",
            ["The lowest other price is €19.00, from Bea: €0.50 below it is €18.50."],
        ),
        (
            terms(Fixed(1500), guards=Guards()), {"moves": (moved(0.5, 2100, 2000),)},
            "Set by the rule, at most 15% at once, changed less than 1 hour ago",
            ["The rule sets €15.00.", "€15.00 is more than 15% away: it goes there in steps.",
             "A rule changed it less than 1 hour ago: it waits."],
        ),
        (
            terms(Fixed(1500), bounds=Bounds(min_margin_bp=0)), {"cost": None},
            "What it costs is missing", ["Enter what it costs to make."],
        ),
    ],
)  # fmt: skip
def test_a_verdict_reads_as_sentences_and_as_one_line(said, known, line, sentences):
    reasons = ask(said, **known).reasons
    assert explain(reasons, "EUR") == line
    assert [words(one, "EUR") for one in reasons] == sentences


def test_every_code_has_a_sentence_and_a_short_form():
    assert set(SENTENCES) == set(SHORT) == set(Why)


def test_a_code_that_nobody_knows_reads_as_words():
    unknown = Reason("brand_new", {})
    assert words(unknown, "EUR") == "Brand new."
    assert explain([unknown], "EUR") == "Brand new"


def test_amounts_have_the_digits_of_their_currency():
    fixed = Reason(Why.FIXED, {"price": 1500})
    assert words(fixed, "JPY") == "The rule sets ¥1,500."
    assert words(fixed, "KWD") == "The rule sets KWD\xa01.500."


@pytest.mark.parametrize(
    ("bp", "text"),
    [(7, "0.07%"), (29, "0.29%"), (1250, "12.5%"), (2000, "20%"), (-560, "−5.6%"), (0, "0%")],
)
def test_percentages_have_no_trailing_zeros(bp, text):
    assert percent(bp) == text


def test_times_are_in_the_largest_unit_that_fits():
    found = [lasting(one) for one in (1, 60, 90, 1440, 10_080)]
    assert found == ["1 minute", "1 hour", "90 minutes", "1 day", "7 days"]
