"""Stock in the console: what is there, counted, received, corrected, undone, and who did it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from synqro import catalogue, orders, stores
from synqro.core.db import db
from tests import makers
from tests.makers import HTMX
from tests.orders.shop import place, set_up_payments

LIST = "/console/stock"
MOVES = "/console/stock_moves"
FULL = "A count can be 999,999 at most."
SIZES = [{"name": "Size", "values": ["Small", "Large"]}]


@pytest.fixture
def variant(store: stores.Store) -> catalogue.Variant:
    """Three ripple vases."""
    return makers.product(store, sku="RV-1").variants[0]


def there(store: stores.Store, variant: catalogue.Variant) -> int | None:
    db.session.rollback()
    db.session.expire_all()
    return catalogue.stocked_one(store.id, variant.id).variant.stock


def send(console: FlaskClient, variant: catalogue.Variant, what: str, **form: str) -> TestResponse:
    headers: Any = {} if form.pop("plain", "") else HTMX
    return console.post(f"{LIST}/{variant.id}/{what}", data=form, headers=headers)


def words(html: str) -> str:
    """The text of a piece of a page, in one line."""
    return " ".join(unescape(re.sub("<[^>]+>", " ", html)).split())


def part(html: str, id: str) -> str:
    """What stands from the element with this id on."""
    return html[html.index(f'id="{id}"') :]


def history(console: FlaskClient, path: str) -> list[str]:
    """The rows of a history, in words."""
    table = part(console.get(path).text, "moves").partition("<tbody>")[2].partition("</tbody>")[0]
    return [words(row) for row in table.split("</tr>") if "<td" in row]


def said(html: str) -> dict[str, str]:
    """The fields that are marked, and what is said at each."""
    found = re.findall(r'<p class="err" id="([^"]+)-said"[^>]*><svg.*?</svg>(.*?)</p>', html)
    return {field: unescape(sentence) for field, sentence in found}


def undo(answer: TestResponse) -> str:
    """Where the toast's button goes."""
    return re.findall(r'action="([^"]+/undo)"', part(answer.text, "toast-undo") or "")[0]


@contextmanager
def asked() -> Iterator[list[str]]:
    found: list[str] = []

    def note(*args: Any) -> None:
        if args[2].startswith("SELECT"):
            found.append(args[2])

    event.listen(db.engine, "before_cursor_execute", note)
    yield found
    event.remove(db.engine, "before_cursor_execute", note)


def test_the_list_says_what_is_on_hand_reserved_and_left(
    console: FlaskClient, store: stores.Store
) -> None:
    set_up_payments(store)
    vase = makers.product(store, sku="RV-1", stock=9)
    makers.product(store, title="Dusk lamp", stock=2)
    makers.product(store, title="Coaster", stock=0, low_stock_threshold=5)
    makers.product(store, title="Honeycomb tidy", stock=None)
    place(store, vase, 2)
    page = console.get(LIST).text
    rows = [words(row) for row in part(page, "stock").split("<tr ")[1:]]
    assert [row.split(" ", 1)[1] for row in rows] != []
    assert rows[0].endswith("Ripple vase RV-1 In stock 2 7 3")
    assert rows[1].endswith("Dusk lamp Low – 2 3")
    assert rows[2].endswith("Coaster Sold out – 0 5")
    assert "Honeycomb tidy Made to order" in rows[3]
    assert f'href="{LIST}/{vase.variants[0].id}"' in page
    assert 'aria-label="On hand of Ripple vase"' in page


def test_the_list_is_narrowed_to_what_runs_low_and_searched(
    console: FlaskClient, store: stores.Store
) -> None:
    assert "Nothing to count yet" in console.get(LIST).text
    makers.product(store, title="Dusk lamp", stock=2, sku="DL-1")
    sized = makers.product(store, options=SIZES, stock=9)
    assert "Ripple vase" not in console.get(f"{LIST}?q=dl-1").text
    low = console.get(f"{LIST}?show=low").text
    assert "Dusk lamp" in low and "Ripple vase" not in low
    assert "Nothing is called “&lt;b&gt;%”" in console.get(f"{LIST}?q=<b>%25").text
    catalogue.set_stock(store.id, catalogue.stocked(store.id).data[0].variant.id, 8)
    assert "Enough of everything" in console.get(f"{LIST}?show=low").text
    assert "Small" in console.get(f"{LIST}?show=nonsense").text and sized
    assert console.get(f"{LIST}?cursor=nonsense").status_code == 400


def test_a_long_list_goes_on_on_the_next_page(console: FlaskClient, store: stores.Store) -> None:
    values = [str(number) for number in range(26)]
    for title in ("Clip", "Hook"):
        makers.product(store, title=title, options=[{"name": "Number", "values": values}])
    page = console.get(LIST).text
    [more] = re.findall(r'href="([^"]+cursor=[^"]+)"', page)
    assert page.count("data-row") == 50
    last = console.get(unescape(more)).text
    assert last.count("data-row") == 2 and "First page" in last


def test_a_number_typed_in_its_row_is_the_count_and_can_be_undone(
    console: FlaskClient, store: stores.Store, variant: catalogue.Variant
) -> None:
    answer = send(console, variant, "count", at="stock", stock="34", was="3")
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith(f'<tr id="row-{variant.id}"')
    assert "Ripple vase: 34 in stock" in answer.text
    assert f'hx-target="#row-{variant.id}"' in answer.text
    path = re.findall(r'action="([^"]+/undo)"', answer.text)[0]
    answer = console.post(path, data={"at": "stock"}, headers=HTMX)
    assert "Ripple vase: 3 in stock" in answer.text
    assert answer.text.lstrip().startswith(f'<tr id="row-{variant.id}"')
    assert there(store, variant) == 3


@pytest.mark.parametrize("at", ["stock", "products"])
def test_what_was_sold_between_a_count_and_its_undo_stays_sold(
    console: FlaskClient, store: stores.Store, variant: catalogue.Variant, at: str
) -> None:
    set_up_payments(store)
    if at == "stock":
        answer = send(console, variant, "count", at="stock", stock="8", was="3")
    else:
        form = {"variant_id": variant.id, "stock": "8", "was": "3"}
        path = f"/console/products/{variant.product_id}/stock"
        answer = console.post(path, data=form, headers=HTMX)
    path = re.findall(r'action="([^"]+/undo)"', answer.text)[0]
    order = place(store, catalogue.find(store.id, variant.product_id), 2).order
    orders.mark_paid(
        order.id, reference=f"pi_{order.id}", amount=order.total, currency=order.currency
    )
    assert there(store, variant) == 6
    answer = console.post(path, data={"at": at}, headers=HTMX)
    assert "Ripple vase: 1 in stock" in answer.text
    assert there(store, variant) == 1


def test_counting_in_the_list_works_without_script(
    console: FlaskClient, store: stores.Store, variant: catalogue.Variant
) -> None:
    where = f"{LIST}/{variant.id}/count?q=vase"
    answer = console.post(where, data={"at": "stock", "stock": "8", "was": "3"})
    assert (answer.status_code, answer.location) == (303, f"{LIST}?q=vase")
    page = console.get(answer.location).text
    assert "8 in stock" in page and "Undo" in page
    answer = console.post(where, data={"at": "stock", "stock": "x", "was": "8"})
    assert answer.status_code == 422 and "<h1>Stock</h1>" in answer.text
    assert said(answer.text) == {f"count-{variant.id}": "Enter a whole number."}
    path = re.findall(r'action="([^"]+/undo)"', page)[0]
    answer = console.post(path, data={"at": "stock"})
    assert (answer.status_code, answer.location) == (303, LIST)
    assert there(store, variant) == 3


def test_a_variant_shows_what_there_is_and_what_open_checkouts_reserve(
    console: FlaskClient, store: stores.Store
) -> None:
    set_up_payments(store)
    product = makers.product(store, options=SIZES, stock=9, sku=None)
    small = product.variants[0]
    page = words(part(console.get(f"{LIST}/{small.id}").text, "figures"))
    assert "On hand 9 In stock Reserved 0 No checkout is open. Available 9" in page
    orders.place(
        store,
        customer=orders.Customer("Sam Field", "sam@example.com"),
        items=[orders.Item(product.id, 2, small.id)],
    )
    page = words(part(console.get(f"{LIST}/{small.id}").text, "figures"))
    assert "Reserved 2 2 pieces are in checkouts that are still open. Available 7" in page
    assert (
        f"/console/products/{product.id}#low_stock_threshold"
        in console.get(f"{LIST}/{small.id}").text
    )


def test_pieces_are_counted_received_and_corrected_with_who_and_why(
    console: FlaskClient, store: stores.Store, variant: catalogue.Variant
) -> None:
    answer = send(console, variant, "receive", pieces="12", note="From the print farm")
    assert answer.status_code == 200 and "12 received" in answer.text
    assert answer.text.lstrip().startswith('<section class="panel" id="receive"')
    assert 'value="12"' not in answer.text
    wrong = {"pieces": "1", "way": "out", "reason": "damaged"}
    assert "Corrected −1" in send(console, variant, "correct", **wrong).text
    found = {"pieces": "2", "way": "in", "reason": "found"}
    assert "Corrected +2" in send(console, variant, "correct", **found).text
    assert send(console, variant, "count", stock="15", was="16", note="Twice").status_code == 200
    assert there(store, variant) == 15
    rows = history(console, f"{LIST}/{variant.id}")
    assert [re.sub(r" (Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d.*\d\d:\d\d", "", row) for row in rows] == [
        "Counted 15 Twice −1 15 Robin Maker Undo change 5",
        "Corrected +2, found +2 16 Robin Maker Undo change 4",
        "Corrected −1, damaged −1 14 Robin Maker Undo change 3",
        "12 received From the print farm +12 15 Robin Maker Undo change 2",
        "Started with 3 – 3 Synqro",
    ]


def test_a_minus_that_is_typed_says_the_way_by_itself(
    console: FlaskClient, store: stores.Store, variant: catalogue.Variant
) -> None:
    for typed in ("-1", "−1"):
        form = {"pieces": typed, "way": "in", "reason": "lost"}
        assert send(console, variant, "correct", **form).status_code == 200
    assert there(store, variant) == 1


@pytest.mark.parametrize(
    ("what", "form", "wrong"),
    [
        ("count", {"stock": ""}, {"stock": "Enter how many there are."}),
        ("count", {"stock": "-1"}, {"stock": "Enter 0 or more."}),
        ("count", {"stock": "six"}, {"stock": "Enter a whole number."}),
        ("count", {"stock": "1e9"}, {"stock": "Enter a whole number."}),
        ("count", {"stock": "2.5"}, {"stock": "Enter a whole number."}),
        ("count", {"stock": "1000000000"}, {"stock": "Enter 999,999 or less."}),
        ("receive", {"pieces": ""}, {"pieces": "Enter how many came in."}),
        ("receive", {"pieces": "0"}, {"pieces": "Enter 1 or more."}),
        ("receive", {"pieces": "-2"}, {"pieces": "Enter 1 or more."}),
        ("receive", {"pieces": "999999"}, {"pieces": f"{FULL} There are 3."}),
        ("receive", {"pieces": "2", "note": "x" * 201}, {"note": "Use at most 200 characters."}),
        ("correct", {"pieces": "4", "reason": "lost"}, {"pieces": "There are only 3."}),
        ("correct", {"pieces": "0", "reason": "lost"}, {"pieces": "Enter 1 or more."}),
        ("correct", {"pieces": "1", "reason": ""}, {"reason": "Choose a reason."}),
        ("correct", {"pieces": "1", "reason": "moths"}, {"reason": "Choose a reason."}),
        (
            "correct",
            {"pieces": "½", "reason": ""},
            {"pieces": "Enter a whole number.", "reason": "Choose a reason."},
        ),
    ],
)
def test_what_is_no_number_of_pieces_is_told_at_its_field_and_kept(
    console: FlaskClient,
    store: stores.Store,
    variant: catalogue.Variant,
    what: str,
    form: dict[str, str],
    wrong: dict[str, str],
) -> None:
    for plain in ("", "yes"):
        answer = send(console, variant, what, plain=plain, was="3", **form)
        assert answer.status_code == 422
        assert said(answer.text) == {f"{what}-{name}": words for name, words in wrong.items()}
        kept = [value for name, value in form.items() if name != "reason" and value]
        assert all(f'value="{value}"' in answer.text for value in kept)
        assert ("<h1>" in answer.text) is bool(plain)
    assert there(store, variant) == 3


def test_who_counts_second_sees_the_number_of_the_first_and_their_own(
    console: FlaskClient, store: stores.Store, variant: catalogue.Variant
) -> None:
    catalogue.set_stock(store.id, variant.id, 6)
    answer = send(console, variant, "count", stock="4", was="3", note="Shelf B")
    assert answer.status_code == 409
    assert said(answer.text) == {"count-stock": "There are 6 now. Count again."}
    assert 'value="4"' in answer.text and 'value="Shelf B"' in answer.text
    assert 'name="was" value="6"' in answer.text and there(store, variant) == 6
    assert "On hand 6" in words(part(answer.text, "figures"))
    answer = send(console, variant, "count", at="stock", stock="4", was="3")
    assert answer.status_code == 409 and 'name="was" value="6"' in answer.text
    assert said(answer.text) == {f"count-{variant.id}": "There are 6 now. Count again."}
    assert send(console, variant, "count", stock="4", was="6").status_code == 200
    assert there(store, variant) == 4


def test_made_to_order_can_begin_to_be_counted(console: FlaskClient, store: stores.Store) -> None:
    variant = makers.product(store, stock=None).variants[0]
    page = console.get(f"{LIST}/{variant.id}").text
    assert "Nobody counts it" in page and 'id="receive"' not in page
    assert "Nobody counts these yet" in send(console, variant, "receive", pieces="2").text
    assert send(console, variant, "count", stock="4", was="").status_code == 200
    assert there(store, variant) == 4


def test_the_history_leads_to_the_order_and_names_the_key(
    console: FlaskClient, store: stores.Store, variant: catalogue.Variant
) -> None:
    set_up_payments(store)
    order = place(store, catalogue.find(store.id, variant.product_id), 2).order
    orders.mark_paid(
        order.id, reference=f"pi_{order.id}", amount=order.total, currency=order.currency
    )
    catalogue.stock.put_back(store, order.id)
    key = stores.create_key(store.id, name="Shop sync", scopes=["products:write"])[0]
    catalogue.receive(store.id, variant.id, 5, by=stores.By(key_id=key.id))
    rows = history(console, f"{LIST}/{variant.id}")
    assert rows[0].startswith("5 received +5 8") and "Key “Shop sync”" in rows[0]
    assert rows[1].startswith(f"2 back from order {order.number} +2 3")
    assert rows[2].startswith(f"2 sold, order {order.number} −2 1")
    assert rows[2].endswith("A customer")
    assert f'href="/console/orders/{order.id}"' in console.get(f"{LIST}/{variant.id}").text


def test_what_is_not_offered_any_more_stays_in_the_history_without_a_link(
    console: FlaskClient, store: stores.Store
) -> None:
    options = [{"name": "Size", "values": ["S", "L"]}]
    product = makers.product(store, options=options, sku=None)
    small, large = product.variants
    catalogue.receive(store.id, large.id, 2)
    catalogue.edit_product(store.id, product.id, variants=[{"options": {"Size": "S"}, "stock": 3}])
    page = console.get(MOVES).text
    assert "Ripple vase, L" in page and f"{LIST}/{large.id}" not in page
    assert f"{LIST}/{small.id}" in page and "/undo" not in page


def test_a_move_is_undone_once_and_says_what_it_undid(
    console: FlaskClient, store: stores.Store, variant: catalogue.Variant
) -> None:
    move = send(console, variant, "receive", pieces="4").text
    path = re.findall(r'action="([^"]+/undo)"', move)[0]
    answer = console.post(path, data={"at": "variant"}, headers=HTMX)
    assert answer.text.lstrip().startswith('<section class="panel" id="moves"')
    assert "Undone: 4 received" in words(answer.text) and there(store, variant) == 3
    again = console.post(path, data={"at": "variant"}, headers=HTMX)
    assert again.status_code == 409 and "This was undone already." in again.text
    rows = history(console, f"{LIST}/{variant.id}")
    assert rows[0].endswith("Undo change 3") and not rows[1].endswith("Undo change 2")
    redo = re.findall(r'action="([^"]+/undo)"', answer.text)[0]
    assert console.post(redo).location == f"{LIST}/{variant.id}"
    assert there(store, variant) == 7


def test_a_move_that_cannot_be_undone_any_more_says_why(
    console: FlaskClient, store: stores.Store, variant: catalogue.Variant
) -> None:
    move = send(console, variant, "receive", pieces="4").text
    path = re.findall(r'action="([^"]+/undo)"', move)[0]
    catalogue.set_stock(store.id, variant.id, 1)
    answer = console.post(path, data={"at": "variant"}, headers=HTMX)
    assert answer.status_code == 409
    assert "Only one is left, so 4 cannot be taken back. Count again." in answer.text


def test_every_change_of_the_shop_stands_in_one_list(
    console: FlaskClient, store: stores.Store, variant: catalogue.Variant
) -> None:
    sized = makers.product(store, options=SIZES, stock=9, sku=None).variants[0]
    send(console, sized, "receive", pieces="2")
    send(console, variant, "correct", pieces="1", reason="sample", way="out")
    rows = history(console, MOVES)
    assert rows[0].startswith("Ripple vase Corrected −1, sample or gift −1 2")
    assert rows[1].startswith("Ripple vase, Small 2 received +2 11")
    [path, *_rest] = re.findall(r'action="([^"]+/undo)"', console.get(MOVES).text)
    answer = console.post(path, data={"at": "moves"}, headers=HTMX)
    assert "Ripple vase: 3 in stock" in answer.text
    assert "Undone: Corrected −1, sample or gift" in words(answer.text)


def test_a_long_history_goes_on_on_the_next_page(
    console: FlaskClient, store: stores.Store, variant: catalogue.Variant
) -> None:
    for number in range(51):
        catalogue.set_stock(store.id, variant.id, number + 10)
    for path in (f"{LIST}/{variant.id}", MOVES):
        page = console.get(path).text
        [more] = re.findall(r'href="([^"]+cursor=[^"]+)"', page)
        assert "Counted 60" in page and "Counted 10" not in page
        assert len(history(console, unescape(more).partition("#")[0])) == 2
        assert console.get(f"{path}?cursor=nonsense").status_code == 400


def test_the_product_shows_what_there_is_and_leads_to_each_variant(
    console: FlaskClient, store: stores.Store
) -> None:
    set_up_payments(store)
    product = makers.product(store, options=SIZES, stock=2, sku=None)
    small, large = product.variants
    catalogue.set_stock(store.id, large.id, 0)
    page = console.get(f"/console/products/{product.id}").text
    assert f'href="{LIST}/{small.id}"' in page and f'href="{LIST}/{large.id}"' in page
    assert "Low 2 available" in words(page) and "Sold out" in page
    listed = console.get("/console/products").text
    assert "1 of 2 sold out" in listed
    row = words(part(listed, f"stock-{small.id}").partition("</form>")[0])
    assert row.endswith("Small Low")
    plain = makers.product(store, stock=5, sku=None)
    place(store, plain, 2)
    page = console.get(f"/console/products/{plain.id}").text
    assert "2 reserved, 3 available" in words(page)


def test_a_count_in_the_products_list_moves_the_chip_of_its_row(
    console: FlaskClient, store: stores.Store, variant: catalogue.Variant
) -> None:
    form = {"variant_id": variant.id, "stock": "34", "was": "3"}
    path = f"/console/products/{variant.product_id}/stock"
    answer = console.post(path, data=form, headers=HTMX)
    assert "On sale" in part(answer.text, f"status-{variant.product_id}")
    [move] = catalogue.moves(store.id, variant_id=variant.id, limit=1).data
    assert move.person_id and f'action="{MOVES}/{move.id}/undo"' in answer.text


def test_the_pages_of_products_stock_and_listings_lead_to_each_other(
    console: FlaskClient, store: stores.Store
) -> None:
    for path in ("/console/products", LIST, MOVES):
        page = console.get(path).text
        assert '<a href="/console/stock"' in page and '<a href="/console/listings"' in page
        assert re.search(r'<a href="/console/products"[^>]* data-go="p"', page)
        [here] = re.findall(r'<a href="([^"]+)" aria-current="page" data-go', page)
        assert here == "/console/products"
    page = console.get(LIST).text
    for path in (MOVES, "/console/stock_imports", "/console/stock_export"):
        assert f'href="{path}"' in page and console.get(path).status_code == 200


def test_stock_of_another_shop_is_not_there(
    console: FlaskClient, store: stores.Store, twin: stores.Store
) -> None:
    theirs = makers.product(twin).variants[0]
    [move] = catalogue.moves(twin.id).data
    for answer in (
        console.get(f"{LIST}/{theirs.id}"),
        console.get(f"{LIST}/var_%00"),
        console.post(f"{LIST}/{theirs.id}/count", data={"stock": "1", "was": "3"}),
        console.post(f"{LIST}/{theirs.id}/receive", data={"pieces": "1"}),
        console.post(f"{LIST}/{theirs.id}/correct", data={"pieces": "1", "reason": "lost"}),
        console.post(f"{MOVES}/{move.id}/undo"),
        console.post(f"{MOVES}/mov_%00/undo"),
    ):
        assert answer.status_code == 404
    assert there(twin, theirs) == 3


@pytest.mark.parametrize("size", [3, 50])
def test_pages_of_stock_take_few_queries_at_any_size(
    console: FlaskClient, store: stores.Store, owner: stores.Person, size: int
) -> None:
    set_up_payments(store)
    values = [str(number) for number in range(min(size, 25))]
    options = [{"name": "Number", "values": values}]
    product = makers.product(store, options=options, stock=200, sku=None)
    variant = product.variants[0]
    for number in range(size):
        catalogue.receive(store.id, variant.id, 1, by=stores.By(person_id=owner.id))
        if number < 3:
            item = orders.Item(product.id, 1, variant.id)
            who = orders.Customer("Sam Field", "sam@example.com")
            order = orders.place(store, customer=who, items=[item]).order
            orders.mark_paid(
                order.id, reference=order.id, amount=order.total, currency=order.currency
            )
    # Who is signed in and what waits are two of them.
    most = {LIST: 5, f"{LIST}?show=low": 5, f"{LIST}/{variant.id}": 6, MOVES: 5}
    for path, number in most.items():
        with asked() as found:
            assert console.get(path).status_code == 200
        assert len(found) <= number, (path, found)
