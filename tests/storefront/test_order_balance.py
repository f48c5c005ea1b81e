"""An order of a quote by its own link: the deposit, then the balance, through `order/pay`."""

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from synqro import orders, quotes, stores
from tests import makers
from tests.console.asked import fresh
from tests.makers import press, refusal, wait_for

ORDER = "/api/storefront/order"


def test_a_deposit_and_its_balance(
    sf: FlaskClient,
    client: FlaskClient,
    connected: stores.Store,
    run_jobs: Callable[[], int],
) -> None:
    asked = makers.quoted(connected, deposit_bp=3_000)
    order = quotes.accept(connected, asked.token, version=1).order
    token = {"token": orders.link_token(order)}

    def found() -> Any:
        return sf.get(ORDER, query_string=token).get_json()

    def paid(amount: float) -> None:
        answer = sf.post(f"{ORDER}/pay", json=token).get_json()
        assert (answer["amount_due"], answer["currency"]) == (amount, connected.currency)
        press(client, answer["checkout_url"])
        before = found()["balance_due"]
        wait_for(lambda: run_jobs() and found()["balance_due"] < before)

    begun = found()
    [line] = begun["lines"]
    assert (line["product_id"], line["variant_id"], line["quantity"]) == (None, None, 4)
    assert (begun["status"], begun["balance_due"]) == ("awaiting_payment", 63)
    assert (begun["can"], begun["expires_at"]) == ({"pay": True, "cancel": True}, None)
    paid(18.9)
    after = found()
    assert (after["status"], after["balance_due"]) == ("paid", 44.1)
    assert after["can"] == {"pay": True, "cancel": False}
    assert refusal(sf.post(f"{ORDER}/cancel", json=token)) == (409, "order_not_cancellable")
    paid(44.1)
    assert (found()["balance_due"], found()["can"]["pay"]) == (0, False)
    assert refusal(sf.post(f"{ORDER}/pay", json=token)) == (409, "order_not_payable")


def test_cancelling_it_cancels_its_quote(sf: FlaskClient, connected: stores.Store) -> None:
    asked = makers.quoted(connected)
    order = quotes.accept(connected, asked.token, version=1).order
    answer = sf.post(f"{ORDER}/cancel", json={"token": orders.link_token(order)})
    assert answer.get_json()["status"] == "cancelled"
    assert fresh(asked.quote).status == "cancelled"
