"""The merchant's products: made, changed, counted, sorted and pictured from the console."""

from flask.testing import FlaskClient

from synqro import catalogue, orders, stores
from tests import makers


def test_a_product_is_made_from_the_form(console: FlaskClient, store: stores.Store) -> None:
    data = {"title": "Ripple vase", "price": "28", "stock": "3", "counted": "yes"}
    answer = console.post("/console/products/new", data=data)
    assert answer.status_code == 303, answer.text
    [product] = catalogue.shelf(store.id).data
    page = console.get(answer.location).text
    assert "Product created" in page and 'value="28.00"' in page
    assert "Ripple vase" in console.get("/console/products").text
