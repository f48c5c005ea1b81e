"""From the page to the paid order, through a real sandbox."""

from collections.abc import Callable

from flask.testing import FlaskClient

from synqro import catalogue, stores
from tests.makers import press, refusal, wait_for

ORDER = "/api/storefront/order"
BODY = {"customer": {"name": "Sam Field", "email": "sam@example.com"}}


def test_a_buyer_pays_and_sees_it(
    sf: FlaskClient,
    client: FlaskClient,
    connected: stores.Store,
    vase: catalogue.Product,
    run_jobs: Callable[[], int],
) -> None:
    placed = sf.post(ORDER, json={"product_id": vase.id, **BODY}).get_json()
    press(client, placed["checkout_url"])
    token = {"token": placed["order_token"]}

    def paid() -> bool:
        run_jobs()
        return bool(sf.get(ORDER, query_string=token).get_json()["status"] == "paid")

    wait_for(paid)
    found = sf.get(ORDER, query_string=token).get_json()
    assert (found["balance_due"], found["can"], found["expires_at"]) == (
        0,
        {"pay": False, "cancel": False},
        None,
    )
    answer = sf.post("/api/storefront/order/pay", json=token)
    assert refusal(answer) == (409, "order_not_payable")
