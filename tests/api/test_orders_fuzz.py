"""Whatever is sent to the orders and quotes of /v1, no answer is a 500 and no money is lost."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote as escaped

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synqro import orders, quotes, stores
from synqro.web.limits import limiter
from tests import makers
from tests.api.conftest import Call
from tests.api.selling import paid
from tests.databases import examples
from tests.orders import shop
from tests.orders.bank import Bank
from tests.storefront.test_fuzz import anything, fine, words

FEW = settings(
    max_examples=examples(25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
ORDER_STEPS = {
    "ship": ["carrier", "tracking_number", "extra"],
    "start": ["extra"],
    "refund": ["amount", "extra"],
    "cancel": ["extra"],
}
QUOTE_STEPS = {
    "send": ["lines", "shipping", "tax", "lead_time_days", "expires_on", "deposit_percent",
             "message", "extra"],
    "extend": ["expires_on", "extra"],
    "message": ["text", "extra"],
    "decline": ["reason", "extra"],
    "cancel": ["reason", "extra"],
}  # fmt: skip
LINE = {"description": "Bracket", "quantity": 4, "unit_price": 15.75}
PARAMETERS = ["marketplace", "status", "created_after", "created_before", "updated_after",
              "order", "cursor", "limit", "extra"]  # fmt: skip
moments = st.datetimes().map(lambda at: f"{at.isoformat()}Z") | st.sampled_from(
    ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59", "0000-01-01T00:00:00Z", "1e9"]
)
cursors = st.sampled_from(["W10", "bnVsbA", "W251bGxd", "WyJ4Il0", "WyJcdTAwMDAiXQ", "eCB5", "IA"])


class Shop:
    def __init__(self, call: Call, order: orders.Order, quote: quotes.Quote, bank: Bank) -> None:
        self.call, self.order, self.quote, self.bank = call, order, quote, bank

    def post(self, room: str, step: str, body: Any) -> None:
        id = self.order.id if room == "orders" else self.quote.id
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        path = f"/{room}/{id}/{step}"
        fine(self.call("POST", path, data=data, content_type="application/json"))


@pytest.fixture
def there(call: Call, store: stores.Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    shop.set_up_payments(store)
    order = paid(store, makers.product(store, stock=10), 2)
    bank = Bank(order)
    bank.serve(monkeypatch)
    limiter.enabled = False
    yield Shop(call, order, makers.quote(store).quote, bank)
    limiter.enabled = True
    now = shop.fresh(order)
    refunds = orders.refunds(now)
    assert sum(refund.amount for refund in refunds) == bank.refunded() <= now.total


def steps() -> st.SearchStrategy[tuple[str, str, list[str]]]:
    return st.sampled_from(
        [("orders", step, names) for step, names in ORDER_STEPS.items()]
        + [("quotes", step, names) for step, names in QUOTE_STEPS.items()]
    )


@FEW
@given(step=steps(), body=anything | st.binary(max_size=100))
def test_any_body_at_all(there: Shop, step: tuple[str, str, list[str]], body: Any) -> None:
    there.post(*step[:2], body)


@FEW
@given(step=steps(), data=st.data())
def test_our_fields_with_any_content(
    there: Shop, step: tuple[str, str, list[str]], data: st.DataObject
) -> None:
    room, name, fields = step
    body = data.draw(st.dictionaries(st.sampled_from(fields), anything))
    there.post(room, name, {"lines": [LINE], **body} if name == "send" else body)


@FEW
@given(field=st.sampled_from([*LINE, "extra"]), value=anything)
def test_one_strange_value_in_a_good_price(there: Shop, field: str, value: Any) -> None:
    there.post("quotes", "send", {"lines": [LINE, {**LINE, field: value}]})


@FEW
@given(
    query=st.dictionaries(
        st.sampled_from(PARAMETERS), words | moments | cursors | st.just("updated_at"), max_size=4
    )
)
def test_any_query(there: Shop, query: dict[str, str]) -> None:
    sent = {k: v.encode("utf-8", "surrogatepass") for k, v in query.items()}
    for room in ("orders", "quotes"):
        fine(there.call("GET", f"/{room}", query_string=sent))
        known = {k: v for k, v in sent.items() if k in ("created_after", "cursor")}
        fine(there.call("GET", f"/{room}", query_string=known))


@FEW
@given(id=words | st.binary(min_size=1, max_size=40))
def test_any_id(there: Shop, id: str | bytes) -> None:
    raw = id if isinstance(id, bytes) else id.encode("utf-8", "surrogatepass")
    for room, names in (("orders", ORDER_STEPS), ("quotes", QUOTE_STEPS)):
        path = f"/{room}/{escaped(raw, safe='')}"
        fine(there.call("GET", path))
        fine(there.call("POST", f"{path}/{next(iter(names))}", json={"lines": [LINE]}))
