"""Products as the rooms and faces above see them: made, changed, found, sorted."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from synqro import catalogue, stores
from synqro.catalogue.options import combinations, how_many, same
from synqro.catalogue.variants import planned
from synqro.core.db import db
from synqro.core.errors import Changed, Invalid
from synqro.core.pages import InvalidCursor
from tests import makers

SIZES = [{"name": "Size", "values": ["Small", "Large"]}]
COLOURS = [*SIZES, {"name": "Colour", "values": ["White", "Sage", "Clay"]}]
BIDI = "\u202eesav \u0639\u0631\u0628\u064a \U0001f3fa"


def wrong(store: stores.Store, **fields: Any) -> dict[str, str]:
    given = {"title": "Ripple vase", "price": 2800, **fields}
    with pytest.raises(Invalid) as refused:
        catalogue.create_product(store.id, **given)
    assert catalogue.shelf(store.id).data == []
    found: Any = refused.value.facts["fields"]
    return {f["field"]: f["code"] for f in found}


def in_currency(currency: str) -> stores.Store:
    owner = makers.person(email=f"{currency.lower()}@northlight.example")
    return stores.open_store(owner, name=currency, place=stores.Place(currency)).store


def test_a_plain_product_has_one_variant(store: stores.Store) -> None:
    product = catalogue.create_product(store.id, title="  Ripple vase ", price=2800)
    [variant] = product.variants
    assert (product.title, product.currency) == ("Ripple vase", "EUR")
    assert (variant.price, variant.stock, variant.options) == (2800, None, {})


def test_options_make_a_variant_for_each_combination(store: stores.Store) -> None:
    product = catalogue.create_product(store.id, title="Vase", price=2800, stock=2, options=COLOURS)
    assert [v.options for v in product.variants] == combinations(COLOURS)
    assert {(v.price, v.stock) for v in product.variants} == {(2800, 2)}


def test_variants_bring_price_sku_and_stock_of_their_own(store: stores.Store) -> None:
    rows: list[catalogue.VariantFields] = [
        {"options": {"Size": "Large"}, "price": 4000, "sku": "V-L", "stock": 1},
        {"options": {"Size": "Small"}},
    ]
    product = catalogue.create_product(
        store.id, title="Vase", price=2800, options=SIZES, variants=rows
    )
    assert [(v.price, v.sku, v.stock) for v in product.variants] == [
        (4000, "V-L", 1),
        (2800, None, None),
    ]


def test_every_wrong_field_is_named_at_once(store: stores.Store) -> None:
    found = wrong(
        store,
        title=" ",
        description="x" * 5001,
        lead_time_days=366,
        max_quantity=0,
        cost=-1,
        tags=["a" * 41],
        low_stock_threshold=-1,
        metadata={"": "x", "k" * 41: "x", "v": "x" * 501},
        options=SIZES,
        variants=[
            {"options": {"Size": "Huge"}, "price": 0, "sku": "s" * 81, "stock": -1},
            {"options": {"Size": "Small"}, "price": 10, "sku": "A"},
            {"options": {"Size": "Small"}, "price": 100_000_000, "sku": "A"},
            {"id": "var_none", "options": {"Size": "Large"}, "stock": 1_000_000},
        ],
    )
    assert found == {
        "title": "required",
        "description": "too_long",
        "lead_time_days": "too_large",
        "max_quantity": "too_small",
        "cost": "too_small",
        "tags.0": "too_long",
        "low_stock_threshold": "too_small",
        "metadata.": "required",
        f"metadata.{'k' * 40}": "too_long",
        "metadata.v": "too_long",
        "variants.0.options": "unknown_option",
        "variants.0.price": "invalid_amount",
        "variants.0.sku": "too_long",
        "variants.0.stock": "too_small",
        "variants.1.price": "amount_too_small",
        "variants.2.options": "duplicate",
        "variants.2.price": "invalid_amount",
        "variants.2.sku": "sku_taken",
        "variants.3.id": "unknown_variant",
        "variants.3.stock": "too_large",
    }


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("x" * 201, "too_long"),
        ("Nul\0l", "invalid_characters"),
        ("Two\nlines", "invalid_characters"),
        ("Bell\x07", "invalid_characters"),
        ("half \ud83d", "invalid_characters"),
        ("", "required"),
        (None, "required"),
        ("\r\n\t", "required"),
    ],
)
def test_a_title_that_cannot_be_shown_is_refused(
    store: stores.Store, title: str | None, code: str
) -> None:
    assert wrong(store, title=title) == {"title": code}


def test_words_of_any_script_and_pictures_of_words_are_kept(store: stores.Store) -> None:
    product = catalogue.create_product(
        store.id, title=BIDI, description="one\r\ntwo\tthree", price=2800
    )
    assert (product.title, product.description) == (BIDI, "one\ntwo\tthree")


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ([{"name": "", "values": ["a"]}], {"options.0.name": "required"}),
        ([{"name": "Size", "values": [" "]}], {"options.0.values": "required"}),
        ([{"name": "Size", "values": ["M", "m"]}], {"options.0.values": "duplicate"}),
        ([{"name": "n" * 41, "values": ["a"]}], {"options.0.name": "too_long"}),
        ([{"name": "Size", "values": ["v" * 61]}], {"options.0.values": "too_long"}),
        ([*SIZES, {"name": "size", "values": ["a"]}], {"options.1.name": "duplicate"}),
        ([{"name": str(n), "values": ["a"]} for n in range(4)], {"options": "too_many"}),
        (
            [{"name": f"o{n}", "values": [str(v) for v in range(11)]} for n in range(2)],
            {"options": "too_many_variants"},
        ),
    ],
)
def test_options_that_make_no_variants_are_refused(
    store: stores.Store, options: Any, found: dict[str, str]
) -> None:
    refused = wrong(store, options=options)
    assert {field: code for field, code in refused.items() if field != "variants"} == found


@pytest.mark.parametrize(
    ("currency", "price", "code"),
    [
        ("EUR", None, "required"),
        ("EUR", 0, "invalid_amount"),
        ("EUR", -5, "invalid_amount"),
        ("EUR", 49, "amount_too_small"),
        ("EUR", 100_000_000, "invalid_amount"),
        ("JPY", 49, "amount_too_small"),
        ("KWD", 1005, "invalid_amount"),
        ("HUF", 17_499, "amount_too_small"),
    ],
)
def test_a_price_that_stripe_cannot_charge_is_refused(
    app: object, currency: str, price: int | None, code: str
) -> None:
    assert wrong(in_currency(currency), price=price) == {"price": code}


@pytest.mark.parametrize(("currency", "price"), [("EUR", 50), ("JPY", 50), ("KWD", 10)])
def test_the_smallest_charge_is_a_price(app: object, currency: str, price: int) -> None:
    store = in_currency(currency)
    product = catalogue.create_product(store.id, title="Clip", price=price)
    assert (product.currency, product.variants[0].price) == (currency, price)


def test_a_sku_names_one_thing_in_a_store(store: stores.Store, twin: stores.Store) -> None:
    first = makers.product(store, sku="RV-1")
    makers.product(twin, sku="RV-1")
    with pytest.raises(Invalid) as refused:
        makers.product(store, sku="RV-1")
    assert refused.value.facts["fields"][0]["code"] == "sku_taken"  # type: ignore[index]
    catalogue.edit_product(store.id, first.id, sku="RV-2")
    assert makers.product(store, sku="RV-1").variants[0].sku == "RV-1"


def test_two_variants_may_swap_their_skus(store: stores.Store) -> None:
    rows: list[catalogue.VariantFields] = [
        {"options": {"Size": "Small"}, "sku": "A"},
        {"options": {"Size": "Large"}, "sku": "B"},
    ]
    product = makers.product(store, options=SIZES, variants=rows)
    swapped: list[catalogue.VariantFields] = [
        {"id": product.variants[0].id, "sku": "B"},
        {"id": product.variants[1].id, "sku": "A"},
    ]
    product = catalogue.edit_product(store.id, product.id, variants=swapped)
    assert [(v.options["Size"], v.sku) for v in product.variants] == [
        ("Small", "B"),
        ("Large", "A"),
    ]


def test_an_edit_changes_what_it_names_and_nothing_else(store: stores.Store) -> None:
    product = makers.product(store, description="Tall.", tags=["vase"], sku="RV")
    variant = product.variants[0]
    catalogue.edit_product(store.id, product.id, title="Wave vase")
    catalogue.edit_product(store.id, product.id, price=3000)
    fresh = catalogue.find(store.id, product.id)
    assert (fresh.title, fresh.description, fresh.tags) == ("Wave vase", "Tall.", ["vase"])
    assert fresh.variants == [variant]
    assert (variant.price, variant.sku, variant.stock) == (3000, "RV", 3)


def test_a_combination_that_stays_keeps_its_variant(store: stores.Store) -> None:
    product = makers.product(store, options=SIZES, stock=5)
    small, large = product.variants
    more = [{"name": "Size", "values": ["Large", "Huge"]}]
    catalogue.edit_product(store.id, product.id, options=more, price=3000)
    assert [(v.options["Size"], v.stock) for v in product.variants] == [
        ("Large", 5),
        ("Huge", None),
    ]
    assert product.variants[0].id == large.id and not small.active
    catalogue.edit_product(store.id, product.id, options=SIZES, price=3000)
    assert {v.id for v in product.variants} == {small.id, large.id}


def test_who_saves_an_older_version_is_told(store: stores.Store) -> None:
    product = makers.product(store)
    seen = product.version
    catalogue.edit_product(store.id, product.id, version=seen, title="First")
    with pytest.raises(Changed):
        catalogue.edit_product(store.id, product.id, version=seen, title="Second")
    assert catalogue.find(store.id, product.id).title == "First"


def test_another_stores_product_is_not_there(store: stores.Store, twin: stores.Store) -> None:
    product = makers.product(twin)
    variant = product.variants[0]
    for attempt in (
        lambda: catalogue.find(store.id, product.id),
        lambda: catalogue.edit_product(store.id, product.id, title="Mine"),
        lambda: catalogue.archive_product(store.id, product.id),
        lambda: catalogue.move_product(store.id, product.id, up=True),
        lambda: catalogue.reorder_products(store.id, [product.id]),
        lambda: catalogue.set_stock(store.id, variant.id, 1),
        lambda: catalogue.find(store.id, "prd_\0"),
    ):
        with pytest.raises(catalogue.ProductNotFound):
            attempt()
    assert catalogue.find(twin.id, product.id).title == "Ripple vase"


def test_the_shelf_keeps_the_merchants_order(store: stores.Store) -> None:
    a, b, c = (makers.product(store, title=title) for title in "abc")
    assert catalogue.move_product(store.id, c.id, up=True)
    assert titles(store) == ["a", "c", "b"]
    assert not catalogue.move_product(store.id, a.id, up=True)
    catalogue.reorder_products(store.id, [b.id, a.id])
    assert titles(store) == ["b", "c", "a"]
    catalogue.archive_product(store.id, c.id)
    assert titles(store) == ["b", "a"]
    assert catalogue.move_product(store.id, a.id, up=True)
    catalogue.restore_product(store.id, c.id)
    assert titles(store) == ["a", "c", "b"]


def titles(store: stores.Store, **asked: Any) -> list[str]:
    return [product.title for product in catalogue.shelf(store.id, **asked).data]


def test_pages_neither_repeat_nor_lose_a_product(store: stores.Store) -> None:
    for number in range(5):
        makers.product(store, title=str(number))
    first = catalogue.shelf(store.id, limit=2)
    makers.product(store, title="5")
    second = catalogue.shelf(store.id, limit=2, cursor=first.next_cursor)
    third = catalogue.shelf(store.id, limit=2, cursor=second.next_cursor)
    assert [p.title for page in (first, second, third) for p in page.data] == list("012345")
    assert not third.has_more
    with pytest.raises(InvalidCursor):
        catalogue.shelf(store.id, cursor="not ours")


@pytest.mark.parametrize("q", ["ärmel", "ÄRMEL", "LAMP rm", "tisch", "al-7", "A\u0308rmel"])
def test_a_search_finds_parts_of_words_in_any_case(store: stores.Store, q: str) -> None:
    makers.product(store, title="Ärmellampe lamp", tags=["Tischlampe"], sku="AL-77")
    makers.product(store, title="Vase")
    assert titles(store, q=q) == ["Ärmellampe lamp"]


@pytest.mark.parametrize("q", ["%", "_", "\\", "nothing", "\0\0x", "'; --"])
def test_signs_of_the_database_mean_themselves(store: stores.Store, q: str) -> None:
    makers.product(store, title="Vase")
    assert titles(store, q=q) == []


def test_counts_and_the_low_list_agree(store: stores.Store) -> None:
    makers.product(store, stock=9)
    makers.product(store, stock=3)
    makers.product(store, stock=9, low_stock_threshold=9)
    makers.product(store, stock=None)
    archived = makers.product(store, stock=0, options=SIZES)
    catalogue.archive_product(store.id, archived.id)
    assert catalogue.counts(store.id) == catalogue.Counts(4, 2, 1, 4)
    low = catalogue.listing(store.id, shown=catalogue.Shown.LOW)
    assert [product.variants[0].stock for product in low.data] == [3, 9]


def test_a_count_that_someone_moved_meanwhile_is_not_overwritten(store: stores.Store) -> None:
    variant = makers.product(store, stock=3).variants[0]
    assert catalogue.set_stock(store.id, variant.id, 5, was=3).stock == 5
    with pytest.raises(Changed):
        catalogue.set_stock(store.id, variant.id, 9, was=3)
    with pytest.raises(Invalid):
        catalogue.set_stock(store.id, variant.id, -1)
    assert catalogue.set_stock(store.id, variant.id, None).stock is None


@pytest.mark.parametrize("size", [5, 50])
def test_a_page_of_the_shelf_takes_three_queries_at_any_size(
    store: stores.Store, size: int
) -> None:
    for _ in range(size):
        makers.product(store, options=SIZES)
    db.session.expire_all()
    asked: list[str] = []

    def note(_c: object, _k: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    found = catalogue.shelf(store.id, limit=size)
    assert sum(len(product.variants) + len(product.images) for product in found.data) == 2 * size
    event.remove(db.engine, "before_cursor_execute", note)
    assert len(asked) == 3


words = st.text("abcXYZäß ", min_size=1, max_size=6).map(str.strip).filter(bool)
options = st.lists(
    st.tuples(words, st.lists(words, min_size=1, max_size=4, unique_by=str.casefold)),
    max_size=3,
    unique_by=lambda option: option[0].casefold(),
).map(lambda found: [{"name": name, "values": values} for name, values in found])


@given(options)
def test_every_combination_is_there_once(options: list[dict[str, Any]]) -> None:
    found = combinations(options)
    assert len(found) == how_many(options) == len({same(combination) for combination in found})
    for combination in found:
        assert list(combination) == [option["name"] for option in options]
        assert all(combination[o["name"]] in o["values"] for o in options)


@given(options, options)
def test_an_edit_of_options_keeps_every_combination_that_stays(
    before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> None:
    existing = [
        catalogue.Variant(id=f"var_{at}", options=combination, price=100 + at, active=True)
        for at, combination in enumerate(combinations(before))
    ]
    rows = planned({"options": after, "price": 50}, after, existing)
    assert [row["options"] for _, row in rows] == combinations(after)
    stays = {same(v.options): v.id for v in existing}
    for _, row in rows:
        assert row.get("id") == stays.get(same(row["options"]))
        assert row["price"] == 50


@given(options)
def test_a_new_price_alone_touches_no_combination(before: list[dict[str, Any]]) -> None:
    existing = [
        catalogue.Variant(id=f"var_{at}", options=combination, price=100, active=at % 2 == 0)
        for at, combination in enumerate(combinations(before))
    ]
    rows = planned({"price": 50}, before, existing)
    assert [row["id"] for _, row in rows] == [v.id for v in existing if v.active]
