"""What a program says of stock is written down with its key, once for each change."""

from typing import Any

from synqro import catalogue, stores
from tests import makers
from tests.api.conftest import Call


def said(store: stores.Store, variant_id: str) -> list[tuple[Any, ...]]:
    """The moves of a variant, the oldest first, and whether a key made them."""
    found = catalogue.moves(store.id, variant_id=variant_id).data
    return [(m.kind, m.before, m.after, m.key_id is not None) for m in reversed(found)]


def test_a_count_that_a_program_says_again_is_no_other_move(
    store: stores.Store, call: Call
) -> None:
    made = call("POST", "/products", json={"title": "Vase", "price": 28, "stock": 5}).get_json()
    [variant] = made["variants"]
    for _ in range(2):
        answer = call("PUT", f"/products/{made['id']}/stock", json={"stock": 4})
        assert answer.get_json()["stock"] == 4
    call("PATCH", f"/products/{made['id']}", json={"stock": 9, "title": "Wave"})
    call("PATCH", f"/products/{made['id']}", json={"stock": 9, "cost": 3})
    assert said(store, variant["id"]) == [
        ("opened", None, 5, True),
        ("counted", 5, 4, True),
        ("counted", 4, 9, True),
    ]


def test_the_quantity_of_a_listing_is_the_count(store: stores.Store, call: Call) -> None:
    body = {"marketplace": "storefront", "price": 5, "quantity": 7, "product": {"title": "Cup"}}
    made = call("POST", "/listings", json=body).get_json()
    for quantity in (6, 6, None):
        call("PATCH", f"/listings/{made['id']}", json={"quantity": quantity})
    assert said(store, made["variant_id"]) == [
        ("opened", None, 7, True),
        ("counted", 7, 6, True),
        ("counted", 6, None, True),
    ]


def test_negative_and_absurd_counts_are_refused_by_name(store: stores.Store, call: Call) -> None:
    product = makers.product(store, stock=5)
    for stock in (-1, 10**30, 1.5, "many"):
        answer = call("PUT", f"/products/{product.id}/stock", json={"stock": stock})
        assert makers.wrong(answer).keys() == {"stock"}
    assert len(said(store, product.variants[0].id)) == 1
