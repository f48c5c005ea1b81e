"""The mails of an order: received, new, on its way."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from synqro import mail, orders, stores
from synqro.core.db import db
from tests import makers


@pytest.fixture
def order(
    client: FlaskClient, connected: stores.Store, run_jobs: Callable[[], int]
) -> orders.Order:
    """A paid order of two vases, one of them in a colour, posted to Sam."""
    way: stores.ShippingOption = {"id": "", "name": "Letter", "price": 390, "countries": []}
    stores.save_storefront(
        connected.id,
        shipping_options=[way],
        tax_rate_bp=2000,
        tax_label="VAT",
        address_required=True,
    )
    product = makers.product(connected, title="Ripple <vase>", lead_time_days=3)
    address = {"line1": "1 Mill Lane", "city": "York", "postal_code": "YO1 1AA", "country": "GB"}
    customer = {**makers.BUYER, "address": address}
    facts = {"quantity": 2, "customer": customer, "note": "Ring twice"}
    answer = makers.buy(client, connected, product.id, **facts).get_json()
    makers.press(client, answer["checkout_url"])
    makers.wait_for(lambda: run_jobs() and _sent("orders/received"))
    return orders.find(connected.id, answer["order_id"])


def _sent(template: str) -> mail.Message | None:
    db.session.rollback()
    wanted = db.session.query(mail.Message).filter_by(template=template, status="sent")
    return wanted.one_or_none()


def the(template: str) -> mail.Message:
    found = _sent(template)
    assert found and found.text and found.html
    return found


def test_the_customer_reads_what_was_paid_and_what_comes_next(
    order: orders.Order, client: FlaskClient
) -> None:
    message = the("orders/received")
    assert message.to == "sam@example.com"
    assert message.subject == "Your order 1001 with Northlight Prints"
    text = message.text or ""
    for words in (
        "Thank you, Sam Field.", "2 × Ripple <vase>  €56.00", "Letter  €3.90",
        "VAT (included)  €9.98", "Total  €59.90", "1 Mill Lane\nYO1 1AA York\nUnited Kingdom",
        "It leaves the workshop by ",
    ):  # fmt: skip
        assert words in text, text
    assert "Ripple &lt;vase&gt;" in (message.html or "")
    link = next(word for word in text.split() if "/orders/" in word)
    assert link in (message.html or "")
    page = client.get("/" + link.partition("//")[2].partition("/")[2])
    assert page.status_code == 200 and "1001" in page.text


def test_the_merchant_reads_what_to_do(order: orders.Order, console: FlaskClient) -> None:
    message = the("orders/new")
    assert message.to == makers.EMAIL
    assert message.subject == "New order 1001: 2 × Ripple <vase>"
    text = message.text or ""
    for words in ("Sam Field has paid €59.90.", "Ring twice", "sam@example.com"):
        assert words in text
    link = next(word for word in text.split() if "/console/orders/" in word)
    assert link.endswith(order.id)
    assert console.get("/" + link.partition("//")[2].partition("/")[2]).status_code == 200


def test_the_customer_reads_that_it_left(
    order: orders.Order, owner: stores.Person, run_jobs: Callable[[], int]
) -> None:
    orders.ship(order.store_id, order.id, orders.Tracking("DHL", "JD01"), person_id=owner.id)
    run_jobs()
    message = the("orders/shipped")
    assert message.subject == "On its way: order 1001"
    assert "DHL" in (message.text or "") and "JD01" in (message.html or "")


def test_texts_have_no_gaps_and_no_markup(order: orders.Order) -> None:
    for template in ("orders/received", "orders/new"):
        text = the(template).text or ""
        assert "\n\n\n" not in text, text
        assert "&" not in text and "<p>" not in text
