"""What it took: entered on an order, read as people write it, kept, and compared."""

import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from synqro import costing, orders, quotes, stores
from synqro.core.errors import Invalid
from synqro.core.typed import Unread
from synqro.web.console.printed_form import read_time, read_weight, typed_time, typed_weight
from synqro.web.console.printed_rows import off
from tests import makers
from tests.console import made
from tests.console.test_any_input import NASTY
from tests.costing.makers import PETG
from tests.makers import HTMX
from tests.orders import shop

HOUR = 3600


@pytest.fixture(autouse=True)
def payments(store: stores.Store) -> None:
    shop.set_up_payments(store)


def at(order: orders.Order, more: str = "") -> str:
    return f"/console/orders/{order.id}{more}"


def enter(console: FlaskClient, order: orders.Order, **typed: Any) -> TestResponse:
    """Save the panel; fields by their names without `parts.0.`."""
    facts = {"machine": made.PRUSA.id, "grams": "", "time": "", **typed}
    data = {name if "." in name else f"parts.0.{name}": value for name, value in facts.items()}
    return console.post(at(order, "/printed"), data=data, headers=HTMX)


def text(html: str) -> str:
    return " ".join(unescape(re.sub("<[^>]*>", " ", html)).split())


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [
        ("8:40", 8 * HOUR + 40 * 60),
        ("8:40:30", 8 * HOUR + 40 * 60 + 30),
        ("8 h 40", 8 * HOUR + 40 * 60),
        ("8h40", 8 * HOUR + 40 * 60),
        ("8 h 40 min", 8 * HOUR + 40 * 60),
        ("8.67 h", 31_212),
        ("8,67 h", 31_212),
        ("0.5 hours", HOUR // 2),
        ("45 min", 45 * 60),
        ("45m", 45 * 60),
        ("1d 2h 34m 12s", 26 * HOUR + 34 * 60 + 12),
        ("36:05", 36 * HOUR + 5 * 60),
        ("", 0),
        ("  ", 0),
    ],
)
def test_times_are_read_as_people_write_them(typed: str, seconds: int) -> None:
    assert read_time(typed) == seconds


@pytest.mark.parametrize(
    "typed", ["8", "8.67", "8:60", "8:4", "x", "8 40", "-1 h", "1e3 h", "٣ h", "² h", "1.005 h"]
)
def test_times_that_may_mean_anything_are_refused(typed: str) -> None:
    with pytest.raises(Unread):
        read_time(typed)


@pytest.mark.parametrize(
    ("typed", "milligrams"),
    [("96", 96_000), ("96 g", 96_000), ("96.5g", 96_500), ("96,5", 96_500), ("1.2 kg", 1_200_000),
     ("0", 0), ("", 0), ("0.01", 10)],
)  # fmt: skip
def test_weights_are_read_as_people_write_them(typed: str, milligrams: int) -> None:
    assert read_weight(typed) == milligrams


@pytest.mark.parametrize("typed", ["x", "1,005", "1.005", "-4", "96 lb", "٣", "1e9", "9" * 20])
def test_other_weights_are_refused(typed: str) -> None:
    with pytest.raises(Unread):
        read_weight(typed)


@settings(deadline=None)
@given(st.integers(0, 10**8), st.integers(0, 10**7))
def test_what_is_shown_is_read_again(seconds: int, hundredths: int) -> None:
    assert read_time(typed_time(seconds)) == seconds
    assert read_weight(typed_weight(hundredths * 10)) == hundredths * 10


def test_errors_in_words() -> None:
    assert off(1200, 300) == "12% longer and 3% heavier than expected"
    assert off(-1200, None) == "12% quicker than expected"
    assert off(20, -300) == "3% lighter than expected"
    assert off(20, -20) == "as expected"
    assert off(None, None) == ""


def test_grams_and_hours_are_entered_on_the_order(
    console: FlaskClient, store: stores.Store
) -> None:
    made.rates(store)
    order = made.ordered(store)
    page = text(console.get(at(order)).text)
    assert "What it took" in page and "Pieces 4, PLA" in page
    [part] = quotes.made(store, order)
    [said] = [costing.expected(costing.rates_of(store), job) for job in jobs(store, order, part)]
    assert said and f"Expected {said.milligrams // 1000}" in page
    seconds = said.seconds * 112 // 100
    grams = f"{said.milligrams / 1000:.2f}"
    answer = enter(console, order, grams=grams, time=typed_time(seconds))
    assert answer.status_code == 200
    assert "Saved: 12% longer than expected" in unescape(answer.text)
    assert "It was 12% longer than expected" in text(answer.text)
    [kept] = costing.jobs_of(store, order.id).values()
    assert (kept.name, kept.material, kept.quantity) == ("cube-0.stl", "PLA", 4)
    assert (kept.volume, kept.area) == (8_000_000, 2_400_000)
    assert kept.seconds == seconds
    assert f'value="{typed_time(seconds)}"' in console.get(at(order)).text


def jobs(store: stores.Store, order: orders.Order, part: costing.Part) -> list[costing.Printed]:
    made.took(store, order)
    found = list(costing.jobs_of(store, order.id).values())
    costing.record(store, order.id, [replace(one, milligrams=0, seconds=0) for one in found])
    assert costing.jobs_of(store, order.id) == {}
    return found


def test_entering_again_replaces_and_emptying_forgets(
    console: FlaskClient, store: stores.Store
) -> None:
    made.rates(store)
    order = made.ordered(store)
    enter(console, order, grams="20", time="1:00")
    enter(console, order, grams="21", machine=made.SECOND.id)
    [kept] = costing.jobs_of(store, order.id).values()
    assert (kept.milligrams, kept.seconds, kept.machine_id) == (21_000, 0, made.SECOND.id)
    assert console.post(at(order, "/printed"), data={}).status_code == 303
    assert costing.jobs_of(store, order.id)
    answer = enter(console, order)
    assert "<span>Saved</span>" in answer.text and costing.jobs_of(store, order.id) == {}


def test_mistakes_are_said_at_their_fields(console: FlaskClient, store: stores.Store) -> None:
    made.rates(store)
    order = made.ordered(store, 20, 30)
    answer = enter(
        console,
        order,
        grams="much",
        time="8",
        **{"parts.1.grams": "2000 kg", "parts.1.time": "1:00", "parts.1.machine": "sold"},
    )
    assert answer.status_code == 422
    said = text(answer.text)
    assert "Four fields need a look" in said or "Three fields need a look" in said
    assert "Enter grams, like 96 or 96.5." in said and "Say hours or minutes: 8 h or 8 min." in said
    assert "Choose one of your machines." in said and 'value="much"' in answer.text
    answer = enter(console, order, grams="2000 kg", time="99999:00")
    assert answer.status_code == 422
    said = text(answer.text)
    assert "Enter 0 to 1,000 kg." in said and "less than a year" in said
    assert costing.jobs_of(store, order.id) == {}


def test_without_script_a_mistake_has_a_page_of_its_own(
    console: FlaskClient, store: stores.Store
) -> None:
    made.rates(store)
    order = made.ordered(store)
    answer = console.post(at(order, "/printed"), data={"parts.0.grams": "x"})
    assert answer.status_code == 422 and "<h1>What order" in answer.text
    data = {"parts.0.grams": "20", "parts.0.time": "", "parts.0.machine": made.PRUSA.id}
    answer = console.post(at(order, "/printed"), data=data)
    assert answer.status_code == 303 and answer.location.endswith("#printed")
    assert "Saved: " in console.get(answer.location).text


@pytest.mark.parametrize("bad", NASTY)
def test_whatever_is_typed(console: FlaskClient, store: stores.Store, bad: str) -> None:
    made.rates(store)
    order = made.ordered(store)
    for field in ("grams", "time", "machine"):
        assert enter(console, order, **{field: bad}).status_code in (200, 422)


def test_the_machine_is_the_one_it_was_priced_on(console: FlaskClient, store: stores.Store) -> None:
    made.rates(store)
    order = made.ordered(store)
    assert [part.machine_id for part in quotes.made(store, order)] == [made.PRUSA.id]
    swapped = replace(costing.rates_of(store), machines=(made.SECOND, made.PRUSA))
    costing.save(store, swapped)
    page = console.get(at(order)).text
    assert f'<option value="{made.PRUSA.id}" selected>' in page
    plain = made.ordered(store, working=False)
    assert [part.machine_id for part in quotes.made(store, plain)] == [None]
    assert f'<option value="{made.SECOND.id}" selected>' in console.get(at(plain)).text


def test_a_material_without_rates_is_said(console: FlaskClient, store: stores.Store) -> None:
    made.rates(store)
    order = made.ordered(store)
    machine = replace(made.PRUSA, speeds=made.PRUSA.speeds[1:])
    made.rates(store, materials=(PETG,), machines=(machine,))
    page = console.get(at(order)).text
    assert "There are no rates for PLA." in page and "parts.0.grams" not in page


def test_without_rates_one_sentence_leads_to_them(
    console: FlaskClient, store: stores.Store
) -> None:
    order = made.ordered(store)
    page = console.get(at(order)).text
    assert "Set up rates, and enter here" in page and "parts.0.grams" not in page
    assert enter(console, order, grams="20").status_code == 200
    assert costing.jobs_of(store, order.id) == {}


def test_speeds_are_not_judged_by_a_part_whose_units_are_in_doubt(
    console: FlaskClient, store: stores.Store
) -> None:
    made.rates(store)
    order = made.ordered(store, 2, 20)
    [sure] = quotes.made(store, order)
    assert sure.name == "cube-1.stl"
    page = console.get(at(order)).text
    assert "What it took" in page and "parts.0.grams" in page and "parts.1.grams" not in page


def test_other_orders_show_nothing(console: FlaskClient, store: stores.Store) -> None:
    made.rates(store)
    words = makers.quoted(store)
    described = made.pay(quotes.accept(store, words.token, version=1).order)
    bought = made.pay(shop.place(store, makers.product(store)).order)
    unpaid = quotes.accept(store, makers.quoted(store).token, version=1).order
    for order in (described, bought, unpaid):
        assert "What it took" not in console.get(at(order)).text
        assert enter(console, order, grams="20").status_code == 409


def test_another_shops_orders_are_not_found(
    app: object, console: FlaskClient, store: stores.Store
) -> None:
    other = makers.person("other@shop.example")
    foreign = stores.open_store(other, name="Other", place=stores.Place("EUR")).store
    shop.set_up_payments(foreign, "acct_other")
    made.rates(foreign)
    order = made.ordered(foreign)
    assert enter(console, order, grams="20").status_code == 404
    made.took(foreign, order)
    assert costing.jobs_of(store, order.id) == {} and costing.last_jobs(store) == []
    [job] = costing.jobs_of(foreign, order.id).values()
    costing.record(store, order.id, [replace(job, seconds=1)])
    costing.record(store, order.id, [replace(job, milligrams=0, seconds=0)])
    assert list(costing.jobs_of(foreign, order.id).values()) == [job]


def test_the_last_jobs_of_each_kind_are_read(store: stores.Store) -> None:
    made.rates(store)
    order = made.ordered(store)
    for at in range(30):
        job = costing.Printed(f"up_{at}", "a", "PLA", made.PRUSA.id, 1, 8 * 10**6, 10**6, 5, at + 1)
        costing.record(store, order.id, [job, replace(job, part=f"b_{at}", material="PETG")])
    found = costing.last_jobs(store, most=7)
    assert [job.seconds for job in found if job.material == "PLA"] == list(range(30, 23, -1))
    assert len(found) == 14
    assert len(costing.last_jobs(store)) == 2 * costing.MOST_JOBS


def test_impossible_numbers_are_never_kept(store: stores.Store) -> None:
    made.rates(store)
    order = made.ordered(store)
    job = costing.Printed("up_1", "a", "PLA", "m", 1, 1, 1, -1, 10**12)
    with pytest.raises(Invalid) as refused:
        costing.record(store, order.id, [job])
    assert [one["field"] for one in refused.value.facts["fields"]] == ["0.milligrams", "0.seconds"]  # type: ignore[attr-defined]
