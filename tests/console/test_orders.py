"""The fulfilment queue and an order's page, as the merchant uses them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event
from werkzeug.test import TestResponse

from synqro import catalogue, orders, stores
from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.orders import Address, Customer, Item, Order, Tracking
from tests import makers
from tests.catalogue.test_images import picture
from tests.makers import HTMX
from tests.orders import shop

QUEUE = "/console/orders"
YEAR = (datetime(2026, 1, 1), datetime(2027, 1, 1))  # noqa: DTZ001
IRIS = Customer(
    "Iris Lang",
    "iris@example.com",
    "+44 20",
    Address("12 Quay", "Flat 3", "Bristol", None, "BS1", "GB"),
)


@pytest.fixture(autouse=True)
def payments(store: stores.Store, twin: stores.Store) -> None:
    shop.set_up_payments(store)
    shop.set_up_payments(twin, "acct_twin")


def placed(store: stores.Store, **facts: Any) -> Order:
    product = makers.product(store, stock=None, **facts.pop("product", {}))
    given = {"customer": IRIS, "items": [Item(product.id, 1)], **facts}
    return orders.place(store, **given).order


def paid(store: stores.Store, ago: int = 0, **facts: Any) -> Order:
    """An order paid so many days ago."""
    order = placed(store, **facts)
    orders.mark_paid(
        order.id, reference=f"pi_{order.id}", amount=order.total, currency=order.currency
    )
    return aged(order, store, ago)


def aged(order: Order, store: stores.Store, ago: int) -> Order:
    with transaction():
        order = orders.find(order.store_id, order.id)
        order.paid_at = now() - timedelta(days=ago)
        order.ship_by = orders.leaves_on(order.paid_at, order.lead_time_days, store.timezone)
    return order


def numbers(answer: TestResponse) -> list[int]:
    """The orders on a page, from above."""
    return [int(n) for n in re.findall(r'<a class="name num"[^>]*>(\d+)</a>', answer.text)]


def fresh(order: Order) -> Order:
    db.session.rollback()
    return db.session.get_one(Order, order.id, populate_existing=True)


@contextmanager
def counted() -> Iterator[list[str]]:
    asked: list[str] = []

    def note(_c: object, _k: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT"):
            asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_an_empty_queue_says_what_will_be_there(console: FlaskClient) -> None:
    assert "All shipped" in console.get(QUEUE).text
    for show in (
        "paid",
        "in_progress",
        "shipped",
        "problems",
        "all",
        "to_ship",
        "paid_today",
        "no",
    ):
        assert console.get(f"{QUEUE}?status={show}").status_code == 200


def test_the_late_ones_stand_first(console: FlaskClient, store: stores.Store) -> None:
    soon = paid(store, ago=0, product={"lead_time_days": 5})
    late = paid(store, ago=20, product={"lead_time_days": 3})
    today = paid(store, ago=0, product={"lead_time_days": 0})
    page = console.get(QUEUE)
    assert numbers(page) == [late.number, today.number, soon.number]
    assert ", late</span>" in page.text and ">Today</span>" in page.text
    assert "3 to ship" in page.text and "2 of them by today" in page.text


def test_without_a_lead_time_nothing_is_called_late(
    console: FlaskClient, store: stores.Store
) -> None:
    paid(store, ago=20)
    page = console.get(QUEUE).text
    assert "late</span>" not in page and "Paid " in page and "by today" not in page


def test_every_order_stands_where_it_belongs(console: FlaskClient, store: stores.Store) -> None:
    unpaid, to_do, begun, gone, lapsed = (
        placed(store),
        paid(store),
        paid(store),
        paid(store),
        placed(store),
    )
    orders.start(store.id, begun.id)
    orders.ship(store.id, gone.id, Tracking("DHL", "8R 4471 FR"))
    orders.give_up(lapsed.id)
    shown = {
        "": [to_do],
        "?status=in_progress": [begun],
        "?status=shipped": [gone],
        "?status=to_ship": [to_do, begun],
        "?status=paid_today": [gone, begun, to_do],
        "?status=all": [lapsed, gone, begun, to_do, unpaid],
    }
    for asked, expected in shown.items():
        assert numbers(console.get(QUEUE + asked)) == [order.number for order in expected]
    aged(to_do, store, 2)
    assert numbers(console.get(f"{QUEUE}?status=paid_today")) == [gone.number, begun.number]
    page = console.get(f"{QUEUE}?status=to_ship").text
    assert 'aria-current="true">To ship <span class="num">2</span>' in page
    page = console.get(f"{QUEUE}?status=all").text
    assert "?status=to_ship" in page and "Paid today" not in page
    for word in (
        "Awaiting payment",
        "To do",
        "In progress",
        "Shipped",
        "Expired",
        "DHL 8R 4471 FR",
    ):
        assert word in page


@pytest.mark.parametrize(
    "q", ["1001", "#1001", "iris", "LANG", "iris@exam", "4471", "özil", "ÖZIL"]
)
def test_an_order_is_found_by_what_one_remembers(
    console: FlaskClient, store: stores.Store, q: str
) -> None:
    customer = Customer("Iris Lang Özil", "iris@example.com")
    order = paid(store, customer=customer)
    paid(store, customer=Customer("Sam", "sam@x.example"))
    orders.ship(store.id, order.id, Tracking("DHL", "8R 4471 FR"))
    assert numbers(console.get(QUEUE, query_string={"q": q})) == [order.number]


@pytest.mark.parametrize("q", ["%", "_", "\\", "\0nothing", "9" * 30, "<b>", "٣"])
def test_a_search_that_finds_nothing_says_so(
    console: FlaskClient, store: stores.Store, q: str
) -> None:
    paid(store)
    page = console.get(QUEUE, query_string={"q": q})
    assert page.status_code == 200 and numbers(page) == []
    assert (
        "No order matches" in page.text and "<b>" not in page.text.split("<main")[1].split("“")[1]
    )


@pytest.mark.parametrize("size", [5, 50])
def test_the_queue_takes_four_queries_at_any_size(
    console: FlaskClient, store: stores.Store, size: int
) -> None:
    product = makers.product(store, stock=None)
    for _ in range(size):
        order = orders.place(store, customer=IRIS, items=[Item(product.id, 1)]).order
        orders.mark_paid(
            order.id, reference=f"pi_{order.id}", amount=order.total, currency=order.currency
        )
    with counted() as asked:
        page = console.get(QUEUE)
    assert len(numbers(page)) == size
    assert len(asked) <= 4, asked


def test_a_long_queue_goes_on_on_the_next_page(console: FlaskClient, store: stores.Store) -> None:
    product = makers.product(store, stock=None)
    made = []
    for _ in range(51):
        order = orders.place(store, customer=IRIS, items=[Item(product.id, 1)]).order
        orders.mark_paid(order.id, reference=order.id, amount=order.total, currency=order.currency)
        made.append(order.number)
    page = console.get(QUEUE)
    [more] = re.findall(r'href="([^"]+cursor=[^"]+)"', page.text)
    assert numbers(page) == made[:50]
    assert numbers(console.get(unescape(more))) == made[50:]
    assert console.get(f"{QUEUE}?cursor=nonsense").status_code == 400


def test_the_sidebar_counts_what_waits(console: FlaskClient, store: stores.Store) -> None:
    paid(store)
    assert '<span class="n">1' in console.get(QUEUE).text


def press(console: FlaskClient, order: Order, step: str, **form: str) -> TestResponse:
    return console.post(f"{QUEUE}/{order.id}/{step}", data={"from": "list", **form}, headers=HTMX)


def test_an_order_is_started_and_shipped_from_its_row(
    console: FlaskClient, store: stores.Store
) -> None:
    order = paid(store)
    row = press(console, order, "start")
    assert row.status_code == 200 and row.text.lstrip().startswith(f'<tr id="{order.id}"')
    assert "In progress" in row.text and f"Order {order.number} started" in row.text
    row = press(console, order, "ship", carrier=" DHL ", tracking_number="8R 4471 FR")
    assert "Shipped" in row.text and "DHL 8R 4471 FR" in row.text
    assert fresh(order).tracking == Tracking("DHL", "8R 4471 FR")
    assert "All shipped" in console.get(QUEUE).text


def test_tracking_may_be_left_out(console: FlaskClient, store: stores.Store) -> None:
    order = paid(store)
    assert press(console, order, "ship").status_code == 200
    assert fresh(order).tracking is None and fresh(order).status == "shipped"


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"carrier": "DHL"}, "Enter both, or leave both empty."),
        ({"tracking_number": "JD01"}, "Enter both, or leave both empty."),
        ({"carrier": "x" * 81, "tracking_number": "1"}, "Use at most 80 characters."),
        ({"carrier": "DHL", "tracking_number": "nul\0l"}, "characters that cannot be used"),
        ({"carrier": "DHL", "tracking_number": "two\nlines"}, "characters that cannot be used"),
    ],
)
def test_wrong_tracking_is_told_in_the_row_and_kept(
    console: FlaskClient, store: stores.Store, form: dict[str, str], words: str
) -> None:
    order = paid(store)
    orders.start(store.id, order.id)
    answer = press(console, order, "ship", **form)
    assert answer.status_code == 422 and words in answer.text
    assert '<details class="ship" open>' in answer.text
    assert f'value="{form.get("carrier", "")}"' in answer.text
    assert fresh(order).status == "in_progress"
    plain = console.post(f"{QUEUE}/{order.id}/ship", data=form)
    assert plain.status_code == 422 and words in plain.text and "<title>" in plain.text


def test_the_steps_work_without_script(console: FlaskClient, store: stores.Store) -> None:
    order = paid(store)
    page = f"{QUEUE}/{order.id}"
    answer = console.post(f"{page}/start")
    assert (answer.status_code, answer.location) == (303, page)
    answer = console.post(f"{page}/ship", data={"from": "list"})
    assert (answer.status_code, answer.location) == (303, QUEUE)
    assert f"Order {order.number} shipped" in console.get(QUEUE).text


def test_the_slower_of_two_people_sees_how_it_stands(
    console: FlaskClient, store: stores.Store
) -> None:
    order = paid(store)
    orders.start(store.id, order.id)
    _told(console, order, "start", "In progress")
    orders.ship(store.id, order.id)
    _told(console, order, "start", "Shipped")
    _told(console, order, "ship", "Shipped")


def _told(console: FlaskClient, order: Order, step: str, state: str) -> None:
    row = press(console, order, step)
    assert row.status_code == 409 and 'role="alert"' in row.text and state in row.text
    page = console.post(f"{QUEUE}/{order.id}/{step}")
    assert page.status_code == 409 and "This is how the order stands now." in page.text


def test_an_unpaid_order_has_no_next_step(console: FlaskClient, store: stores.Store) -> None:
    order = placed(store)
    page = console.get(f"{QUEUE}/{order.id}").text
    assert "Not paid yet." in page and "Mark shipped" not in page and "/start" not in page
    assert press(console, order, "start").status_code == 409
    assert press(console, order, "ship").status_code == 409


def test_an_orders_page_shows_all_that_belongs_to_it(
    console: FlaskClient, store: stores.Store
) -> None:
    order = paid(store, note="Wrap it\nas a gift", product={"sku": "RV-1", "title": "Vase <b>"})
    page = console.get(f"{QUEUE}/{order.id}")
    token = orders.link_token(fresh(order))
    for words in (
        f"Order {order.number}",
        "Vase &lt;b&gt;",
        "SKU RV-1",
        "mailto:iris%40example.com",
        "12 Quay\nFlat 3\nBS1 Bristol\nUnited Kingdom",
        "Wrap it\nas a gift",
        f"pi_{order.id}",
        "acct_test1",
        "€28.00",
        f"/s/{store.publishable_key}/orders/{token}",
        "Order placed",
    ):
        assert words in unescape(page.text) or words in page.text, words


def test_money_to_look_at_is_pointed_out(console: FlaskClient, store: stores.Store) -> None:
    order = paid(store)
    orders.mark_paid(order.id, reference="pi_again", amount=2800, currency="EUR")
    with transaction():
        orders.find(store.id, order.id).oversold = True
    assert "One payment needs your look." in console.get(QUEUE).text
    assert numbers(console.get(f"{QUEUE}?status=problems")) == [order.number]
    page = console.get(f"{QUEUE}/{order.id}").text
    assert "pi_again" in page and "This payment needs your look." in page
    assert "More was sold than there is." in page


def test_a_note_is_kept_with_the_order(console: FlaskClient, store: stores.Store) -> None:
    order = paid(store)
    path = f"{QUEUE}/{order.id}/notes"
    answer = console.post(path, data={"text": "Matt <finish>\r\n\u202eplease \U0001f3fa"})
    assert answer.status_code == 303
    page = console.get(answer.location).text
    assert "Matt &lt;finish&gt;\n\u202eplease \U0001f3fa" in page and "Note added" in page


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "This is needed."),
        (" \n ", "This is needed."),
        ("x" * 2001, "Use at most"),
        ("nul\0l", "characters that cannot be used"),
    ],
)
def test_a_wrong_note_is_told_and_kept(
    console: FlaskClient, store: stores.Store, text: str, words: str
) -> None:
    order = paid(store)
    answer = console.post(f"{QUEUE}/{order.id}/notes", data={"text": text})
    assert answer.status_code == 422 and words in answer.text
    assert text.strip()[:50].rstrip("\0") in answer.text
    assert [row.kind for row in orders.timeline(fresh(order))] == ["placed", "paid"]


def test_a_poll_is_answered_with_nothing_while_nothing_changed(
    console: FlaskClient, store: stores.Store
) -> None:
    order = paid(store)
    for path in (f"{QUEUE}?live=1", f"{QUEUE}/{order.id}?live=1"):
        first = console.get(path, headers=HTMX)
        assert first.status_code == 200 and "<html" not in first.text
        seen = {**HTMX, "If-None-Match": first.headers["ETag"]}
        again = console.get(path, headers=seen)
        assert (again.status_code, again.data) == (304, b"")
        orders.add_note(store.id, order.id, "x")
        paid(store)
        assert console.get(path, headers=seen).status_code == 200


def test_another_shops_orders_are_not_there(
    console: FlaskClient, client: FlaskClient, twin: stores.Store
) -> None:
    order = paid(twin)
    path = f"{QUEUE}/{order.id}"
    assert client.get(path).status_code in (302, 303)
    for answer in (
        console.get(path),
        console.get(f"{path}?live=1"),
        console.post(f"{path}/start"),
        console.post(f"{path}/ship"),
        console.post(f"{path}/notes", data={"text": "mine"}),
        console.get(f"{QUEUE}/ord_%00"),
    ):
        assert answer.status_code == 404
    assert fresh(order).status == "paid"
    assert numbers(console.get(f"{QUEUE}?status=all")) == []


@given(st.datetimes(*YEAR), st.integers(1, 365))
def test_a_lead_time_ends_on_a_working_day_after_as_many(paid_at: datetime, days: int) -> None:
    due = datetime.fromisoformat(orders.leaves_on(paid_at.replace(tzinfo=UTC), days, "UTC"))
    between = (due.date() - paid_at.date()).days
    working = sum((paid_at + timedelta(n)).weekday() < 5 for n in range(1, between + 1))
    assert due.weekday() < 5 and working == days


def test_a_day_is_the_shops_own() -> None:
    late = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    assert orders.leaves_on(late, 1, "UTC") == "2026-11-25"
    assert orders.leaves_on(late, 1, "Asia/Tokyo") == "2026-11-26"
    assert orders.leaves_on(late, None, "UTC") == "2026-11-24"


def test_the_first_picture_stands_beside_its_order(
    console: FlaskClient, store: stores.Store
) -> None:
    order = paid(store)
    image = catalogue.add_image(store.id, order.lines[0].product_id, picture(100, 100))
    path = catalogue.image_path(image, 96)
    assert path in console.get(QUEUE).text and path in console.get(f"{QUEUE}/{order.id}").text
