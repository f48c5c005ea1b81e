"""The customer's order by private link: never a payment that we have not seen."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from synqro import catalogue, orders, stores
from synqro.config import Settings
from synqro.core.sandbox import sandbox_secrets
from synqro.orders import Tracking
from tests import makers
from tests.payments.till import Till
from tests.widget.conftest import Customer, until_paid

Jobs = Callable[[], int]


@pytest.fixture
def vase(connected: stores.Store) -> catalogue.Product:
    return makers.product(connected, lead_time_days=3)


@pytest.fixture
def order(customer: Customer, vase: catalogue.Product) -> orders.Order:
    return customer.order((vase, 2))


def page(customer: Customer, order: orders.Order, query: str = "") -> str:
    return customer.client.get(customer.link(order) + query).text


def heading(page: str) -> str:
    found = re.search(r"<h1[^>]*>([^<]+)</h1>", page)
    assert found
    return found[1].replace("&#39;", "'")


def pay(customer: Customer, order: orders.Order, run_jobs: Jobs) -> None:
    """Pay at the sandbox and work until the event has come."""
    makers.press(customer.client, order.checkout_url or "", "pay")
    until_paid(order.store_id, run_jobs)


def test_the_page_is_private(customer: Customer, order: orders.Order) -> None:
    answer = customer.client.get(customer.link(order))
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    title = answer.text.split("<title>")[1].split("</title>")[0]
    assert title == "Your order · Northlight Prints"
    assert "Set-Cookie" not in answer.headers


def test_an_unknown_token_and_anothers_shop_are_404(
    customer: Customer, order: orders.Order, twin: stores.Store
) -> None:
    token = orders.link_token(order)
    for path in (
        f"{customer.shop}/orders/nothing",
        f"/s/{twin.publishable_key}/orders/{token}",
        f"{customer.shop}/orders/%00",
    ):
        assert customer.client.get(path).status_code == 404


def test_an_unpaid_order_can_be_paid(customer: Customer, order: orders.Order) -> None:
    shown = page(customer, order)
    assert heading(shown) == "One step left: payment"
    assert "Pay €56.00 with Stripe" in shown
    answer = customer.client.post(f"{customer.link(order)}/pay")
    assert answer.status_code == 303
    assert answer.location == order.checkout_url


def test_coming_back_early_claims_nothing(customer: Customer, order: orders.Order) -> None:
    shown = page(customer, order, "?result=success")
    assert heading(shown) == "Confirming your payment…"
    assert "Thank you" not in shown
    assert ">Paid<" not in shown
    assert "tries=1" in shown
    assert "http-equiv" not in page(customer, order, "?result=success&tries=10")
    assert heading(page(customer, order, "?result=success&tries=%00")) == heading(shown)


def test_a_script_hears_when_nothing_changed(customer: Customer, order: orders.Order) -> None:
    url = customer.link(order) + "?result=success"
    tag = customer.client.get(url).headers["ETag"]
    assert customer.client.get(url, headers={"If-None-Match": tag}).status_code == 304


def test_once_paid_it_says_what_how_much_and_when(
    customer: Customer, order: orders.Order, run_jobs: Jobs
) -> None:
    url = customer.link(order) + "?result=success"
    tag = customer.client.get(url).headers["ETag"]
    pay(customer, order, run_jobs)
    again = customer.client.get(url, headers={"If-None-Match": tag})
    assert again.status_code == 200
    shown = again.text
    assert heading(shown) == "Thank you, it's ordered"
    assert f"Order {order.number}." in shown
    assert "€56.00" in shown
    assert re.search(r"Leaves by \w+ \d+ \w+\.", shown)
    assert "Pay €" not in shown
    assert f'data-order="{order.id}"' in shown


def test_cancelling_charges_nothing_and_keeps_the_basket(
    customer: Customer, order: orders.Order, vase: catalogue.Product
) -> None:
    shown = page(customer, order, "?result=cancel")
    assert heading(shown) == "Nothing was charged"
    assert f"basket={vase.variants[0].id}:2:2800" in shown
    assert "Pay €56.00 with Stripe" in shown


def test_an_expired_order_leads_back_with_the_same_basket(
    customer: Customer, order: orders.Order, vase: catalogue.Product, run_jobs: Jobs
) -> None:
    orders.give_up(order.id)
    shown = page(customer, order)
    assert heading(shown) == "This checkout has expired"
    assert f"/basket?basket={vase.variants[0].id}:2:2800" in shown
    assert customer.client.post(f"{customer.link(order)}/pay").status_code == 303


def test_a_bank_that_takes_days_is_said(
    customer: Customer, order: orders.Order, run_jobs: Jobs
) -> None:
    makers.press(customer.client, order.checkout_url or "", "async_ok")
    seen = set()

    def paid() -> bool:
        # One event at a time: under way first, then paid.
        run_jobs()
        seen.add(heading(page(customer, order, "?result=success")))
        return "Thank you, it's ordered" in seen

    makers.wait_for(paid)
    assert seen <= {
        "Confirming your payment…",
        "Your bank is working on it",
        "Thank you, it's ordered",
    }


def test_a_settling_payment_is_not_called_paid(customer: Customer, order: orders.Order) -> None:
    orders.mark_settling(order.id)
    shown = page(customer, order, "?result=success")
    assert heading(shown) == "Your bank is working on it"
    assert "Pay €" not in shown
    assert ">Paid<" not in shown


def test_a_payment_that_fails_later_is_said(
    customer: Customer, order: orders.Order, run_jobs: Jobs
) -> None:
    makers.press(customer.client, order.checkout_url or "", "async_fail")

    def failed() -> bool:
        run_jobs()
        return heading(page(customer, order)) == "The payment didn't go through"

    makers.wait_for(failed)


def test_each_step_of_the_workshop_is_shown(
    customer: Customer, connected: stores.Store, order: orders.Order, owner: stores.Person,
    run_jobs: Jobs,
) -> None:  # fmt: skip
    pay(customer, order, run_jobs)
    orders.start(connected.id, order.id, person_id=owner.id)
    assert heading(page(customer, order)) == "In the workshop"
    orders.ship(connected.id, order.id, Tracking("DHL <b>", "JD014600"), person_id=owner.id)
    shown = page(customer, order)
    assert heading(shown) == "It's on its way"
    assert "DHL &lt;b&gt;" in shown
    assert "JD014600" in shown


def test_the_way_back_without_a_host_page_is_the_order(
    customer: Customer, order: orders.Order
) -> None:
    answer = makers.press(customer.client, order.checkout_url or "", "pay")
    back = urlsplit(answer.location)
    assert f"{back.path}?{back.query}" == f"{customer.link(order)}?result=success"


def test_a_late_event_is_not_waited_for_for_ever(
    customer: Customer, order: orders.Order, sandboxed: str, settings: Settings, run_jobs: Jobs
) -> None:
    secret = sandbox_secrets(settings.data_dir).secret_key
    Till(sandboxed, secret, run_jobs).deliver(never=True)
    makers.press(customer.client, order.checkout_url or "", "pay")
    assert heading(page(customer, order, "?result=success")) == "Confirming your payment…"
    assert heading(page(customer, order, "?result=success&tries=4")) == "Confirming your payment…"
    assert heading(page(customer, order, "?result=success&tries=5")) == "Thank you, it's ordered"


def test_nobody_is_told_of_a_payment_that_stripe_does_not_know(
    customer: Customer, order: orders.Order
) -> None:
    assert heading(page(customer, order, "?result=success&tries=5")) == "Confirming your payment…"
