"""Home: the way to the first sale, then the day and what needs the merchant."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from synqro import costing, events, orders, quotes, stores
from synqro.core.clock import end_of_day, now, today
from synqro.core.db import db, transaction
from synqro.core.ids import id_after
from synqro.events.models import Endpoint
from synqro.orders import Status
from synqro.payments import Provider
from synqro.payments.accounts import State, adopt
from synqro.repricer import Repricing
from synqro.settlements import Status as Payout
from synqro.web.console.home_chart import LINES, step_of
from synqro.web.console.home_numbers import Compared, compared
from tests import makers
from tests.api import many
from tests.conftest import Clock
from tests.console.asked import asked
from tests.orders.shop import ACCOUNT, place, session, set_up_payments
from tests.settlements.made import line, settled

FRAMED = {
    "Sec-Fetch-Dest": "iframe",
    "Sec-Fetch-Site": "cross-site",
    "Referer": "https://www.oak.example/",
}
LETTER: stores.ShippingOption = {"id": "", "name": "Letter", "price": 390, "countries": []}


def home(console: FlaskClient) -> str:
    return console.get("/console/").text


def sold(store: stores.Store, when: datetime, total: int = 2800, **facts: Any) -> orders.Order:
    """An order that was paid at a time."""
    order = place(store, makers.product(store, price=total, stock=None)).order
    orders.follow(session(order))
    _written(order.id, {"paid_at": when, **facts})
    return orders.find(store.id, order.id)


@transaction()
def _written(order_id: str, facts: dict[str, Any]) -> None:
    order = db.session.get_one(orders.Order, order_id)
    for name, value in facts.items():
        setattr(order, name, value)


@pytest.fixture
def paying(store: stores.Store, clock: Clock) -> stores.Store:
    """A shop that can be paid, on an afternoon, a week after one that was as long since midnight.

    There a test comes over no midnight, and no clock was put back in that week.
    """
    week, here = timedelta(days=7), ZoneInfo(store.timezone)
    then = datetime.combine(today(store.timezone), time(14), here) + timedelta(days=1)
    while then.utcoffset() != (then - week).utcoffset():
        then += timedelta(days=1)
    clock.forward((then - now()).total_seconds())
    set_up_payments(store)
    return store


def test_a_new_shop_sees_its_next_step(console: FlaskClient, store: stores.Store) -> None:
    page = home(console)
    assert "Welcome, Robin" in page and "0 of 7" in page
    assert page.index("Shop name and colours") < page.index("Add your first product")
    assert "Sales today" not in page


def test_steps_are_ticked_by_what_is_there(console: FlaskClient, store: stores.Store) -> None:
    def count() -> str:
        return home(console).split(" of 7")[0].rsplit(">", 1)[-1]

    makers.product(store)
    assert count() == "1"
    stores.save_storefront(store.id, shipping_options=[LETTER])
    assert count() == "2"
    stores.save_storefront(store.id, brand_color="#e11d48")
    assert count() == "3"
    set_up_payments(store)
    assert count() == "4"
    costing.save(store, costing.starting(costing.Process.FDM, "EUR"))
    assert count() == "5"
    stores.note_embedded(store.id)
    assert count() == "6"
    asked(stores.by_id(store.twin_id))  # a test quote counts where it was tried
    page = home(console)
    assert " of 7" not in page and "Set up" not in page and "Needs you" in page


def test_a_shop_without_custom_requests_has_no_steps_for_them(
    console: FlaskClient, store: stores.Store
) -> None:
    stores.save_storefront(store.id, quotes_enabled=False)
    page = home(console)
    assert "0 of 5" in page and "test quote" not in page


def test_the_merchant_says_that_the_shop_stands_on_its_page(
    console: FlaskClient, store: stores.Store
) -> None:
    path = "/console/storefront/embedded"
    assert path in home(console) and path in console.get("/console/storefront").text
    for _ in range(2):
        assert console.post(path).location == "/console/"
    assert path not in home(console)
    assert path not in console.get("/console/storefront").text


def test_the_shop_is_seen_on_the_merchants_page(
    console: FlaskClient, client: FlaskClient, store: stores.Store, run_jobs: Callable[[], int]
) -> None:
    shop = f"/s/{store.publishable_key}"
    ours = {**FRAMED, "Sec-Fetch-Site": "same-origin"}
    for headers in ({}, {**FRAMED, "Sec-Fetch-Dest": "document"}, ours):
        client.get(shop, headers=headers)
    client.get(f"{shop}?preview=1", headers=FRAMED)
    stores.save_storefront(store.id, allowed_domains=["oak.example"])
    client.get(shop, headers=FRAMED)  # not allowed there: the browser shows nothing
    run_jobs()
    assert "/console/storefront/embedded" in home(console)
    stores.save_storefront(store.id, allowed_domains=["oak.example", "www.oak.example"])
    client.get(shop, headers=FRAMED)
    assert run_jobs() == 1
    assert "/console/storefront/embedded" not in home(console)
    client.get(shop, headers=FRAMED)
    assert run_jobs() == 0


def test_a_shop_that_sold_without_posting_needs_no_ways(
    console: FlaskClient, paying: stores.Store
) -> None:
    sold(paying, now())
    page = home(console)
    assert "Finish setting up" in page and "Nothing to post<" in page


def test_a_running_shop_sees_its_day(
    console: FlaskClient,
    client: FlaskClient,
    connected: stores.Store,
    run_jobs: Callable[[], int],
) -> None:
    product = makers.product(connected)
    checkout = makers.buy(client, connected, product.id).get_json()
    makers.press(client, checkout["checkout_url"])
    page = makers.wait_for(lambda: run_jobs() and _running(console))
    assert "Sales today" in page and "€28.00" in page and "€28.00 more than last" in page
    assert "Sam Field" in page and "1 × Ripple vase" in page
    assert "Of one order, after fees and refunds" in page


def _running(console: FlaskClient) -> str | None:
    page = home(console)
    return page if "Latest orders" in page else None


def test_today_is_held_against_the_same_day_of_last_week(
    console: FlaskClient, paying: stores.Store
) -> None:
    last = f"last {today(paying.timezone) - timedelta(days=7):%A}"
    sold(paying, now() - timedelta(days=7, minutes=1), 5000)
    assert f"€50.00 less than {last} by now" in home(console)
    sold(paying, now(), 5000)
    assert f"As much as {last} by now" in home(console)
    sold(paying, now(), 1000)
    assert f"€10.00 more than {last}" in home(console)


@pytest.mark.parametrize(
    ("sums", "said"),
    [
        ((4000, 3000, 1000), "€10.00 more than last Friday"),
        ((4000, 9000, 3000), "€10.00 more than last Friday by now"),
        ((4000, 9000, 5000), "€10.00 less than last Friday by now"),
        ((4000, 9000, 4000), "As much as last Friday by now"),
        ((0, 0, 0), "Nothing last Friday either"),
    ],
)
def test_a_day_that_is_ahead_is_held_against_the_whole_other_one(
    app: Flask, store: stores.Store, sums: tuple[int, int, int], said: str
) -> None:
    with app.test_request_context():
        g.store = store
        sold = (orders.Sales(orders=1, total=total) for total in sums)
        assert compared(Compared(*sold), "Friday") == said


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_days_are_the_stores_own(console: FlaskClient, paying: stores.Store, zone: str) -> None:
    with transaction() as work:
        work.get_one(stores.Store, paying.id).timezone = zone
    there = stores.by_id(paying.id)
    midnight = _midnight(there)
    sold(paying, midnight, 1100)
    sold(paying, midnight - timedelta(seconds=1), 2200)
    page = home(console)
    assert f"{today(zone):%A} {today(zone).day} {today(zone):%B}: €11.00" in page
    before = today(zone) - timedelta(days=1)
    assert f"{before:%A} {before.day} {before:%B}: €22.00" in page


def _midnight(store: stores.Store) -> datetime:
    return end_of_day(today(store.timezone) - timedelta(days=1), store.timezone)


@transaction()
def _charged(order: orders.Order, amount: int) -> None:
    [paid] = db.session.scalars(db.select(orders.Entry).filter_by(order_id=order.id))
    same = ("store_id", "order_id", "currency", "payment", "account_id", "surplus", "at")
    facts = {name: getattr(paid, name) for name in same}
    kind = orders.EntryKind.FEE
    db.session.add(
        orders.Entry(id=f"{paid.id}f", kind=kind, amount=amount, reference="txn_1", **facts)
    )


def test_numbers_lead_to_their_lists(console: FlaskClient, paying: stores.Store) -> None:
    late = (today(paying.timezone) - timedelta(days=3)).isoformat()
    late_one = sold(paying, now(), lead_time_days=1, ship_by=late)
    sold(paying, now(), lead_time_days=1, ship_by=today(paying.timezone).isoformat())
    asked(paying)
    page = home(console)
    assert "1 late, 1 due today" in page and "Oldest waits 1 min" in page
    assert "Not paid out yet" in page and "€56.00" in page
    _charged(late_one, -155)
    page, waits = home(console), orders.not_paid_out(paying.id).data
    assert "€54.45" in page and "Of 2 orders, after fees and refunds" in page
    assert sum(row.amount for row in waits) == 5445
    assert "After fees and refunds" in console.get("/console/settlements/not_paid_out").text
    settled(paying, [line()], arrives="2999-11-22", status=Payout.PENDING)
    settled(paying, [line()], arrives="2999-11-20")
    page = home(console)
    assert "Wednesday 20 November" in page and "€44.96" in page
    for path in (
        "orders?status=paid_today", "quotes?show=todo", "orders?status=to_ship", "settlements/set_",
    ):  # fmt: skip
        assert f'href="/console/{path}' in page, path


def test_what_needs_somebody_says_what_to_do(console: FlaskClient, paying: stores.Store) -> None:
    yesterday = (today(paying.timezone) - timedelta(days=1)).isoformat()
    order = sold(paying, now(), lead_time_days=1, ship_by=yesterday)
    page = home(console)
    assert f"Order {order.number} is a day late" in page
    assert "1 × Ripple vase for Sam. Write to them, or mark it shipped." in page
    sold(paying, now(), lead_time_days=None, ship_by="2020-01-01")  # never promised
    assert home(console).count("late") == page.count("late")
    for n in range(2, 4):
        day = today(paying.timezone) - timedelta(days=n)
        sold(paying, now(), lead_time_days=1, ship_by=day.isoformat(), status=Status.IN_PROGRESS)
    page = home(console)
    assert "3 orders are late" in page and "is 3 days late: 1 × Ripple vase for Sam." in page


def test_everything_that_can_go_wrong_is_told_once_and_the_rest_folded(
    console: FlaskClient, paying: stores.Store
) -> None:
    order = sold(paying, now(), payment_problem="It was paid twice.")
    makers.product(paying, title="Last clip", stock=1)
    settled(paying, [line()], difference=-30)
    quote = asked(paying)
    for status, since, reason in (("enabled", now(), None), ("disabled", None, "gone")):
        hook = events.add_endpoint(paying.id, url="https://93.184.215.14/", types=["*"]).endpoint
        with transaction() as work:
            found = work.get_one(Endpoint, hook.id)
            found.status, found.failing_since = status, since  # type: ignore[assignment]
            found.disabled_reason = reason  # type: ignore[assignment]
    with transaction() as work:
        work.get_one(quotes.Quote, quote.id).problem = "The file is gone."
    said = [
        f"A payment of order {order.number} needs your look", "It was paid twice.",
        "A webhook endpoint was turned off", "A webhook endpoint is failing",
        "A payout doesn’t add up", "A quote needs your look", "Last clip runs low",
    ]  # fmt: skip
    page = home(console)
    assert [one for one in said if page.count(f">{one}<") != 1] == []
    assert "more</summary>" not in page
    sold(paying, now(), lead_time_days=1, ship_by="2020-01-01")
    assert home(console).partition("and 1 more</summary>")[2].count("Last clip runs low<") == 1


def test_prices_that_wait_for_a_yes_are_told(console: FlaskClient, paying: stores.Store) -> None:
    sold(paying, now())
    run_id = id_after(None, "run", now())
    facts = dict.fromkeys(("seen", "changed", "skipped", "applied", "lost", "undone"), 0)
    with transaction() as work:
        plan = Repricing(id=run_id, store_id=paying.id, cause="schedule", mode="dry_run")
        for name, value in {**facts, "changed": 14, "state": "ready", "tally": {}}.items():
            setattr(plan, name, value)
        plan.created_at = now()
        work.add(plan)
    page = home(console)
    assert "14 price changes wait for your yes" in page
    assert 'href="/console/repricer#plan"' in page
    assert len(many.statements(lambda: home(console))) <= 8


def test_a_shop_that_cannot_be_paid_any_more_says_so(
    console: FlaskClient, paying: stores.Store
) -> None:
    sold(paying, now())
    assert "Payments aren’t set up" not in home(console)
    adopt(paying.id, Provider.SANDBOX, ACCOUNT, State(ready=False, missing=[], closed=False))
    assert "Customers can’t pay for now" in home(console)


def test_a_day_costs_few_questions_and_sales_read_no_order(
    console: FlaskClient, paying: stores.Store
) -> None:
    sold(paying, now())
    asked(paying)
    statements = many.statements(lambda: home(console))
    assert len(statements) <= 8, [one[0][:80] for one in statements]
    [sums] = [one for one in statements if one[0].count("UNION ALL") > 10]
    steps = [step for step in many.plan(sums) if "orders" in step]
    if db.engine.dialect.name == "sqlite":
        assert steps and all("COVERING INDEX ix_orders_paid" in step for step in steps)


def test_amounts_are_of_the_stores_currency(console: FlaskClient, owner: stores.Person) -> None:
    for currency, figure in (("JPY", "¥1,234"), ("KWD", "KWD 1.230")):
        place_ = stores.Place(currency, locale="en")
        other = stores.open_store(owner, name=currency, place=place_).store
        set_up_payments(other, f"acct_{currency}")
        sold(other, now(), 1234 if currency == "JPY" else 1230)
        console.post("/console/settings/store", data={"store": other.id})
        assert figure in home(console).replace("\xa0", " ")


def test_a_day_without_anything_is_drawn_too(console: FlaskClient, paying: stores.Store) -> None:
    sold(paying, now() - timedelta(days=40))
    page = home(console)
    assert "Sales per day from" in page and ": none." in page
    assert page.count('class="hit"') == 28 and 'class="bar' not in page


@given(st.integers(1, 10**12))
def test_lines_hold_the_highest_bar_closely(most: int) -> None:
    step = step_of(most)
    assert step * LINES >= most and str(step).rstrip("0") in ("1", "2", "4", "5", "8")
    assert step <= max(1, most) * 2
