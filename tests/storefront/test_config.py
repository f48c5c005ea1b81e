"""What a page reads to show the shop."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from synqro import catalogue, payments, stores
from synqro.core.db import db, transaction
from tests import makers
from tests.makers import refusal
from tests.storefront.conftest import change

CONFIG = "/api/storefront/config"
PRODUCTS = "/api/storefront/products"


def read(sf: FlaskClient) -> dict[str, Any]:
    answer = sf.get(CONFIG)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def test_the_whole_shape(sf: FlaskClient, store: stores.Store, vase: catalogue.Product) -> None:
    options = [{"id": "ship_1", "name": "Post", "price": 490, "countries": ["DE", "FR"]}]
    change(store, shipping_options=options, terms_url="https://shop.example/terms")
    [variant] = vase.variants
    assert read(sf) == {
        "store": {
            "id": store.id,
            "name": "Northlight Prints",
            "currency": "EUR",
            "locale": "en-IE",
            "country": "DE",
            "mode": "live",
            "logo_url": None,
            "theme": {"mode": "auto", "brand_color": "#0f6b5c", "radius": 12},
            "terms_url": "https://shop.example/terms",
            "privacy_url": None,
        },
        "payments_ready": False,
        "ordering": {
            "enabled": True,
            "closed_message": None,
            "shipping_options": [
                {"id": "ship_1", "name": "Post", "price": 4.9, "countries": ["DE", "FR"]}
            ],
            "address_required": False,
        },
        "quotes": {
            "enabled": True,
            "max_files": 10,
            "max_upload_bytes": 209_715_200,
            "file_types": "stl 3mf obj step stp pdf png jpg jpeg webp dxf zip".split(),
            "materials": [
                {"name": "PLA", "colors": ["Black", "White", "Grey"]},
                {"name": "PETG", "colors": ["Black", "White", "Grey"]},
            ],
            "retention_days": 90,
        },
        "products": [
            {
                "id": vase.id,
                "title": "Ripple vase",
                "description": "",
                "images": [],
                "price": 28.0,
                "currency": "EUR",
                "variants": [
                    {
                        "id": variant.id,
                        "options": {},
                        "price": 28.0,
                        "available": True,
                        "stock": 3,
                    }
                ],
                "options": [],
                "lead_time_days": vase.lead_time_days,
                "max_quantity": vase.max_quantity,
                "available": True,
            }
        ],
        "next_cursor": None,
    }


def test_options_and_stock_of_each_variant(sf: FlaskClient, store: stores.Store) -> None:
    sizes = [{"name": "Size", "values": ["S", "L"]}]
    variants: list[catalogue.VariantFields] = [
        {"options": {"Size": "S"}, "price": 1950, "stock": 0},
        {"options": {"Size": "L"}, "price": 2400, "stock": None},
    ]
    catalogue.create_product(store.id, title="Hook", options=sizes, variants=variants)
    [product] = read(sf)["products"]
    assert product["options"] == sizes and product["available"] is True
    shown = [(v["options"], v["price"], v["available"], v["stock"]) for v in product["variants"]]
    assert shown == [({"Size": "S"}, 19.5, False, 0), ({"Size": "L"}, 24.0, True, None)]
    assert product["price"] == 19.5


def test_pieces_in_open_checkouts_are_not_offered(
    sf: FlaskClient, store: stores.Store, vase: catalogue.Product
) -> None:
    with transaction():
        catalogue.stock.hold(store.id, "ord_1", [(vase.variants[0].id, 3)])
    [product] = read(sf)["products"]
    assert (product["available"], product["variants"][0]["stock"]) == (False, 0)


def test_a_currency_without_minor_units_shows_whole_numbers(sf: FlaskClient) -> None:
    place = stores.Place("JPY", "JP", "Asia/Tokyo", "ja")
    store = stores.open_store(makers.person("b@b.example"), name="和紙", place=place).store
    makers.product(store, price=2500)
    answer = sf.get(CONFIG, headers={"X-Synqro-Store": store.publishable_key})
    assert '"price":2500,' in answer.text and "2500.0" not in answer.text


def test_a_closed_shop_says_why(sf: FlaskClient, store: stores.Store) -> None:
    change(store, ordering_enabled=False, closed_message="Back on Monday")
    ordering = read(sf)["ordering"]
    assert (ordering["enabled"], ordering["closed_message"]) == (False, "Back on Monday")


def test_payments_are_ready_once_the_account_is(sf: FlaskClient, checkout: object) -> None:
    assert read(sf)["payments_ready"] is True


def test_nothing_is_sent_twice(sf: FlaskClient, vase: catalogue.Product) -> None:
    first = sf.get(CONFIG, headers={"Origin": "https://shop.example"})
    assert first.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert first.headers.getlist("Vary") == ["Origin, X-Synqro-Store"]
    again = sf.get(CONFIG, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
    other = sf.get(CONFIG, headers={"If-None-Match": '"another"'})
    assert other.status_code == 200


def changes(store: stores.Store, product: catalogue.Product) -> dict[str, Any]:
    variant = product.variants[0]
    return {
        "stock": lambda: catalogue.set_stock(store.id, variant.id, 2),
        "a hold": lambda: hold(store, variant.id),
        "title": lambda: catalogue.edit_product(store.id, product.id, title="Wave"),
        "price": lambda: catalogue.edit_product(store.id, product.id, price=2900),
        "a new product": lambda: makers.product(store, title="Another"),
        "an archived one": lambda: catalogue.archive_product(store.id, product.id),
        "the shop's name": lambda: change(store, name="Southlight"),
        "closing": lambda: change(store, ordering_enabled=False),
        "payments": lambda: connect(store),
    }


def hold(store: stores.Store, variant_id: str) -> None:
    with transaction():
        catalogue.stock.hold(store.id, "ord_1", [(variant_id, 1)])


def connect(store: stores.Store) -> None:
    provider = payments.provider_of(store)
    assert provider
    with transaction() as session:
        at = store.created_at
        facts = {"missing": [], "connected_at": at, "checked_at": at}
        row = payments.Account(
            store_id=store.id, provider=provider, account_id="acct_1", ready=True, **facts
        )
        session.add(row)


@pytest.mark.parametrize(
    "what",
    [
        "stock", "a hold", "title", "price", "a new product", "an archived one",
        "the shop's name", "closing", "payments",
    ],
)  # fmt: skip
def test_whatever_changes_is_seen_at_once(
    sf: FlaskClient, store: stores.Store, vase: catalogue.Product, what: str
) -> None:
    first = sf.get(CONFIG)
    changes(store, vase)[what]()
    db.session.remove()
    second = sf.get(CONFIG, headers={"If-None-Match": first.headers["ETag"]})
    assert second.status_code == 200
    assert second.get_json() != first.get_json()
    assert second.headers["ETag"] != first.headers["ETag"]


def test_the_first_page_leads_to_the_rest(sf: FlaskClient, store: stores.Store) -> None:
    made = [makers.product(store, title=f"Vase {n}").id for n in range(60)]
    config = read(sf)
    seen = [product["id"] for product in config["products"]]
    cursor = config["next_cursor"]
    while cursor:
        page = sf.get(PRODUCTS, query_string={"cursor": cursor, "limit": 20}).get_json()
        assert page["object"] == "list" and page["has_more"] is bool(page["next_cursor"])
        seen += [product["id"] for product in page["data"]]
        cursor = page["next_cursor"]
    assert seen == made


def test_a_shelf_is_searched_without_wildcards(sf: FlaskClient, store: stores.Store) -> None:
    for title in ("Ripple Vase", "50% off hook", "under_score", "Plain"):
        makers.product(store, title=title)
    for q, found in {
        "VASE": ["Ripple Vase"],
        "%": ["50% off hook"],
        "_": ["under_score"],
        "nothing": [],
    }.items():
        page = sf.get(PRODUCTS, query_string={"q": q}).get_json()
        assert [product["title"] for product in page["data"]] == found


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"}, {"limit": "101"}, {"limit": "x"}, {"limit": "1" * 30}, {"limit": "1.5"},
        {"cursor": "x"}, {"cursor": "!!"}, {"cursor": "W10"}, {"cursor": "\0"},
        {"cursor": "é" * 30}, {"cursor": "a" * 501}, {"q": "\0"}, {"q": "x" * 201},
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_a_400(sf: FlaskClient, query: dict[str, str]) -> None:
    assert refusal(sf.get(PRODUCTS, query_string=query)) == (400, "invalid_parameter")


def test_parameters_of_others_and_blank_ones_are_ignored(sf: FlaskClient) -> None:
    assert sf.get(f"{PRODUCTS}?fbclid=1&limit=&cursor=&q=").status_code == 200
    assert sf.get(f"{PRODUCTS}?q=%ff%fe&%ff=1").status_code == 200


def test_no_shop_shows_anothers_products(
    sf: FlaskClient, twin: stores.Store, vase: catalogue.Product
) -> None:
    makers.product(twin, title="Only a test")
    assert [product["title"] for product in read(sf)["products"]] == ["Ripple vase"]
    page = sf.get(PRODUCTS, headers={"X-Synqro-Store": twin.publishable_key}).get_json()
    assert [product["title"] for product in page["data"]] == ["Only a test"]
