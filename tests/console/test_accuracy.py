"""The page of accuracy: how far the rates are off, what is offered, used and put back."""

import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from synqro import costing, stores
from synqro.web.console.accuracy_chart import HALF, chart, signed
from tests.console import made
from tests.console.test_orders import counted
from tests.orders import shop

PAGE = "/console/quotes/accuracy"


@pytest.fixture(autouse=True)
def payments(store: stores.Store) -> None:
    shop.set_up_payments(store)


def text(html: str) -> str:
    return " ".join(unescape(re.sub("<[^>]*>", " ", html)).split())


def offered(html: str) -> dict[str, str]:
    """The fields of the first correction on a page."""
    [form] = re.findall(r'(?s)<form class="stack offered".*?</form>', html)[:1] or [""]
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))


def undo(html: str) -> dict[str, str]:
    [form] = re.findall(r'(?s)<form class="undo".*?</form>', html)
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))


def test_there_is_nothing_yet(console: FlaskClient, store: stores.Store) -> None:
    page = text(console.get(PAGE).text)
    assert "No finished job yet Enter grams and hours on an order after printing." in page


def test_errors_are_shown_and_speeds_offered(console: FlaskClient, store: stores.Store) -> None:
    made.rates(store)
    for percent in (118, 112, 124):
        made.took(store, order := made.ordered(store), percent)
    html = console.get(PAGE).text
    page = text(html)
    assert "PLA on Prusa MK4 Last 3 jobs" in page
    assert "Time +18%, median +18%" in page
    assert "Prints take 18% longer than your rates say, over 3 jobs." in page
    assert re.search(r"15 → 1\d\.\d cm³/h", page) and re.search(r"400 → 3\d\d cm²/h", page)
    assert "Use these speeds" in page and "Waste" not in page
    assert f'href="/console/orders/{order.id}#printed"' in html
    assert 'aria-label="Time, the oldest job first: +18%, +12%, +24%"' in html


def test_speeds_are_used_and_put_back(console: FlaskClient, store: stores.Store) -> None:
    before = made.rates(store)
    order = made.ordered(store)
    made.took(store, order, 118, 110)
    answer = console.post(PAGE, data=offered(console.get(PAGE).text))
    assert answer.status_code == 303
    html = console.get(PAGE).text
    assert "Your rates for PLA have changed" in html
    assert "Your rates fit: off by less than 3%." in html and offered(html) == {}
    now = costing.rates_of(store)
    assert now.machines[0].speeds[0].volume < 15_000
    assert now.machines[1] == before.machines[1]
    assert now.machines[0].speeds[1] == before.machines[0].speeds[1]
    assert now.materials[0].waste_bp > 500 and now.materials[1] == before.materials[1]
    console.post(PAGE, data=undo(html))
    assert costing.rates_of(store) == before
    assert "Your old figures are back" in console.get(PAGE).text


def test_machines_keep_asking_the_store_for_their_room(
    console: FlaskClient, store: stores.Store
) -> None:
    stores.save_storefront(store.id, build_volume_mm=[100, 100, 100])
    store = stores.by_id(store.id)
    made.rates(store, machines=(replace(made.PRUSA, build_volume_mm=None),))
    made.took(store, made.ordered(store), 150)
    assert console.post(PAGE, data=offered(console.get(PAGE).text)).status_code == 303
    kept, _version = costing.card_of(store)
    assert kept and kept.machines[0].build_volume_mm is None


def test_rates_that_changed_meanwhile_stay(console: FlaskClient, store: stores.Store) -> None:
    made.rates(store)
    made.took(store, made.ordered(store), 150)
    form = offered(console.get(PAGE).text)
    theirs = made.rates(store, setup=900)
    answer = console.post(PAGE, data=form)
    assert answer.status_code == 409
    assert "Someone else changed these rates" in answer.text and "Use these speeds" in answer.text
    assert costing.rates_of(store) == theirs


def test_a_machine_that_is_gone_is_said(console: FlaskClient, store: stores.Store) -> None:
    made.rates(store)
    made.took(store, made.ordered(store), 150)
    form = offered(console.get(PAGE).text)
    made.rates(store, machines=(made.SECOND,))
    answer = console.post(PAGE, data=form)
    assert answer.status_code == 409
    assert "no longer have this machine with this material" in answer.text
    page = text(answer.text)
    assert "No job to compare with your rates" in page


def test_what_does_not_count_is_counted(console: FlaskClient, store: stores.Store) -> None:
    made.rates(store)
    made.took(store, made.ordered(store))
    job = next(iter(costing.last_jobs(store)))
    costing.record(store, "ord_old", [replace(job, machine_id="sold")])
    assert "One job does not count" in console.get(PAGE).text


def test_lighter_than_the_part_is_said(console: FlaskClient, store: stores.Store) -> None:
    made.rates(store)
    made.took(store, made.ordered(store), 100, 80)
    page = text(console.get(PAGE).text)
    assert "the wall or the infill of Prusa MK4 is set too high" in page
    assert "Use these" not in page and "Your rates fit" not in page


@pytest.mark.parametrize(
    "changes",
    [{"volume": "0"}, {"volume": "5000001"}, {"area": "1"}, {"waste_bp": "50001"}, {"seen": "x"},
     {"material": ""}, {"volume": "1.5"}, {"store_id": "x"}],
)  # fmt: skip
def test_figures_that_cannot_be_are_refused(
    console: FlaskClient, store: stores.Store, changes: dict[str, str]
) -> None:
    before = made.rates(store)
    made.took(store, made.ordered(store), 150)
    form = {**offered(console.get(PAGE).text), **changes}
    assert console.post(PAGE, data=form).status_code == 422
    assert costing.rates_of(store) == before


def test_many_jobs_are_read_at_once(console: FlaskClient, store: stores.Store) -> None:
    made.rates(store)
    made.took(store, made.ordered(store))
    few = queries(console)
    for _more in range(3):
        made.took(store, made.ordered(store), 150)
    assert queries(console) == few


def queries(console: FlaskClient) -> int:
    with counted() as asked:
        assert console.get(PAGE).status_code == 200
    return len(asked)


@settings(deadline=None)
@given(st.lists(st.none() | st.integers(-10_000, 10**7), max_size=20))
def test_bars_stay_inside(errors: list[Any]) -> None:
    found = chart(errors)
    assert len(found.bars) == sum(bp is not None for bp in errors)
    for bar in found.bars:
        assert bar.y >= 0 and bar.y + bar.height <= found.height and bar.height >= 1
        assert found.left <= bar.x and bar.x + 8 <= found.width
        assert bar.y in (HALF, HALF - bar.height)


def test_percents_have_their_sign() -> None:
    assert list(map(signed, (1800, -300, 20, -20, None))) == ["+18%", "−3%", "0%", "0%", ""]
