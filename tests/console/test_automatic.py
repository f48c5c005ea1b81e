"""The rules of automatic quotes, tried on the last requests, and what they did in the box."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient

from synqro import costing, quotes, stores
from synqro.core.clock import today
from tests import makers
from tests.conftest import Clock
from tests.console.asked import asked as described
from tests.orders.shop import set_up_payments
from tests.quotes.at_once import RATES, asked, block, offer_of, switch_on
from tests.storefront.conftest import change

PAGE = "/console/quotes/automatic"
RULES = {
    "enabled": "1",
    "most": "200",
    "longest_mm": "200",
    "pieces": "20",
    "materials": ["PLA", "PETG"],
    "shipping": "5,90",
}


@pytest.fixture
def store(store: stores.Store) -> stores.Store:
    set_up_payments(store)
    return store


@pytest.fixture
def rates(store: stores.Store) -> costing.Rates:
    costing.save(store, RATES)
    return RATES


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="(\d+)"', page)
    assert found
    return found[1]


def tried(console: FlaskClient, **changes: object) -> str:
    answer = console.post(f"{PAGE}/preview", data={**RULES, **changes}, headers=makers.HTMX)
    assert answer.status_code == 200, answer.text
    return words(answer.text)


def test_without_rates_it_leads_to_them(console: FlaskClient) -> None:
    page = console.get(PAGE)
    assert 'href="/console/quotes/rates"' in page.text
    assert "once there are rates" in page.text and "<form id" not in page.text
    for path in (PAGE, f"{PAGE}/preview"):
        assert console.post(path, data=RULES).status_code == 303


def test_the_rules_are_saved_and_shown(
    console: FlaskClient, store: stores.Store, rates: costing.Rates
) -> None:
    page = console.get(PAGE).text
    assert "Off: every request waits for you" in page
    assert page.count('name="materials" value="') == page.count(" checked") == 2
    for name, value in (("most", "100.00"), ("longest_mm", "200"), ("pieces", "20")):
        assert f'name="{name}" type="text" value="{value}"' in page, "limits to begin with"
    answer = console.post(PAGE, data={**RULES, "seen": seen(page), "materials": ["PETG"]})
    assert answer.status_code == 303, answer.text
    saved = costing.rates_of(store)
    assert saved.automatic == costing.Automatic(True, 20_000, 200, 20, ("PETG",), False, 590)
    assert replace(saved, automatic=rates.automatic) == rates, "every other rate stays"
    page = console.get(PAGE).text
    assert "Rules saved: automatic quotes are on" in page and "On: simple requests" in page
    for value in ("200.00", "5.90", "20"):
        assert f'value="{value}"' in page
    empty = {"seen": seen(page), "materials": ["PLA"]}
    assert console.post(PAGE, data=empty).status_code == 303
    assert costing.rates_of(store).automatic == costing.Automatic(materials=("PLA",))
    page = console.get(PAGE).text
    assert 'value="100.00"' not in page, "what was emptied stays empty"
    none = {"seen": seen(page), "materials": []}
    assert console.post(PAGE, data=none).status_code == 303, "off, it needs no material"
    assert not costing.rates_of(store).automatic.enabled


@pytest.mark.parametrize(
    ("typed", "field", "say"),
    [
        ({"most": "lots"}, "most", "Enter an amount like 24.99."),
        ({"most": ""}, "most", "Enter the highest total that may go out by itself."),
        ({"most": "0.10"}, "most", "The smallest amount that can be charged is €0.50."),
        ({"most": "5.90"}, "most", "The shipping alone comes to as much."),
        ({"longest_mm": "0"}, "longest_mm", "Enter 1 to 10,000 mm."),
        ({"pieces": "1.5"}, "pieces", "Enter a whole number."),
        ({"materials": []}, "materials", "Tick a material at least"),
        ({"materials": ["Gold"]}, "materials", "“Gold” has no rates."),
        ({"shipping": "-1"}, "shipping", "Enter an amount from 0 to"),
    ],
)
def test_what_cannot_be_comes_back_as_typed(
    console: FlaskClient, store: stores.Store, rates: costing.Rates,
    typed: dict[str, object], field: str, say: str,
) -> None:  # fmt: skip
    given = {**RULES, "seen": seen(console.get(PAGE).text), **typed}
    answer = console.post(PAGE, data=given)
    assert answer.status_code == 422
    page = unescape(answer.text)
    assert say in page and f'href="#{field}"' in page and f'id="{field}"' in page
    for value in typed.values():
        assert not isinstance(value, str) or f'value="{value}"' in page
    assert "until every field is right" in page
    assert costing.rates_of(store).automatic == rates.automatic
    assert tried(console, **typed) == "Nothing can be tried until every field is right."


def test_two_people_do_not_overwrite_each_other(
    console: FlaskClient, store: stores.Store, rates: costing.Rates
) -> None:
    before = seen(console.get(PAGE).text)
    switch_on(store, pieces=7)
    answer = console.post(PAGE, data={**RULES, "seen": before, "pieces": "9"})
    assert answer.status_code == 409
    assert "Someone else changed the rates at" in answer.text and 'value="9"' in answer.text
    assert costing.rates_of(store).automatic.pieces == 7
    assert console.post(PAGE, data={**RULES, "seen": seen(answer.text)}).status_code == 303
    assert console.post(PAGE, data={**RULES, "seen": "x"}).status_code == 409


def test_it_is_tried_on_the_last_requests_and_nothing_is_sent(
    console: FlaskClient, store: stores.Store, rates: costing.Rates
) -> None:
    assert tried(console) == (
        "No requests yet. When they come, you see here what they would have got."
    )
    small = asked(store, block(20, 20, 20))
    assert tried(console).startswith("Your last request would have been answered, with €")
    large, told = asked(store), described(store)
    said = tried(console, longest_mm="60")
    assert said.startswith("One of your last 3 requests would have been answered, with €")
    assert "Waits for you: longer than 60 mm" in said
    assert "Waits for you: the customer wrote something; no material was chosen" in said
    found = re.match(r"2 of your last 3 requests .* from €([\d.]+) to €([\d.]+)\.", tried(console))
    assert found and float(found[1]) < float(found[2])
    assert "All of your last 3 requests would have waited" in tried(console, materials=["PETG"])
    cheap, dear = (
        re.findall(r"€([\d.]+)", tried(console, shipping=shipping)) for shipping in ("0", "10")
    )
    assert round(float(dear[0]) - float(cheap[0]), 2) == 10
    for quote in (small, large, told):
        assert quotes.find(store.id, quote.id).status is quotes.Status.PENDING
    whole = console.post(f"{PAGE}/preview", data=RULES)
    assert "2 of your last 3 requests" in whole.text and "<form id" in whole.text


def test_old_requests_are_tried_as_of_their_own_day(
    console: FlaskClient, store: stores.Store, rates: costing.Rates, clock: Clock
) -> None:
    change(store, quote_lead_time_days=2)
    asked(stores.by_id(store.id), needed_by=today(store.timezone) + timedelta(days=9))
    clock.forward(30 * 86_400)
    console.post("/login", data={"email": makers.EMAIL, "password": makers.PASSWORD})
    assert "would have been answered, with" in tried(console)


def test_the_box_says_what_went_out_by_itself_and_what_did_not(
    console: FlaskClient, store: stores.Store
) -> None:
    waits = asked(store)
    page = console.get(f"/console/quotes/{waits.id}").text
    assert "automatic-said" not in page, "nothing is said while it is off"
    switch_on(store, longest_mm=60)
    page = words(console.get(f"/console/quotes/{waits.id}").text)
    assert "Not answered automatically: longer than 60 mm." in page
    gone = asked(store, block(20, 20, 20))
    assert console.get("/console/quotes?show=todo").text.count(gone.id) > 0
    page = words(console.get(f"/console/quotes/{gone.id}").text)
    assert "Sent automatically, by your rates. To change it, send another price." in page
    assert "Price sent automatically" in page
    assert "Not answered" not in page
    quotes.send(store.id, gone.id, makers.offer())
    page = words(console.get(f"/console/quotes/{gone.id}").text)
    assert "Sent automatically, by" not in page and "Price sent version 2" in page
    assert offer_of(gone).automatic is False


def test_what_is_over_cannot_be_changed_by_another_price(
    console: FlaskClient, store: stores.Store
) -> None:
    switch_on(store)
    gone = asked(store, block(20, 20, 20))
    quotes.cancel_by_customer(store, quotes.link_token(gone))
    page = words(console.get(f"/console/quotes/{gone.id}").text)
    assert "Sent automatically, by your rates." in page and "send another price" not in page


def test_a_pending_quote_that_the_rules_would_take_by_now_says_nothing(
    console: FlaskClient, store: stores.Store
) -> None:
    quote = asked(store)
    switch_on(store)
    assert "automatic-said" not in console.get(f"/console/quotes/{quote.id}").text


def test_where_nobody_can_pay_it_says_so(console: FlaskClient, twin: stores.Store) -> None:
    costing.save(twin, RATES)
    switch_on(twin)
    quote = asked(twin)
    console.post("/console/mode", data={"mode": "test"})
    assert "Payments aren’t set up yet." in console.get(PAGE).text
    page = words(console.get(f"/console/quotes/{quote.id}").text)
    assert "Not answered automatically: payments aren’t set up." in page
