"""Prices worked out by hand, and a sentence wherever there can be none."""

import json
from dataclasses import replace

import pytest

from synqro.core.dividing import split
from synqro.costing import (
    Break,
    CannotSuggest,
    Estimate,
    Line,
    LineKind,
    MarginKind,
    Rates,
    Rounding,
    Rush,
    Speed,
    estimate,
)
from tests.costing.makers import ELEGOO, PETG, PLA, PRUSA, cube, rates, typed

MATERIAL, MACHINE, FAILURES, LABOUR = (
    LineKind.MATERIAL, LineKind.MACHINE, LineKind.FAILURES, LineKind.LABOUR,
)  # fmt: skip
SETUP, MARGIN, RUSH = LineKind.SETUP, LineKind.MARGIN, LineKind.RUSH
MINIMUM, ROUNDING = LineKind.MINIMUM, LineKind.ROUNDING


def priced(given, *parts, **facts) -> Estimate:
    found = estimate(given, parts, **{"currency": given.currency, **facts})
    assert isinstance(found, Estimate), found
    return found


def lines(found) -> dict[LineKind, int]:
    return {line.kind: line.amount for line in found.lines}


def line(found, kind) -> Line:
    return next(line for line in found.lines if line.kind == kind)


def refused(given, *parts, currency="EUR", **facts) -> list[tuple[str, str, str | None]]:
    found = estimate(given, parts, currency=currency, **facts)
    assert isinstance(found, CannotSuggest), found
    return [(reason.code, reason.message, reason.part) for reason in found.reasons]


def test_the_four_brackets_of_the_drawing():
    found = priced(rates(setup=1200), typed(4))
    assert lines(found) == {MATERIAL: 432, MACHINE: 3034, SETUP: 1200, MARGIN: 1634}
    assert (found.cost, found.price, found.charged) == (4666, 6300, 6300)
    assert [item.unit_price for item in found.items] == [1575]
    assert line(found, MATERIAL).facts == {
        "milligrams": 96_000, "pieces": 4, "price_per_kg": 4500, "materials": ["PETG"],
        "parts": [
            {"name": "Bracket", "milligrams": 24_000, "quantity": 4, "material": "PETG",
             "price_per_kg": 4500, "typed": True}
        ],
    }  # fmt: skip
    assert line(found, MACHINE).facts["parts"] == [
        {"name": "Bracket", "seconds": 7_800, "quantity": 4, "machine": "Prusa MK4", "rate": 350,
         "chosen": False, "typed": True}
    ]  # fmt: skip
    assert line(found, MARGIN).facts == {"kind": "markup", "bp": 3500}
    assert found.cautions == ()
    assert json.loads(json.dumps(found.packed()))["price"] == 6300


def test_a_cube_by_its_walls_infill_surface_and_speed():
    """20 mm: 2,880 mm³ of walls, a fifth of the other 5,120, waste of 5%; 15 cm³ and 400 cm²
    an hour, and five minutes to begin with."""
    found = priced(rates(), cube())
    assert (found.items[0].milligrams, found.items[0].seconds) == (5_084, 1_153 + 300)
    assert lines(found) == {MATERIAL: 13, MACHINE: 142, MARGIN: 55}
    assert (found.price, found.items[0].machine_id) == (210, "m_prusa")


def test_a_small_part_is_all_wall_and_resin_is_solid():
    assert priced(rates(), cube(2)).items[0].milligrams == 11  # 8 mm³ of 1.24, and 5%
    resin = priced(rates(), cube(10, material="Tough resin")).items[0]
    assert (resin.milligrams, resin.seconds, resin.machine_id) == (1_440, 780, "m_elegoo")


def test_every_line_of_it():
    given = rates(
        failure_bp=1000, labour_rate=3000, labour_seconds=90, setup=800, packing=250,
        rush=(Rush(7, 1000), Rush(3, 2500)), minimum=10_000, rounding=Rounding.NINETY_NINE,
    )  # fmt: skip
    found = priced(given, typed(2), days_left=4, tax_bp=2000)
    assert lines(found) == {
        MATERIAL: 216, MACHINE: 1517, FAILURES: 193, LABOUR: 150, SETUP: 800,
        LineKind.PACKING: 250, MARGIN: 1095, RUSH: 423, MINIMUM: 5356,
        LineKind.TAX: 2000, ROUNDING: 99,
    }  # fmt: skip
    assert [one.kind for one in found.lines] == list(LineKind)
    assert (found.cost, found.price) == (3126, 12_099)
    assert line(found, FAILURES).facts == {"bp": 1000}
    assert line(found, LABOUR).facts == {"seconds": 90, "pieces": 2, "rate": 3000}
    assert line(found, RUSH).facts == {"days": 7, "bp": 1000, "days_left": 4}
    assert line(found, MINIMUM).facts == {"minimum": 10_000}
    assert line(found, ROUNDING).facts == {"ending": "99"}


def test_a_margin_is_a_share_of_the_price():
    found = priced(rates(margin_kind=MarginKind.MARGIN, margin_bp=5000), typed(4))
    assert (found.cost, found.price) == (3466, 6932)


@pytest.mark.parametrize(
    ("days_left", "amount"), [(None, None), (8, None), (7, 468), (3, 1170), (0, 1170), (-2, 1170)]
)
def test_the_tightest_rush_holds(days_left, amount):
    given = rates(rush=(Rush(3, 2500), Rush(7, 1000)))
    found = priced(given, typed(4), days_left=days_left)
    assert lines(found).get(RUSH) == amount
    assert ("The day it is needed by is over." in found.cautions) == (days_left == -2)


def test_a_break_lowers_the_margin_and_never_the_total():
    given = rates(breaks=(Break(10, 1000), Break(5, 2500)))
    prices = [priced(given, typed(count)).price for count in range(1, 13)]
    assert prices == sorted(prices)
    by_hand = {4: 3466 + 1214, 5: 4332 + 1083, 9: 7797 + 1950}
    assert {count: prices[count - 1] for count in by_hand} == by_hand
    assert prices[9] == prices[8] == 9747  # ten at 10% would be 95.30
    held = line(priced(given, typed(10)), MARGIN).facts
    assert held["parts"] == [
        {"name": "Bracket", "quantity": 10, "amount": 1083, "bp": 1000, "held": 9}
    ]
    assert line(priced(given, typed(6)), MARGIN).facts == {"kind": "markup", "bp": 2500}


def test_each_part_has_its_own_quantity_material_and_break():
    given = rates(breaks=(Break(10, 0),), setup=1000)
    found = priced(given, typed(100), cube(30, 2, id="up_2"))
    facts = line(found, MARGIN).facts
    assert [(part["quantity"], part["bp"]) for part in facts["parts"]] == [(100, 0), (2, 3500)]
    assert facts["rest"] == {"bp": 3500, "amount": 350}
    material = line(found, MATERIAL).facts
    assert (material["price_per_kg"], material["materials"]) == (None, ["PETG", "PLA"])
    assert [part["quantity"] for part in material["parts"]] == [100, 2]
    assert found.price <= found.charged < found.price + 102


@pytest.mark.parametrize(
    ("currency", "rounding", "ending", "whole"),
    [
        ("EUR", Rounding.WHOLE, 0, 100), ("EUR", Rounding.HALF, 0, 50),
        ("EUR", Rounding.NINETY_NINE, 99, 100), ("JPY", Rounding.WHOLE, 0, 100),
        ("JPY", Rounding.HALF, 0, 50), ("JPY", Rounding.NINETY_NINE, 99, 100),
        ("KWD", Rounding.WHOLE, 0, 1000), ("KWD", Rounding.HALF, 0, 500),
        ("KWD", Rounding.NINETY_NINE, 990, 1000),
    ],
)  # fmt: skip
def test_a_price_ends_as_wanted(currency, rounding, ending, whole):
    for count in range(1, 40):
        plain = priced(rates(currency), typed(count)).price
        price = priced(rates(currency, rounding=rounding), typed(count)).price
        assert price % whole == ending
        assert plain <= price < plain + whole


def test_what_a_person_sets_holds_and_the_rest_follows():
    given = rates(failure_bp=1000, rounding=Rounding.WHOLE)
    found = priced(given, typed(4), overrides={MACHINE: 2000})
    machine = line(found, MACHINE)
    assert (machine.amount, machine.worked_out, machine.overridden) == (2000, 3034, True)
    assert (lines(found)[FAILURES], lines(found)[MARGIN]) == (271, 947)  # of 24.32 and 27.03
    assert not any(one.overridden for one in found.lines if one is not machine)
    assert found.price == 3700


def test_lines_that_were_left_out_appear_where_a_person_sets_them():
    wanted = {SETUP: 500, RUSH: 200, MINIMUM: 0, ROUNDING: 3}
    found = priced(rates(), typed(4), overrides=wanted)
    assert lines(found) == {MATERIAL: 432, MACHINE: 3034, MARGIN: 1389, **wanted}
    assert found.price == 3466 + 1389 + 703
    assert priced(rates(rounding=Rounding.WHOLE), typed(4), overrides={ROUNDING: 0}).price == 4680
    assert priced(rates(), typed(4), overrides={MARGIN: 0}).price == 3466
    low = priced(rates(minimum=9000), typed(4), overrides={MINIMUM: 0})
    assert (low.price, line(low, MINIMUM).worked_out) == (4680, 4320)


def test_what_a_person_sets_is_shared_among_the_parts():
    """In proportion to what they came to, and by their pieces where that was nothing."""
    assert split(10, [1080, 3240], 1) == [3, 7]
    assert split(100, [1, 1, 1], 10) == [40, 30, 30]
    given = rates(breaks=(Break(5, 0),))
    found = priced(given, typed(10), typed(30), overrides={MATERIAL: 10, LABOUR: 41})
    assert lines(found)[MARGIN] == 0
    assert sum(item.unit_price * item.quantity for item in found.items) >= found.price
    free = priced(given, typed(1), typed(3), overrides=dict.fromkeys(LineKind, 0) | {ROUNDING: 8})
    assert (free.price, [item.unit_price for item in free.items]) == (8, [2, 2])


def test_typed_values_hold_instead_of_what_was_measured():
    given = rates()
    found = priced(given, cube(milligrams=50_000, watertight=False))
    assert (found.items[0].milligrams, found.items[0].seconds) == (50_000, 1_453)
    assert found.cautions == ("cube.stl is not watertight, so its volume may be off.",)
    both = priced(given, cube(milligrams=50_000, seconds=60, watertight=False))
    assert (both.items[0].seconds, both.cautions) == (60, ())


def test_the_first_machine_with_a_speed_and_room_prints_it():
    large = replace(PRUSA, id="m_large", name="Large", build_volume_mm=(400, 400, 100))
    given = rates(machines=(PRUSA, large, ELEGOO))

    def machine(part):
        return priced(given, part).items[0].machine_id

    assert machine(cube()) == "m_prusa"
    assert machine(cube(size=(90_000, 300_000, 380_000))) == "m_large"  # however it lies
    assert machine(cube(size=None)) == "m_prusa"
    assert machine(cube(machine_id="m_large")) == "m_large"
    forced = priced(given, cube(size=(300_000, 1, 1), machine_id="m_prusa"))
    assert forced.cautions == ("cube.stl is larger than Prusa MK4 has room for.",)


def test_without_a_material_the_first_that_can_be_printed_is_taken():
    free = replace(PLA, name="Gift", price_per_kg=0)
    idle = replace(PLA, name="Idle")
    found = priced(rates(materials=(free, idle, PETG, PLA)), cube(material=None))
    assert found.items[0].material == "PETG"
    assert found.cautions == ("No material was asked for. This is for PETG.",)
    tall = cube(material=None, size=(1, 1, 240_000))
    assert priced(rates(machines=(replace(PRUSA, build_volume_mm=(9, 9, 9)), ELEGOO)), tall)


SENTENCES = [
    (Rates("EUR"), typed(), "no_rates", "No rates are set up yet."),
    (rates(machines=()), typed(), "no_rates", "The rates have no machine yet."),
    (rates(materials=()), typed(), "no_rates", "The rates have no material yet."),
    (rates("USD"), typed(), "currency_differs",
     "The rates are in USD, and this price has to be in EUR."),
    (rates("XXX"), typed(), "bad_rates", "The rates are in a currency that nothing is sold in."),
    (rates(), typed(material="PEEK"), "no_material", "There are no rates for PEEK."),
    (rates(machines=(replace(PRUSA, speeds=()),)), cube(material=None), "no_material",
     "No machine has a speed for a material that has a price."),
    (rates(materials=(replace(PLA, price_per_kg=0),)), cube(), "no_price",
     "PLA has no price per kg in the rates."),
    (rates(materials=(replace(PLA, density=0),)), cube(), "no_price",
     "PLA has no density in the rates."),
    (rates(machines=(ELEGOO,)), cube(), "no_machine", "No machine has a speed for PLA."),
    (rates(), cube(machine_id="m_elegoo"), "no_machine",
     "Elegoo Saturn has no speed for PLA. Type the hours of a piece."),
    (rates(), cube(machine_id="m_gone"), "no_machine",
     "The machine that was chosen is not in the rates."),
    (rates(), cube(size=(1_200_400, 20_000, 20_000)), "too_large_for_machine",
     "cube.stl is 1,201 × 20 × 20 mm, larger than any machine for PLA has room for."),
    (rates(), cube(volume=None, area=None), "no_facts",
     "Nothing was measured of cube.stl. Type the grams and hours of a piece."),
    (rates(), typed(seconds=None), "no_facts",
     "Nothing was measured of Bracket. Type the hours of a piece."),
    (rates(), cube(volume=0), "no_volume",
     "The faces of cube.stl enclose no volume. Type the grams and hours of a piece."),
    (rates(), cube(volume=-5, seconds=60), "no_volume",
     "The faces of cube.stl enclose no volume. Type the grams of a piece."),
    (rates(machines=(replace(PRUSA, speeds=(Speed("PLA", 0, 0),)),)), cube(), "bad_speed",
     "The speed of Prusa MK4 with PLA can't be right."),
    (rates(machines=(replace(PRUSA, speeds=(Speed("PLA", 10**15, 0),)),)), cube(), "bad_speed",
     "The speed of Prusa MK4 with PLA can't be right."),
    (rates(machines=(replace(PRUSA, rate=0),)), cube(), "no_rate",
     "Prusa MK4 costs nothing an hour in the rates."),
    (rates(margin_kind=MarginKind.MARGIN, margin_bp=10_000), cube(), "bad_margin",
     "The margin has to be less than 100% of the price."),
    (rates(breaks=(Break(10, -1),)), cube(), "bad_margin",
     "The margin from 10 pieces on is below 0%."),
    (rates(failure_bp=10_000), cube(), "bad_failures",
     "The share of failed prints has to be from 0 to below 100%."),
    (rates(machines=(replace(PRUSA, speeds=(Speed("PLA", 1, 0),)),)), cube(30), "too_long",
     "cube.stl would print 441 days a piece on Prusa MK4."),
    (rates(), typed(100_000), "too_much",
     "It comes to more than €999,999.99, the most a quote can be worth."),
    (rates(), typed(0), "bad_quantity", "Enter how many of Bracket to make."),
    (rates(), typed(milligrams=0), "bad_estimate",
     "The grams of a piece of Bracket have to be more than 0."),
    (rates(machines=(replace(PRUSA, wall=-1),)), cube(), "bad_rates",
     "The walls or the infill of Prusa MK4 can't be right."),
    (rates(machines=(replace(PRUSA, wall=0, infill_bp=0),)), cube(), "bad_rates",
     "Without walls and infill Prusa MK4 prints nothing."),
    (rates(machines=(replace(PRUSA, start_seconds=-1),)), cube(), "bad_rates",
     "The time that Prusa MK4 takes to start is below 0."),
    (rates(materials=(replace(PLA, waste_bp=-1),)), cube(), "bad_rates",
     "The waste of PLA is below 0%."),
    (rates(rush=(Rush(3, -1),)), cube(), "bad_rates", "The surcharge of a rush is below 0%."),
    (rates(setup=-1), cube(), "bad_rates", "The setup is below 0 in the rates."),
]  # fmt: skip


@pytest.mark.parametrize(("given", "part", "code", "message"), SENTENCES)
def test_why_there_is_no_price_is_said(given, part, code, message):
    [(found, words, about)] = refused(given, part)
    assert (found, words) == (code, message)
    assert about in (None, part.id)


def test_every_reason_is_said_and_each_but_once():
    given = rates(failure_bp=10_000, machines=(replace(PRUSA, rate=0),))
    parts = [cube(id="a"), cube(id="b"), cube(id="c", volume=None), cube(id="d", material="PEEK")]
    found = [(code, about) for code, _, about in refused(given, *parts)]
    assert found == [
        ("bad_failures", None), ("no_rate", None), ("no_facts", "c"), ("no_material", None),
    ]  # fmt: skip
    assert [code for code, *_ in refused(rates())] == ["no_parts"]
    below = refused(rates(), typed(), overrides={SETUP: -1})
    assert below == [("bad_override", "A line of the price can't be below 0.", None)]
