"""Home: the way to the first sale, then the day."""

from collections.abc import Callable

from flask.testing import FlaskClient

from synqro import stores
from tests import makers


def test_a_new_shop_sees_its_next_step(console: FlaskClient, store: stores.Store) -> None:
    page = console.get("/console/").text
    assert "Welcome, Robin" in page and "0 of 5" in page
    assert page.index("Connect payments") < page.index("Add your first product")


def test_steps_are_ticked_as_they_are_done(console: FlaskClient, store: stores.Store) -> None:
    makers.product(store)
    way: stores.ShippingOption = {"id": "", "name": "Letter", "price": 390, "countries": []}
    stores.save_storefront(store.id, shipping_options=[way])
    assert "2 of 5" in console.get("/console/").text


def test_the_merchant_says_that_the_shop_stands_on_its_page(
    console: FlaskClient, store: stores.Store
) -> None:
    path = "/console/storefront/embedded"
    assert path in console.get("/console/").text and path in console.get("/console/storefront").text
    for _ in range(2):
        assert console.post(path).location == "/console/"
    page = console.get("/console/").text
    assert "1 of 5" in page and path not in page
    assert path not in console.get("/console/storefront").text


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
    assert "Sales today" in page and "€28.00" in page and "1 order" in page
    assert "Sam Field" in page and "1 × Ripple vase" in page


def _running(console: FlaskClient) -> str | None:
    page = console.get("/console/").text
    return page if "Latest orders" in page else None
