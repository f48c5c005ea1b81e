"""The page of rates: begun in a few presses, edited row by row, never lost, never overwritten."""

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from synqro import costing, stores
from synqro.costing import Automatic, Break, Machine, Material, Process, Rates, Rush, Speed
from tests import makers
from tests.console.rates import PATH, fields, opened, press, save
from tests.costing.makers import cube
from tests.makers import HTMX


def kept(store: stores.Store) -> Rates:
    found, _version = costing.card_of(store)
    assert found
    return found


def listed(store: stores.Store) -> list[str]:
    return [material["name"] for material in stores.by_id(store.id).quote_materials]


def errors(page: str) -> dict[str, str]:
    """What the summary at the top says, by field."""
    found = re.findall(r'<a class="link" href="#([\w.]+)">([^<]+)</a>', page)
    return dict(found)


@pytest.fixture
def saved(store: stores.Store) -> Rates:
    """Rates of a shop that prints PLA and PETG, saved as the first version."""
    pla, petg = Material("PLA", 1240, 2000, 500), Material("PETG", 1270, 2250, 500)
    timed = (Speed("PLA", 15_000, 40_000), Speed("PETG", 13_500, 0))
    mk4 = Machine("mch_1", "MK4", Process.FDM, 250, (250, 210, 220), 1200, 1550, 390, timed)
    found = Rates(
        "EUR",
        (pla, petg),
        (mk4,),
        2500,
        200,
        800,
        200,
        500,
        margin_bp=3500,
        breaks=(Break(10, 3000), Break(50, 2250)),
        rush=(Rush(3, 3000),),
        minimum=1500,
        rounding=costing.Rounding.HALF,
        automatic=Automatic(enabled=True, most=9900, materials=("PETG",)),
    )
    costing.save(store, found, seen=0)
    return found


def test_a_store_without_rates_chooses_what_to_begin_with(console: FlaskClient) -> None:
    page = console.get(PATH).text
    assert "What do you print with?" in page and "<form id" not in page
    for start in ("fdm", "resin", "both"):
        assert f'href="{PATH}?start={start}"' in page
    assert "What do you print with?" in console.get(f"{PATH}?start=laser").text


@pytest.mark.parametrize(("start", "machines"), [("fdm", 1), ("resin", 1), ("both", 2)])
def test_a_start_is_saved_by_save_alone(
    console: FlaskClient, store: stores.Store, start: str, machines: int
) -> None:
    form = opened(console, f"?start={start}")
    assert costing.card_of(store) == (None, 0)
    answer = save(console, form)
    assert (answer.status_code, answer.location) == (303, PATH)
    assert "Rates saved" in console.get(PATH).text
    assert len(kept(store).machines) == machines
    assert listed(store)[:2] == ["PLA", "PETG"]


def test_a_start_takes_the_room_that_the_store_states(
    console: FlaskClient, store: stores.Store
) -> None:
    stores.save_storefront(store.id, build_volume_mm=[300, 300, 300])
    assert save(console, opened(console, "?start=fdm")).status_code == 303
    assert kept(store).machines[0].build_volume_mm is None


def test_the_page_saves_back_what_it_shows(
    console: FlaskClient, store: stores.Store, saved: Rates
) -> None:
    form = opened(console)
    assert (form["materials.0.density"], form["materials.1.price_per_kg"]) == ("1.24", "22.50")
    assert (form["machines.0.speeds.1.volume"], form["machines.0.speeds.1.area"]) == ("13.5", "")
    assert (form["labour_seconds"], form["machines.0.start_seconds"]) == ("3.33", "6.5")
    assert save(console, form).status_code == 303
    assert kept(store) == saved


def test_a_start_is_of_no_use_to_who_has_rates(console: FlaskClient, saved: Rates) -> None:
    assert opened(console, "?start=resin")["machines.0.name"] == "MK4"


def test_payment_fees_are_the_usual_ones_until_a_shop_writes_its_own(
    console: FlaskClient, store: stores.Store, saved: Rates
) -> None:
    page = console.get(PATH).text
    assert 'placeholder="1.5"' in page and 'placeholder="0.25"' in page
    assert "1.5% and 0.25 EUR, Stripe’s standard price for cards in your country." in page
    form = opened(console)
    assert (form["fee_bp"], form["fee_fixed"]) == ("", "")
    assert save(console, form, fee_bp="1,2", fee_fixed="0").status_code == 303
    assert costing.fees_of(store) == (120, 0)
    form = opened(console)
    assert (form["fee_bp"], form["fee_fixed"]) == ("1.2", "0.00")
    wrong = console.post(PATH, data={**form, "fee_bp": "21", "fee_fixed": "-1"})
    assert set(errors(wrong.text)) == {"fee_bp", "fee_fixed"}
    assert save(console, form, fee_bp="", fee_fixed="").status_code == 303
    assert costing.fees_of(store) == (150, 25)


def test_numbers_may_be_typed_with_a_comma(
    console: FlaskClient, store: stores.Store, saved: Rates
) -> None:
    form = opened(console)
    answer = save(console, form, materials__0__density="1,25", setup="7,50", margin_bp="32,5")
    assert answer.status_code == 303
    found = kept(store)
    assert (found.materials[0].density, found.setup, found.margin_bp) == (1250, 750, 3250)


def test_everything_wrong_is_named_at_its_field_and_kept(
    console: FlaskClient, store: stores.Store, saved: Rates
) -> None:
    form = opened(console)
    typed = {
        "materials.0.name": "",
        "materials.0.density": "heavy",
        "materials.1.colors": "x" * 50,
        "machines.0.rate": "0",
        "machines.0.speeds.1.volume": "15,000",
        "margin_bp": "2000",
        "breaks.1.margin_bp": "40",
        "rush.0.days": "1.5",
    }
    answer = console.post(PATH, data={**form, **typed})
    assert answer.status_code == 422 and "8 fields need a look." not in answer.text
    assert "Eight fields need a look." in answer.text
    found = errors(answer.text)
    assert set(found) == set(typed)
    assert found["materials.0.density"].startswith("Density of material 1: Enter a number")
    assert found["machines.0.rate"].startswith("An hour of MK4: A machine that costs nothing")
    assert (
        found["breaks.1.margin_bp"]
        == "Quantity 2, share: More pieces carry less: enter less than 30 %."
    )
    again = fields(answer.text)
    assert {name: again[name] for name in typed} == typed
    for name in typed:
        assert f'id="{name}"' in answer.text and f'id="{name}-said"' in answer.text
    assert kept(store) == saved


def test_rows_left_out_do_not_shift_what_is_said(console: FlaskClient, saved: Rates) -> None:
    form = press(console, opened(console), "add-materials")
    form |= {f"materials.0.{part}": "" for part in ("density", "price_per_kg", "waste_bp")}
    form |= {"machines.0.speeds.0.volume": "", "machines.0.speeds.0.area": ""}
    answer = save(console, form, materials__1__density="0", machines__0__speeds__1__volume="0.01")
    assert set(errors(answer.text)) == {"materials.1.density", "machines.0.speeds.1.volume"}


def test_a_material_may_be_offered_without_rates(
    console: FlaskClient, store: stores.Store, saved: Rates
) -> None:
    offered: list[stores.Material] = [
        {"name": "PLA", "colors": []},
        {"name": "ABS", "colors": ["Black"]},
        {"name": "PETG", "colors": []},
    ]
    stores.save_storefront(store.id, quote_materials=offered)
    form = opened(console)
    assert (form["materials.1.name"], form["materials.1.density"]) == ("ABS", "")
    assert form["machines.0.speeds.2.volume"] == "13.5"
    assert save(console, form).status_code == 303
    assert kept(store) == saved and listed(store) == ["PLA", "ABS", "PETG"]


def test_half_a_material_is_refused(console: FlaskClient, saved: Rates) -> None:
    form = press(console, opened(console), "add-materials")
    answer = save(console, form, materials__2__name="ABS", machines__0__speeds__2__volume="14")
    assert set(errors(answer.text)) == {"materials.2.density", "materials.2.price_per_kg"}


def test_a_material_removed_here_is_no_longer_offered(
    console: FlaskClient, store: stores.Store, saved: Rates
) -> None:
    form = press(console, opened(console), "remove-materials-0")
    assert form["materials.0.name"] == "PETG" and "materials.1.name" not in form
    assert form["machines.0.speeds.0.volume"] == "13.5"
    assert save(console, form).status_code == 303
    assert listed(store) == ["PETG"]
    assert [m.name for m in kept(store).materials] == ["PETG"]
    assert kept(store).machines[0].speeds == (Speed("PETG", 13_500, 0),)


def test_what_was_taken_off_the_storefront_page_is_said(
    console: FlaskClient, store: stores.Store, saved: Rates
) -> None:
    stores.save_storefront(store.id, quote_materials=[{"name": "PETG", "colors": []}])
    page = console.get(PATH).text
    assert "saving drops the rates: PLA." in page
    assert fields(page)["materials.0.name"] == "PETG"


def test_rules_for_automatic_prices_follow_a_material_that_is_renamed(
    console: FlaskClient, store: stores.Store, saved: Rates
) -> None:
    assert save(console, opened(console), materials__1__name="PET-G").status_code == 303
    found = kept(store)
    assert found.automatic == replace(saved.automatic, materials=("PET-G",))
    assert found.machines[0].speeds[1].material == "PET-G"
    assert listed(store) == ["PLA", "PET-G"]


def test_nothing_goes_out_by_itself_once_its_only_material_is_gone(
    console: FlaskClient, store: stores.Store, saved: Rates
) -> None:
    form = press(console, opened(console), "remove-materials-1")
    assert save(console, form).status_code == 303
    assert kept(store).automatic == replace(saved.automatic, materials=(), enabled=False)


def test_rows_come_and_go_and_keep_what_is_typed(console: FlaskClient, saved: Rates) -> None:
    form = press(
        console, opened(console), "add-machines-resin", setup="12", breaks__0__quantity="x"
    )
    assert (form["setup"], form["breaks.0.quantity"]) == ("12", "x")
    assert (form["machines.1.name"], form["machines.1.process"]) == ("", "resin")
    assert form["machines.1.infill_bp"] == "100"
    form = press(console, form, "add-breaks")
    form = press(console, form, "add-rush")
    assert form["breaks.2.quantity"] == form["rush.1.days"] == ""
    form = press(console, form, "remove-breaks-0")
    assert form["breaks.0.quantity"] == "50" and "breaks.2.quantity" not in form
    form = press(console, form, "remove-machines-0")
    assert form["machines.0.process"] == "resin" and "machines.1.name" not in form


@pytest.mark.parametrize("gone", ["materials-0", "machines-0", "breaks-1", "rush-0"])
def test_a_row_that_was_removed_can_be_put_back(
    console: FlaskClient, saved: Rates, gone: str
) -> None:
    before = opened(console)
    form = press(console, before, f"remove-{gone}")
    assert set(form) != set(before)
    back = press(console, form, "undo")
    assert back == before


def test_a_new_machine_gets_an_id_that_stays(
    console: FlaskClient, store: stores.Store, saved: Rates
) -> None:
    form = press(console, opened(console), "add-machines-fdm")
    save(console, form, machines__1__name="MK4 two", machines__0__id="mch_1")
    first, second = kept(store).machines
    assert first.id == "mch_1" and second.id.startswith("mch_")
    save(console, opened(console), machines__0__name="MK3", machines__1__id="mch_1")
    ids = [machine.id for machine in kept(store).machines]
    assert ids[0] == "mch_1" and ids[1] not in ("mch_1", second.id)


def test_quantities_and_days_may_stand_in_any_order(
    console: FlaskClient, store: stores.Store, saved: Rates
) -> None:
    form = press(console, opened(console), "add-breaks")
    save(console, form, breaks__2__quantity="25", breaks__2__margin_bp="25")
    assert kept(store).breaks == (Break(10, 3000), Break(25, 2500), Break(50, 2250))


def test_buttons_answer_htmx_with_the_rows_and_a_fresh_example(
    console: FlaskClient, saved: Rates
) -> None:
    form = {**opened(console), "do": "add-rush"}
    answer = console.post(f"{PATH}/rows", data=form, headers=HTMX)
    assert answer.text.lstrip().startswith('<div class="stack l" id="rate-rows">')
    assert '<hx-partial hx-target="#example"' in answer.text
    assert re.search(r'id="rush\.1\.days"[^>]*data-focus', answer.text)


def test_a_button_of_another_page_is_refused(console: FlaskClient, saved: Rates) -> None:
    assert console.post(f"{PATH}/rows", data={"do": "add-lines"}).status_code == 400


def test_the_example_follows_what_is_typed(console: FlaskClient, saved: Rates) -> None:
    form = opened(console)
    answer = console.post(f"{PATH}/example", data={**form, "setup": "108"}, headers=HTMX)
    found = dict(re.findall(r"<span>([^<]+)</span><b class=\"num\">([^<]+)</b>", answer.text))
    plain = costing.estimate(saved, [cube()], currency="EUR")
    dear = costing.estimate(replace(saved, setup=10_800), [cube()], currency="EUR")
    assert isinstance(plain, costing.Estimate) and isinstance(dear, costing.Estimate)
    assert found["A 20 mm cube in PLA"] == f"€{dear.price / 100:.2f}"
    assert f"€{plain.price / 100:.2f}" in console.get(PATH).text
    assert "4 brackets, each 100 × 60 × 40 mm" in found
    assert "€108.00" in answer.text and "Mark-up 35%" in answer.text


def test_where_there_is_no_price_the_example_says_why(console: FlaskClient, saved: Rates) -> None:
    form = opened(console)
    bad = {**form, "materials.0.density": "heavy"}
    answer = console.post(f"{PATH}/example", data=bad, headers=HTMX)
    assert "Density of PLA: Enter a number" in answer.text and "€" not in answer.text
    small = {**form, **{f"machines.0.build_volume_mm.{side}": "10" for side in range(3)}}
    answer = console.post(f"{PATH}/example", data=small, headers=HTMX)
    assert "larger than any machine for PLA has room for" in answer.text
    page = console.post(f"{PATH}/example", data=bad)
    assert fields(page.text)["materials.0.density"] == "heavy"


def test_two_people_do_not_overwrite_each_other(
    console: FlaskClient, store: stores.Store, saved: Rates
) -> None:
    form = opened(console)
    costing.save(store, replace(saved, setup=900), seen=1)
    answer = save(console, form, packing="5")
    assert answer.status_code == 409
    assert "Someone else changed these rates at" in answer.text
    assert "<dt>Setup of a quote</dt><dd><bdi>9.00</bdi></dd>" in answer.text
    again = fields(answer.text)
    assert (again["packing"], again["setup"], kept(store).packing) == ("5", "8.00", 200)
    assert save(console, again).status_code == 303
    assert (kept(store).packing, kept(store).setup) == (500, 800)


def test_a_list_that_was_changed_on_the_storefront_page_is_not_overwritten(
    console: FlaskClient, store: stores.Store, saved: Rates
) -> None:
    form = opened(console)
    stores.save_storefront(store.id, quote_materials=[{"name": "Wood", "colors": []}])
    answer = save(console, form)
    assert answer.status_code == 409 and listed(store) == ["Wood"]
    assert "<dt>Name of PLA</dt><dd><bdi>Wood</bdi></dd>" in answer.text
    assert save(console, fields(answer.text)).status_code == 303
    assert listed(store) == ["PLA", "PETG"]


def test_save_leads_back_to_the_quote_it_came_from(
    console: FlaskClient, store: stores.Store
) -> None:
    quote = makers.quote(store).quote
    assert f"?start=fdm&amp;back={quote.id}" in console.get(f"{PATH}?back={quote.id}").text
    form = opened(console, f"?start=fdm&back={quote.id}")
    form = press(console, form, "add-breaks")
    assert (
        f'href="/console/quotes/{quote.id}"'
        in console.get(f"{PATH}?start=fdm&back={quote.id}").text
    )
    assert save(console, form).location == f"/console/quotes/{quote.id}"


@pytest.mark.parametrize("back", ["//evil.example", "qt_0", "../settings", "x" * 300, "\0"])
def test_back_is_a_quote_of_the_store_or_nothing(console: FlaskClient, back: str) -> None:
    form = opened(console, "?start=fdm")
    assert form["back"] == ""
    assert save(console, form, back=back).location == PATH


def test_another_stores_quote_is_not_come_back_to(console: FlaskClient) -> None:
    other = makers.person("other@shop.example")
    foreign = stores.open_store(other, name="Other", place=stores.Place("EUR")).store
    form = opened(console, f"?start=fdm&back={makers.quote(foreign).quote.id}")
    assert form["back"] == "" and save(console, form).location == PATH


def test_the_twin_has_rates_of_its_own(
    console: FlaskClient, twin: stores.Store, saved: Rates
) -> None:
    console.post("/console/mode", data={"mode": "test"})
    assert "What do you print with?" in console.get(PATH).text
    assert save(console, opened(console, "?start=resin")).status_code == 303
    assert kept(twin).machines[0].process is Process.RESIN


def test_names_with_markup_stay_text(console: FlaskClient, saved: Rates) -> None:
    save(console, opened(console), materials__0__name="<b>PLA</b>", machines__0__name='"><script>')
    page = console.get(PATH).text
    assert "<b>PLA" not in page and '"><script>' not in page
    assert fields(page)["materials.0.name"] == "<b>PLA</b>"


@pytest.mark.parametrize("currency", ["JPY", "KWD", "HUF"])
def test_other_currencies_begin_and_save_too(console: FlaskClient, currency: str) -> None:
    person = stores.by_email(makers.EMAIL)
    assert person
    other = stores.open_store(person, name="Abroad", place=stores.Place(currency)).store
    console.post("/console/settings/store", data={"store": other.id})
    form = opened(console, "?start=both")
    assert save(console, form).status_code == 303
    assert opened(console)["minimum"] == form["minimum"]
