"""The merchant's products: made, changed, counted, sorted and pictured from the console."""

import json
import re
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image as Pillow
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from synqro import catalogue, listings, orders, stores
from synqro.core.db import db, transaction
from tests import makers
from tests.makers import HTMX

NEW = "/console/products/new"
PLAIN = {"title": "Ripple vase", "price": "28", "stock": "3", "counted": "yes"}
SIZES = '[{"name":"Size","values":["Small","Large"]}]'
GRID = {
    "title": "Facet planter",
    "counted": "yes",
    "options.0.name": "Size",
    "options.0.values": "Small\nLarge",
    "built": SIZES,
    "variants.0.offered": "1",
    "variants.0.price": "16.00",
    "variants.0.stock": "2",
    "variants.1.offered": "1",
    "variants.1.price": "24",
    "variants.1.stock": "",
}
# Without this the tables of orders would not be made: the console counts them on every page.
assert orders


def photo(width: int = 60, color: str = "teal", name: str = "vase.jpg") -> tuple[BytesIO, str]:
    file = BytesIO()
    Pillow.new("RGB", (width, 40), color).save(file, "JPEG")
    file.seek(0)
    return file, name


def only(store: stores.Store) -> catalogue.Product:
    db.session.rollback()
    db.session.expire_all()
    [product] = catalogue.shelf(store.id).data
    return product


def said(answer: TestResponse) -> dict[str, str]:
    """Which fields the page marks, and the sentence at each."""
    found = re.findall(r'<p class="err" id="([^"]+)-said"[^>]*><svg.*?</svg>(.*?)</p>', answer.text)
    return {field: unescape(words) for field, words in found}


def followed(console: FlaskClient, answer: TestResponse) -> str:
    assert answer.status_code == 303, answer.text
    return console.get(answer.location).text


def value(answer: TestResponse, name: str) -> str:
    [found] = re.findall(rf'<input[^>]* name="{re.escape(name)}"[^>]* value="([^"]*)"', answer.text)
    return unescape(found)


def test_a_product_is_made_from_the_form(console: FlaskClient, store: stores.Store) -> None:
    answer = console.post(NEW, data=PLAIN)
    assert answer.status_code == 303, answer.text
    product = only(store)
    assert answer.location == f"/console/products/{product.id}"
    page = console.get(answer.location)
    assert "Product created" in page.text and value(page, "price") == "28.00"
    assert f"/s/{store.publishable_key}/products/{product.id}" in page.text
    assert "Ripple vase" in console.get("/console/products").text


def test_what_a_piece_costs_to_make_is_kept_changed_and_emptied(
    console: FlaskClient, store: stores.Store
) -> None:
    console.post(NEW, data={**PLAIN, "cost": "4,20"})
    product = only(store)
    path = f"/console/products/{product.id}"
    assert product.cost == 420 and value(console.get(path), "cost") == "4.20"
    here = {**PLAIN, "id": product.variants[0].id, "was": PLAIN["stock"]}
    for sent, kept in (({}, 420), ({"cost": "5"}, 500), ({"cost": " "}, None)):
        answer = console.post(path, data={**here, **sent, "version": str(only(store).version)})
        assert answer.status_code == 303, answer.text
        assert only(store).cost == kept


def test_pictures_come_with_the_new_product(console: FlaskClient, store: stores.Store) -> None:
    data = {**PLAIN, "images": [photo(), photo(70)]}
    assert console.post(NEW, data=data).status_code == 303
    assert [image.width for image in only(store).images] == [60, 70]


def test_a_bad_picture_keeps_the_words_and_makes_nothing(
    console: FlaskClient, store: stores.Store
) -> None:
    data = {**PLAIN, "images": [photo(), (BytesIO(b"<svg/>"), "dir/<b>.svg")]}
    answer = console.post(NEW, data=data)
    assert answer.status_code == 422
    assert said(answer)["images"].startswith("<b>.svg: This is not a picture")
    assert value(answer, "title") == "Ripple vase" and "<b>.svg" not in answer.text
    assert catalogue.shelf(store.id).data == []


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("title", "", "Enter a title."),
        ("title", "x" * 201, "Use at most 200 characters."),
        ("title", "nul\0l", "Take out the control characters."),
        ("description", "d" * 5001, "Use at most 5,000 characters."),
        ("price", "", "Enter a price."),
        ("price", "0", "Enter a price above 0."),
        ("price", "-4", "Enter a price above 0."),
        ("price", "0.1 + 0.2", "Enter an amount like 24.99."),
        ("price", "0.30000000000000004", "An amount in EUR has at most 2 decimals."),
        ("price", "1.000", "An amount in EUR has at most 2 decimals."),
        ("price", "1,000", "Enter an amount like 24.99."),
        ("price", "1e3", "Enter an amount like 24.99."),
        ("price", "٣", "Enter an amount like 24.99."),
        ("price", "9" * 40, "Enter an amount like 24.99."),
        ("price", "1000000", "Enter €999,999.99 or less."),
        ("price", "0.49", "Stripe's smallest charge is €0.50."),
        ("stock", "", "Enter how many there are, or choose made to order."),
        ("stock", "-1", "Enter 0 or more."),
        ("stock", "1000000", "Enter 999,999 or less."),
        ("stock", "three", "Enter a whole number."),
        ("stock", "1.5", "Enter a whole number."),
        ("sku", "s" * 81, "Use at most 80 characters."),
        ("cost", "-1", "Enter 0 or more."),
        ("cost", "4.005", "An amount in EUR has at most 2 decimals."),
        ("cost", "little", "Enter an amount like 24.99."),
        ("lead_time_days", "-1", "Enter 0 or more."),
        ("lead_time_days", "366", "Enter 365 or less."),
        ("max_quantity", "0", "Enter 1 or more."),
        ("max_quantity", "1000", "Enter 999 or less."),
        ("low_stock_threshold", "9" * 30, "Enter a whole number."),
    ],
)
def test_a_wrong_field_is_told_at_its_place_and_the_words_are_kept(
    console: FlaskClient, store: stores.Store, field: str, typed: str, words: str
) -> None:
    answer = console.post(NEW, data={**PLAIN, "sku": "RV-1", "tags": "vase", field: typed})
    assert answer.status_code == 422
    assert said(answer) == {field: words}
    kept = {"title": "Ripple vase", "sku": "RV-1", "tags": "vase"}
    assert all(value(answer, name) == was for name, was in kept.items() if name != field)
    assert catalogue.shelf(store.id).data == []


def test_every_wrong_field_is_named_at_once_with_a_way_there(console: FlaskClient) -> None:
    wrong = {"title": "", "price": "x", "stock": "-1", "lead_time_days": "x", "max_quantity": "x"}
    answer = console.post(NEW, data=wrong)
    assert set(said(answer)) == set(wrong)
    assert "Five fields need a look." in answer.text
    for field in wrong:
        assert f'href="#{field}"' in answer.text and f'id="{field}"' in answer.text


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("\u202eesav \u0639\u0631\u0628\u064a", "\u202eesav \u0639\u0631\u0628\u064a"),
        ("\U0001f3fa {{ 7 * 7 }}", "\U0001f3fa {{ 7 * 7 }}"),
    ],
)
def test_any_words_are_shown_as_they_are(console: FlaskClient, title: str, shown: str) -> None:
    assert console.post(NEW, data={**PLAIN, "title": title}).status_code == 303
    assert f"<bdi>{shown}</bdi>" in console.get("/console/products").text


@pytest.mark.parametrize(
    ("currency", "typed", "stored", "shown"),
    [
        ("JPY", "2500", 2500, "2500"),
        ("EUR", "12,5", 1250, "12.50"),
        ("KWD", "1.25", 1250, "1.250"),
        ("KWD", "1.250", 1250, "1.250"),
    ],
)
def test_prices_have_their_currencys_digits(
    console: FlaskClient, store: stores.Store, currency: str, typed: str, stored: int, shown: str
) -> None:
    _trade_in(store, currency)
    answer = console.post(NEW, data={**PLAIN, "price": typed})
    assert answer.status_code == 303, said(answer)
    assert only(store).variants[0].price == stored
    assert value(console.get(answer.location), "price") == shown


@pytest.mark.parametrize(
    ("currency", "typed", "words"),
    [
        ("JPY", "25.5", "An amount in JPY has no decimals."),
        ("JPY", "49", "Stripe's smallest charge is ¥50."),
        ("KWD", "1.255", "In KWD the last digit must be 0."),
        ("KWD", "1.2555", "An amount in KWD has at most 3 decimals."),
    ],
)
def test_prices_that_the_currency_lacks_are_refused(
    console: FlaskClient, store: stores.Store, currency: str, typed: str, words: str
) -> None:
    _trade_in(store, currency)
    assert said(console.post(NEW, data={**PLAIN, "price": typed})) == {"price": words}


def _trade_in(store: stores.Store, currency: str) -> None:
    with transaction():
        db.session.get_one(stores.Store, store.id).currency = currency


def test_made_to_order_needs_no_count(console: FlaskClient, store: stores.Store) -> None:
    data = {**PLAIN, "counted": "no", "stock": ""}
    assert console.post(NEW, data=data).status_code == 303
    assert only(store).variants[0].stock is None
    assert "Made to order" in console.get("/console/products").text


def test_options_are_added_step_by_step_without_script(
    console: FlaskClient, store: stores.Store
) -> None:
    step = {**PLAIN, "do": "add_option"}
    page = console.post(NEW, data=step)
    assert page.status_code == 200 and value(page, "title") == "Ripple vase"
    assert value(page, "options.0.name") == ""
    step = {**PLAIN, "options.0.name": "Size", "options.0.values": "Small\r\nLarge\r\n"}
    page = console.post(NEW, data={**step, "do": "build"})
    assert value(page, "built") == SIZES
    assert value(page, "variants.1.price") == "28"
    answer = console.post(NEW, data=GRID)
    assert answer.status_code == 303, said(answer)
    found = {v.options["Size"]: (v.price, v.stock) for v in only(store).variants}
    assert found == {"Small": (1600, 2), "Large": (2400, None)}


def test_saving_with_new_options_first_shows_what_they_make(
    console: FlaskClient, store: stores.Store
) -> None:
    typed = {**PLAIN, "options.0.name": "Size", "options.0.values": "Small\nLarge"}
    answer = console.post(NEW, data=typed)
    assert answer.status_code == 422
    assert "The options changed. Look at the variants below, then save." in answer.text
    assert value(answer, "variants.0.price") == "28"
    assert catalogue.shelf(store.id).data == []


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"options.0.name": "Size"}, "options.0.values", "Name at least one value."),
        ({"options.0.values": "a"}, "options.0.name", "Give the option a name."),
        (
            {"options.0.name": "S", "options.0.values": "a\nA"},
            "options.0.values",
            "“a” stands here twice.",
        ),
    ],
)
def test_options_that_make_nothing_say_so(
    console: FlaskClient, typed: dict[str, str], field: str, words: str
) -> None:
    blank = {"options.0.name": "", "options.0.values": ""}
    for do in ("build", "save"):
        answer = console.post(NEW, data={**PLAIN, **blank, **typed, "do": do})
        assert said(answer)[field] == words


def test_an_option_is_taken_out_and_the_others_keep_their_words(console: FlaskClient) -> None:
    typed = {
        **PLAIN,
        **{f"options.{n}.{part}": f"{part}{n}" for n in range(3) for part in ("name", "values")},
        "do": "remove_option:1",
    }
    page = console.post(NEW, data=typed, headers=HTMX)
    assert page.text.lstrip().startswith('<div id="options"')
    assert [value(page, f"options.{n}.name") for n in range(2)] == ["name0", "name2"]
    assert 'name="options.2.name"' not in page.text


def test_a_wrong_variant_is_marked_in_its_own_row(console: FlaskClient) -> None:
    rows = {"variants.1.price": "0", "variants.1.stock": "x", "variants.1.sku": "s" * 81}
    answer = console.post(NEW, data={**GRID, "variants.0.offered": "", **rows})
    assert set(said(answer)) == set(rows)


def test_a_combination_can_be_left_out_and_offered_again(
    console: FlaskClient, store: stores.Store
) -> None:
    console.post(NEW, data={**GRID, "variants.0.offered": ""})
    product = only(store)
    assert [v.options for v in product.variants] == [{"Size": "Large"}]
    path = f"/console/products/{product.id}"
    page = console.get(path).text
    assert 'name="variants.1.offered" value="1" checked' in page
    assert 'name="variants.0.offered" value="1" checked' not in page
    none = {**GRID, "variants.0.offered": "", "variants.1.offered": ""}
    answer = console.post(path, data={**none, "version": product.version})
    assert answer.status_code == 422 and "Offer at least one variant." in answer.text
    assert console.post(path, data={**GRID, "version": product.version}).status_code == 303
    assert len(only(store).variants) == 2


def test_a_renamed_value_keeps_its_variant(console: FlaskClient, store: stores.Store) -> None:
    console.post(NEW, data=GRID)
    small, large = only(store).variants
    path = f"/console/products/{small.product_id}"
    typed = {
        **GRID,
        "options.0.name": "Width",
        "options.0.values": "Small\nHuge\n",
        "variants.0.id": small.id,
        "variants.1.id": large.id,
        "do": "build",
    }
    page = console.post(path, data=typed, headers=HTMX)
    assert "Huge" in page.text and value(page, "variants.1.id") == large.id
    assert value(page, "variants.1.price") == "24"
    built = {**typed, "built": value(page, "built"), "do": "save", "version": "1"}
    assert console.post(path, data=built).status_code == 303
    assert [(v.id, v.options) for v in only(store).variants] == [
        (small.id, {"Width": "Small"}),
        (large.id, {"Width": "Huge"}),
    ]


@pytest.mark.parametrize(
    "built",
    ["", "x", "null", "{}", "[[]]", '[{"name":1}]', "[" * 5000, '[{"name":"a","values":[]}]'],
)
def test_a_forged_hidden_field_makes_no_trouble(console: FlaskClient, built: str) -> None:
    assert console.post(NEW, data={**GRID, "built": built}).status_code in (303, 422)
    many = json.dumps([{"name": "a", "values": [str(number) for number in range(300)]}])
    assert console.post(NEW, data={**GRID, "built": many}).status_code == 422


def test_a_button_we_did_not_make_is_refused(console: FlaskClient) -> None:
    for do in ("x", "remove_option:", "remove_option:9", "remove_option:x", "\0"):
        assert console.post(NEW, data={**PLAIN, "do": do}).status_code == 400


def test_ten_megabytes_of_words_are_too_many(console: FlaskClient, store: stores.Store) -> None:
    answer = console.post(NEW, data={**PLAIN, "description": "x" * 10_000_000})
    assert answer.status_code in (413, 422)
    assert catalogue.shelf(store.id).data == []


def test_an_edit_leaves_a_stock_alone_that_was_sold_from_meanwhile(
    console: FlaskClient, store: stores.Store
) -> None:
    product = makers.product(store)
    path = f"/console/products/{product.id}"
    page = console.get(path)
    names = ("title", "price", "stock", "was", "version", "id")
    form = {**{name: value(page, name) for name in names}, "counted": "yes"}
    catalogue.set_stock(store.id, product.variants[0].id, 1)
    assert console.post(path, data={**form, "title": "Wave vase"}).status_code == 303
    assert (only(store).title, only(store).variants[0].stock) == ("Wave vase", 1)


def test_who_saves_over_a_colleague_sees_both_and_may_go_on(
    console: FlaskClient, store: stores.Store
) -> None:
    product = makers.product(store)
    path = f"/console/products/{product.id}"
    mine = {**PLAIN, "title": "Mine", "version": product.version}
    catalogue.edit_product(store.id, product.id, title="Theirs")
    answer = console.post(path, data=mine)
    assert answer.status_code == 409
    assert "Someone else changed this product" in answer.text and "Theirs" in answer.text
    assert value(answer, "title") == "Mine"
    again = {**mine, "version": value(answer, "version")}
    assert console.post(path, data=again).status_code == 303
    assert only(store).title == "Mine"


def test_a_sku_of_another_product_is_told_at_its_field(
    console: FlaskClient, store: stores.Store
) -> None:
    makers.product(store, sku="RV-1")
    answer = console.post(NEW, data={**PLAIN, "sku": "RV-1"})
    assert said(answer) == {"sku": "Another product has this SKU."}


def test_archiving_can_be_undone(console: FlaskClient, store: stores.Store) -> None:
    product = makers.product(store)
    path = f"/console/products/{product.id}"
    page = followed(console, console.post(f"{path}/archive"))
    assert "Ripple vase archived" in page and f'action="{path}/restore"' in page
    assert product.title in console.get("/console/products?show=archived").text
    page = followed(console, console.post(f"{path}/restore"))
    assert "is in the shop again" in page
    assert only(store).id == product.id


def count(console: FlaskClient, product: catalogue.Product, **form: Any) -> TestResponse:
    data = {"variant_id": product.variants[0].id, "was": "3", **form}
    headers = form.pop("headers", HTMX)
    return console.post(f"/console/products/{product.id}/stock", data=data, headers=headers)


def test_a_count_is_saved_from_its_row_and_can_be_undone(
    console: FlaskClient, store: stores.Store
) -> None:
    product = makers.product(store)
    answer = count(console, product, stock="34")
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith(
        f'<form class="count field" id="stock-{product.variants[0].id}"'
    )
    assert "Ripple vase: 34 in stock" in answer.text and "Undo" in answer.text
    assert only(store).variants[0].stock == 34
    assert count(console, product, stock="3", was="34").status_code == 200
    assert only(store).variants[0].stock == 3


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Enter how many there are."),
        ("-1", "Enter 0 or more."),
        ("x", "Enter a whole number."),
        ("1000000", "Enter 999,999 or less."),
        ("\0", "Enter a whole number."),
    ],
)
def test_a_miscount_stays_in_its_cell(
    console: FlaskClient, store: stores.Store, typed: str, words: str
) -> None:
    product = makers.product(store)
    answer = count(console, product, stock=typed)
    assert answer.status_code == 422
    assert list(said(answer).values()) == [words]
    assert only(store).variants[0].stock == 3


def test_a_count_of_what_was_sold_meanwhile_shows_the_number_there_is(
    console: FlaskClient, store: stores.Store
) -> None:
    product = makers.product(store)
    catalogue.set_stock(store.id, product.variants[0].id, 2)
    answer = count(console, product, stock="9")
    assert answer.status_code == 409
    assert "There are 2 now. Count again." in answer.text
    assert value(answer, "was") == "2"


def test_counting_works_without_script(console: FlaskClient, store: stores.Store) -> None:
    product = makers.product(store)
    data = {"variant_id": product.variants[0].id, "was": "3", "stock": "8"}
    path = f"/console/products/{product.id}/stock"
    page = followed(console, console.post(path, data=data))
    assert "8 in stock" in page and "Undo" in page
    answer = console.post(path, data={**data, "was": "8", "stock": "x"})
    assert answer.status_code == 422 and "<h1>Products</h1>" in answer.text
    assert "Enter a whole number." in answer.text


def test_products_are_moved_up_and_down(console: FlaskClient, store: stores.Store) -> None:
    for title in "abc":
        makers.product(store, title=title)
    last = catalogue.shelf(store.id).data[-1]
    path = f"/console/products/{last.id}/move"
    table = console.post(path, data={"to": "up"}, headers=HTMX).text
    assert re.findall(r"<bdi>([abc])</bdi>", table) == ["a", "c", "b"]
    assert console.post(path, data={"to": "down"}).status_code == 303
    assert console.post(path, data={"to": "sideways"}).status_code == 303


def test_the_list_is_searched_and_narrowed(console: FlaskClient, store: stores.Store) -> None:
    makers.product(store, title="Dusk lamp", stock=2, sku="DL-1")
    makers.product(store, title="Ripple vase", stock=9)
    path = "/console/products"
    assert "Ripple vase" not in console.get(f"{path}?q=dl-1").text
    assert "Ripple vase" not in console.get(f"{path}?show=low").text
    assert "Nothing is called “&lt;b&gt;%”" in console.get(f"{path}?q=<b>%25").text
    assert "Nothing archived" in console.get(f"{path}?show=archived").text
    assert "Ripple vase" in console.get(f"{path}?show=nonsense").text
    assert console.get(f"{path}?cursor=nonsense").status_code == 400


def test_a_long_list_goes_on_on_the_next_page(console: FlaskClient, store: stores.Store) -> None:
    for number in range(51):
        makers.product(store, title=f"Clip {number}")
    page = console.get("/console/products").text
    [more] = re.findall(r'href="([^"]+cursor=[^"]+)"', page)
    assert "Clip 50" not in page and "Clip 50" in console.get(unescape(more)).text


def test_another_shops_products_are_not_there(
    console: FlaskClient, store: stores.Store, twin: stores.Store
) -> None:
    mine, theirs = makers.product(store), makers.product(twin)
    variant = theirs.variants[0].id
    path = f"/console/products/{theirs.id}"
    for answer in (
        console.get(path),
        console.post(path, data=PLAIN),
        console.post(f"{path}/archive"),
        console.post(f"{path}/restore"),
        console.post(f"{path}/move", data={"to": "up"}),
        console.post(f"{path}/stock", data={"variant_id": variant, "stock": "1"}),
        console.post(f"{path}/images", data={"images": photo()}),
        console.post(f"{path}/images/img_x", data={"do": "remove"}),
        console.post(
            f"/console/products/{mine.id}/stock", data={"variant_id": variant, "stock": "1"}
        ),
        console.post(f"/console/products/{mine.id}/images/img_x", data={"do": "earlier"}),
        console.get("/console/products/prd_%00"),
    ):
        assert answer.status_code == 404
    assert catalogue.find(twin.id, theirs.id).variants[0].stock == 3


def test_strangers_and_other_pages_change_nothing(
    client: FlaskClient, console: FlaskClient, store: stores.Store
) -> None:
    assert client.get("/console/products").status_code in (302, 303)
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert console.post(NEW, data=PLAIN, headers=foreign).status_code == 403
    assert catalogue.shelf(store.id).data == []


def images(console: FlaskClient, product: catalogue.Product, **form: Any) -> TestResponse:
    path = f"/console/products/{product.id}/images"
    if image := form.pop("image", None):
        path += f"/{image.id}"
    return console.post(path, data=form, headers=HTMX)


def test_pictures_are_added_described_moved_and_removed(
    console: FlaskClient, store: stores.Store
) -> None:
    product = makers.product(store)
    answer = images(console, product, images=[photo(50), photo(60)])
    assert answer.status_code == 200 and "2 of 12" in answer.text
    first, second = only(store).images
    assert images(console, product, image=first, alt=" From above ").status_code == 200
    assert 'alt="From above"' in console.get(f"/console/products/{product.id}").text
    images(console, product, image=second, do="earlier")
    assert [image.width for image in only(store).images] == [60, 50]
    images(console, product, image=second, do="later")
    images(console, product, image=second, do="later")
    assert [image.width for image in only(store).images] == [50, 60]
    images(console, product, image=first, do="remove")
    assert [image.width for image in only(store).images] == [60]


def test_a_picture_that_cannot_be_read_does_not_stop_the_others(
    console: FlaskClient, store: stores.Store
) -> None:
    product = makers.product(store)
    files = [photo(), (BytesIO(b"GIF89a"), "anim.gif"), photo(50)]
    answer = images(console, product, images=files)
    assert answer.status_code == 422 and "anim.gif: This is not a picture" in answer.text
    assert len(only(store).images) == 2
    assert images(console, product).status_code == 422
    plain = console.post(
        f"/console/products/{product.id}/images", data={"images": (BytesIO(b"x"), "x")}
    )
    assert plain.status_code == 422 and "<h1>Ripple vase</h1>" in plain.text


def test_a_wrong_description_is_told_at_its_picture(
    console: FlaskClient, store: stores.Store
) -> None:
    product = makers.product(store)
    images(console, product, images=[photo()])
    [image] = only(store).images
    answer = images(console, product, image=image, alt="x" * 301)
    assert said(answer) == {f"alt-{image.id}": "Use at most 300 characters."}
    assert "x" * 301 in answer.text


def test_several_heavy_photos_come_at_once(console: FlaskClient, store: stores.Store) -> None:
    product = makers.product(store)
    heavy = photo()[0].getvalue() + b"\0" * 7_000_000
    answer = upload(console, product, [heavy, heavy + b"1", heavy + b"2"])
    assert answer.status_code == 200, answer.text
    assert "3 of 12" in answer.text
    answer = upload(console, product, [heavy + heavy])
    assert answer.status_code == 422 and "0.jpg: This picture is larger than 10 MB" in answer.text


def upload(console: FlaskClient, product: catalogue.Product, files: list[bytes]) -> TestResponse:
    """Send large files as one body, for the test client leaves a temporary file open otherwise."""
    parts = [FileStorage(BytesIO(file), f"{n}.jpg", "images") for n, file in enumerate(files)]
    boundary, body = encode_multipart(MultiDict([("images", part) for part in parts]))
    path = f"/console/products/{product.id}/images"
    kind = f"multipart/form-data; boundary={boundary}"
    return console.post(path, data=body, content_type=kind, headers=HTMX)


def listings_of(store: stores.Store) -> list[listings.Offered]:
    """The store's listings, the oldest first."""
    return list(listings.listed(store.id).data[::-1])


def row_of(console: FlaskClient) -> str:
    """The words of the list's only row."""
    page = console.get("/console/products").text
    row = page[page.index("<tbody>") : page.index("</tbody>")]
    return " ".join(unescape(re.sub("<[^>]+>", " ", row)).split())


def test_the_list_says_what_the_shop_charges_and_offers(
    console: FlaskClient, store: stores.Store
) -> None:
    sizes = [{"name": "Size", "values": ["S", "M", "L"]}]
    product = makers.product(store, options=sizes)
    assert "now" not in row_of(console) and "in the shop" not in row_of(console)
    small, middle, large = (offered.listing.id for offered in listings_of(store))
    listings.set_price(store.id, small, 2500, expected_version=1)
    assert "€28.00 now from €25.00" in row_of(console)
    assert console.get(f"/console/products/{product.id}").text.count("Repriced: €25.00 now") == 1
    listings.end(store.id, large)
    assert "2 of 3 in the shop" in row_of(console)
    listings.end(store.id, middle)
    assert "€28.00 now €25.00" in row_of(console)
    listings.end(store.id, small)
    assert "Not in the shop" in row_of(console)
    page = console.get(f"/console/products/{product.id}").text
    assert "Not in the shop" in page and "See it in the shop" not in page


def test_a_price_outside_the_listings_bounds_is_shown_at_its_field(
    console: FlaskClient, store: stores.Store
) -> None:
    console.post(NEW, data=GRID)
    product = only(store)
    large = listings_of(store)[1].listing.id
    listings.edit(store.id, large, max_price=2500)
    small, big = product.variants
    typed = {
        **{name: value for name, value in GRID.items() if not name.startswith("variants.0")},
        "variants.0.id": small.id, "variants.1.id": big.id, "variants.1.price": "30",
        "version": str(product.version),
    }  # fmt: skip
    answer = console.post(f"/console/products/{product.id}", data=typed)
    assert answer.status_code == 422
    say = "This is above the listing's highest price, €25.00."
    assert said(answer) == {"variants.1.price": say}
    assert [v.price for v in only(store).variants] == [1600, 2400]
