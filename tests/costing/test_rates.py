"""Rates: kept whole and once, checked, and started with numbers that hold everywhere."""

from collections.abc import Callable
from dataclasses import replace
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask

from synqro import costing, stores
from synqro.core.currencies import CURRENCIES, digits, step
from synqro.core.db import db
from synqro.core.errors import Changed, Invalid
from synqro.costing import Automatic, Break, MarginKind, Process, Rates, Rush, Speed
from synqro.costing.checking import percent, wrong_with
from synqro.costing.starting import EURO, USUAL, amount, facts, process_of
from tests.costing.makers import PLA, PRUSA, cube, rates

Change = Callable[[Rates], Rates]


def codes(found: list[dict[str, str]]) -> dict[str, str]:
    return {each["field"]: each["code"] for each in found}


def said(found: Rates) -> dict[str, str]:
    return {each["field"]: each["message"] for each in wrong_with(found)}


def machine(**changes: Any) -> Rates:
    return rates(machines=(replace(PRUSA, **changes),))


def material(**changes: Any) -> Rates:
    found = replace(PLA, **changes)
    return rates(materials=(found,), machines=())


# Keeping


def test_a_store_without_rates_has_none_to_suggest_by(store: stores.Store) -> None:
    assert costing.card_of(store) == (None, 0)
    assert costing.saved_at(store) is None
    assert costing.rates_of(store) == Rates("EUR")


def test_what_was_saved_comes_back_whole(store: stores.Store) -> None:
    full = rates(
        breaks=(Break(10, 3000),),
        rush=(Rush(3, 3000),),
        automatic=Automatic(enabled=True, most=9900, materials=("PLA",)),
        rounding=costing.Rounding.HALF,
        margin_kind=MarginKind.MARGIN,
    )
    costing.save(store, full, seen=0, person_id="per_1")
    assert costing.card_of(store) == (full, 1)
    assert costing.saved_at(store) is not None


def test_a_machine_without_a_build_volume_has_the_stores(store: stores.Store) -> None:
    costing.save(store, machine(build_volume_mm=None))
    assert costing.rates_of(store).machines[0].build_volume_mm is None
    store = stores.save_storefront(store.id, build_volume_mm=[300, 200, 100])
    assert costing.rates_of(store).machines[0].build_volume_mm == (300, 200, 100)
    kept, _version = costing.card_of(store)
    assert kept and kept.machines[0].build_volume_mm is None


def test_the_second_of_two_editors_is_told(store: stores.Store) -> None:
    costing.save(store, rates(), seen=0)
    with pytest.raises(Changed):
        costing.save(store, rates(setup=100), seen=0)
    costing.save(store, rates(setup=200), seen=1)
    with pytest.raises(Changed):
        costing.save(store, rates(setup=300), seen=1)
    kept, version = costing.card_of(store)
    assert kept and (kept.setup, version) == (200, 2)


def test_of_two_first_savers_at_once_one_is_told(app: Flask, store: stores.Store) -> None:
    start, told = Barrier(2), []

    def save() -> None:
        with app.app_context():
            start.wait()
            try:
                costing.save(store, rates(), seen=0)
                told.append("saved")
            except Changed:
                told.append("told")

    threads = [Thread(target=save) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(told) == ["saved", "told"]


def test_rates_and_the_list_of_materials_are_saved_together(store: stores.Store) -> None:
    offered: list[stores.Material] = [{"name": "PLA", "colors": ["Black"]}]
    mark = stores.mark(store, "quote_materials")
    costing.save(store, rates(), seen=0, offered=offered, seen_offered=mark)
    assert stores.by_id(store.id).quote_materials == offered
    other: list[stores.Material] = [{"name": "ABS", "colors": []}]
    with pytest.raises(Changed):
        costing.save(store, rates(setup=100), seen=1, offered=other, seen_offered=mark)
    mark = stores.mark(stores.by_id(store.id), "quote_materials")
    with pytest.raises(Changed):
        costing.save(store, rates(setup=100), seen=0, offered=other, seen_offered=mark)
    db.session.rollback()
    assert stores.by_id(store.id).quote_materials == offered
    kept, version = costing.card_of(store)
    assert kept and (kept.setup, version) == (0, 1)


def test_a_refusal_names_every_wrong_field_and_saves_nothing(store: stores.Store) -> None:
    bad = rates(materials=(replace(PLA, density=5),), machines=(), failure_bp=10_000)
    with pytest.raises(Invalid) as refused:
        costing.save(store, bad, offered=[{"name": "", "colors": []}])
    assert codes(refused.value.facts["fields"]) == {  # type: ignore[arg-type]
        "materials.0.density": "out_of_range",
        "failure_bp": "out_of_range",
        "offered.0.name": "required",
    }
    assert costing.card_of(store) == (None, 0)


def test_of_the_list_it_is_said_whether_name_or_colours_are_wrong(store: stores.Store) -> None:
    offered: list[stores.Material] = [
        {"name": "x" * 41, "colors": []},
        {"name": "PLA", "colors": ["y" * 41]},
        {"name": "pla", "colors": []},
        {"name": "ABS", "colors": [str(n) for n in range(41)]},
    ]
    found = costing.wrong_to_save(store, rates(), offered)
    assert codes(found) == {
        "offered.0.name": "too_long",
        "offered.1.colors": "too_long",
        "offered.2.name": "duplicate",
        "offered.3.colors": "too_many",
    }
    many: list[stores.Material] = [{"name": str(n), "colors": []} for n in range(31)]
    assert codes(costing.wrong_to_save(store, rates(), many)) == {"offered": "too_many"}


def test_rates_in_another_currency_than_the_stores_are_refused(store: stores.Store) -> None:
    with pytest.raises(Invalid) as refused:
        costing.save(store, rates("GBP"))
    assert codes(refused.value.facts["fields"]) == {"currency": "currency_differs"}  # type: ignore[arg-type]


# Checking


def test_good_rates_have_nothing_wrong() -> None:
    assert wrong_with(rates()) == []
    assert wrong_with(Rates("EUR")) == []


@pytest.mark.parametrize(
    ("found", "field", "words"),
    [
        (material(density=99), "materials.0.density", "0.1 to 25 g/cm³"),
        (material(density=25_001), "materials.0.density", "0.1 to 25 g/cm³"),
        (material(price_per_kg=0), "materials.0.price_per_kg", "€0.01 to €999,999.99"),
        (material(waste_bp=50_001), "materials.0.waste_bp", "0 to 500 %"),
        (material(waste_bp=-1), "materials.0.waste_bp", "0 to 500 %"),
        (material(name=" "), "materials.0.name", "Name the material"),
        (material(name="x" * 41), "materials.0.name", "at most 40"),
        (
            rates(materials=(PLA, replace(PLA, name="pla")), machines=()),
            "materials.1.name",
            "twice",
        ),
        (machine(name=""), "machines.0.name", "Name the machine"),
        (machine(id=""), "machines.0.id", "id of its own"),
        (machine(rate=0), "machines.0.rate", "costs nothing"),
        (machine(rate=-5), "machines.0.rate", "€0.01"),
        (machine(build_volume_mm=(250, 0, 220)), "machines.0.build_volume_mm.1", "10,000 mm"),
        (machine(wall=10_001), "machines.0.wall", "0 to 10 mm"),
        (machine(infill_bp=10_001), "machines.0.infill_bp", "0 to 100 %"),
        (machine(wall=0, infill_bp=0), "machines.0.infill_bp", "nothing is printed"),
        (machine(start_seconds=86_401), "machines.0.start_seconds", "1,440 minutes"),
        (machine(speeds=(Speed("PLA", 99, 0),)), "machines.0.speeds.0.volume", "0.1 to 5,000 cm³"),
        (machine(speeds=(Speed("PLA", 5_000_001, 0),)), "machines.0.speeds.0.volume", "cm³"),
        (machine(speeds=(Speed("PLA", 100, 99),)), "machines.0.speeds.0.area", "100,000 cm²"),
        (machine(speeds=(Speed("Wax", 100, 0),)), "machines.0.speeds.0.material", "Wax"),
        (machine(speeds=(Speed("PLA", 100, 0),) * 2), "machines.0.speeds.1.material", "twice"),
        (rates(labour_rate=-1), "labour_rate", "0 to"),
        (rates(labour_seconds=86_401), "labour_seconds", "1,440 minutes a piece"),
        (rates(setup=100_000_000), "setup", "€999,999.99"),
        (rates(failure_bp=10_000), "failure_bp", "less than 100 %"),
        (rates(margin_bp=100_001), "margin_bp", "0 to 1,000 %"),
        (rates(margin_kind=MarginKind.MARGIN, margin_bp=10_000), "margin_bp", "share of the price"),
        (rates(breaks=(Break(1, 100),)), "breaks.0.quantity", "2 pieces or more"),
        (rates(breaks=(Break(10, 3500),)), "breaks.0.margin_bp", "less than 35 %"),
        (rates(breaks=(Break(10, 9), Break(10, 8))), "breaks.1.quantity", "11 pieces or more"),
        (rates(breaks=(Break(10, 950), Break(20, 950))), "breaks.1.margin_bp", "less than 9.5 %"),
        (rates(margin_bp=0, breaks=(Break(10, 0),)), "breaks.0.margin_bp", "Nothing is left"),
        (rates(rush=(Rush(-1, 100),)), "rush.0.days", "0 to 365 days"),
        (rates(rush=(Rush(3, 0),)), "rush.0.surcharge_bp", "more than 0"),
        (rates(rush=(Rush(3, 100), Rush(3, 50))), "rush.1.days", "4 to 365 days"),
        (rates(rush=(Rush(3, 100), Rush(7, 100))), "rush.1.surcharge_bp", "less than 1 %"),
        (rates(automatic=Automatic(most=0)), "automatic.most", "€0.01"),
        (rates(automatic=Automatic(longest_mm=0)), "automatic.longest_mm", "mm"),
        (rates(automatic=Automatic(pieces=0)), "automatic.pieces", "pieces"),
        (rates(automatic=Automatic(materials=("Wax",))), "automatic.materials", "Wax"),
        (rates(automatic=Automatic(shipping=-1)), "automatic.shipping", "0 to"),
        (rates("KWD", setup=5), "setup", "steps of KWD 0.010"),
        (Rates("XXX"), "currency", "no such currency"),
    ],
)
def test_what_rates_may_not_be_is_said_with_its_unit(found: Rates, field: str, words: str) -> None:
    wrong = said(found)
    assert list(wrong) == [field]
    assert words in wrong[field].replace("\xa0", " ")


def test_no_list_is_endless() -> None:
    many = rates(
        materials=tuple(replace(PLA, name=f"m{n}") for n in range(31)),
        machines=tuple(replace(PRUSA, id=f"{n}", name=f"p{n}", speeds=()) for n in range(21)),
        breaks=tuple(Break(n + 2, 3000 - n) for n in range(21)),
        rush=tuple(Rush(n, 3000 - n) for n in range(21)),
    )
    assert codes(wrong_with(many)) == dict.fromkeys(
        ("materials", "machines", "breaks", "rush"), "too_many"
    )


@pytest.mark.parametrize(("bp", "words"), [(3550, "35.5"), (3000, "30"), (0, "0"), (1, "0.01")])
def test_shares_are_written_as_people_do(bp: int, words: str) -> None:
    assert percent(bp) == words


# Starting


@pytest.mark.parametrize("currency", CURRENCIES)
@pytest.mark.parametrize("process", [Process.FDM, Process.RESIN, None])
def test_every_start_holds_and_prices_a_cube(process: Process | None, currency: str) -> None:
    for names in ((), ("PLA", "PETG"), ("Castable resin", "Unheard of", "PA-CF")):
        found = costing.starting(process, currency, names)
        assert wrong_with(found) == []
        for one in found.materials:
            price = costing.estimate(found, [cube(material=one.name)], currency=currency)
            assert isinstance(price, costing.Estimate), price
            euros = price.price * 100 / (EURO[currency] * 10 ** digits(currency))
            assert 0.5 <= euros <= 60, (currency, one.name, euros)


def test_a_start_in_euros_is_what_the_maker_reads() -> None:
    found = costing.starting(Process.FDM, "EUR", ["PLA", "TPU 95A"])
    assert [(m.name, m.density, m.price_per_kg) for m in found.materials] == [
        ("PLA", 1240, 2000),
        ("TPU 95A", 1210, 3200),
    ]
    (printer,) = found.machines
    assert (printer.rate, printer.wall, printer.infill_bp) == (250, 1200, 2000)
    assert printer.speeds[1].volume < printer.speeds[0].volume
    assert (found.setup, found.minimum, found.margin_bp) == (800, 1500, 3500)


def test_a_start_names_the_usual_materials_where_the_store_has_none_of_a_process() -> None:
    found = costing.starting(Process.RESIN, "EUR", ["PLA", "PETG"])
    assert tuple(m.name for m in found.materials) == USUAL[Process.RESIN]
    both = costing.starting(None, "EUR", ["PLA", "Tough resin"])
    assert [m.name for m in both.materials] == ["PLA", "Tough resin"]
    assert [len(m.speeds) for m in both.machines] == [1, 1]


@pytest.mark.parametrize(
    ("name", "process"),
    [
        ("PLA Clear", Process.FDM),
        ("Tough PLA", Process.FDM),
        ("PETG-CF", Process.FDM),
        ("PC", Process.FDM),
        ("ABS-like", Process.RESIN),
        ("Flexible resin", Process.RESIN),
        ("Unobtainium", None),
    ],
)
def test_a_name_says_what_prints_it(name: str, process: Process | None) -> None:
    assert process_of(name) is process


def test_a_name_nobody_knows_gets_the_facts_of_the_commonest() -> None:
    assert facts("Unobtainium", Process.FDM) == facts("PLA", Process.FDM)
    assert facts("Unobtainium", Process.RESIN) == facts("Standard", Process.RESIN)


def test_every_currency_can_be_started_in() -> None:
    assert set(EURO) == set(CURRENCIES)
    for currency in CURRENCIES:
        assert amount(2, currency) % step(currency) == 0 < amount(2, currency)
    assert (amount(2500, "JPY"), amount(1500, "HUF"), amount(2500, "EUR")) == (4400, 590_000, 2500)
