"""/v1/settlements as a bookkeeper's program meets it: payouts, and what they are made of."""

from typing import Any

import pytest

from synqro import stores
from synqro.core.pages import cursor_of
from synqro.settlements import LineType, Reconciliation, Settlement, Status
from tests.api.conftest import Call
from tests.makers import refusal
from tests.settlements import made

FIELDS = {
    "id", "object", "source", "external_payout_id", "status", "currency", "period", "initiated_at",
    "arrival_date", "bank_reference", "destination_last4", "totals", "counts", "reconciliation",
    "lines_url",
}  # fmt: skip
OF_A_LINE = {
    "id", "type", "order_id", "external_order_id", "external_id", "gross", "fee", "net",
    "fee_details", "occurred_at", "description", "tax_collected_by_marketplace",
}  # fmt: skip
OTHERS = ("set_x", "x%00y", "y" * 5000)


def a_sale_and_a_refund(store: stores.Store, **facts: Any) -> Settlement:
    lines = [made.line(), made.line(-1000, 0, type=LineType.REFUND, external_order_id="27-1")]
    return made.settled(store, lines, **facts)


def ids(answer: Any) -> list[str]:
    return [row["id"] for row in answer.get_json()["data"]]


def test_a_settlement_says_what_arrives_and_what_it_is_made_of(
    call: Call, store: stores.Store
) -> None:
    row = a_sale_and_a_refund(store, bank_reference="STRIPE 7K2M9Q")
    found = call("GET", f"/settlements/{row.id}").get_json()
    assert set(found) == FIELDS
    assert (found["object"], found["source"], found["status"]) == (
        "settlement", "stripe", "completed",
    )  # fmt: skip
    assert found["totals"] == {
        "gross_sales": 45.9, "refunds": -10, "fees": -0.94, "labels": 0, "disputes": 0,
        "adjustments": 0, "tax_withheld": 0, "reserve": 0, "payout_fee": 0, "net": 34.96,
    }  # fmt: skip
    assert found["counts"] == {"orders": 0, "lines": 2}
    assert found["period"] == {"from": "2026-11-18T09:30:00Z", "to": "2026-11-18T09:30:00Z"}
    assert (found["initiated_at"], found["arrival_date"]) == ("2026-11-18T08:00:00Z", "2026-11-20")
    assert (found["bank_reference"], found["destination_last4"]) == ("STRIPE 7K2M9Q", "4242")
    assert found["reconciliation"] == {
        "status": "balanced", "difference": 0, "unmatched_lines": 0,
        "checked_at": "2026-11-18T08:00:00Z",
    }  # fmt: skip
    assert call("GET", "/settlements").get_json()["data"] == [found]


def test_its_lines_are_where_it_says(call: Call, store: stores.Store) -> None:
    row = a_sale_and_a_refund(store)
    _, _, path = call("GET", f"/settlements/{row.id}").get_json()["lines_url"].partition("/v1")
    sale, refund = call("GET", path).get_json()["data"]
    assert set(sale) == OF_A_LINE
    assert (sale["type"], sale["gross"], sale["fee"], sale["net"]) == ("sale", 45.9, -0.94, 44.96)
    assert sale["fee_details"] == [{"type": "stripe_fee", "amount": -0.94}]
    assert (refund["type"], refund["net"], refund["external_order_id"]) == ("refund", -10, "27-1")
    assert (refund["fee"], refund["fee_details"]) == (0, [])


def test_a_difference_is_shown_and_not_plugged(call: Call, store: stores.Store) -> None:
    row = a_sale_and_a_refund(store, difference=-1)
    found = call("GET", f"/settlements/{row.id}").get_json()
    assert found["reconciliation"]["status"] == "unbalanced"
    assert (found["reconciliation"]["difference"], found["totals"]["net"]) == (-0.01, 34.95)


def test_one_of_which_little_is_known_has_no_period(call: Call, store: stores.Store) -> None:
    facts = {"reconciliation": Reconciliation.INCOMPLETE, "status": Status.PENDING, "net": 900}
    row = made.settled(store, **facts, checked_at=None, completed_at=None)
    found = call("GET", f"/settlements/{row.id}").get_json()
    assert found["period"] == {"from": None, "to": None}
    assert (found["status"], found["reconciliation"]["checked_at"]) == ("pending", None)
    assert call("GET", f"/settlements/{row.id}/lines").get_json()["data"] == []


def test_amounts_have_the_digits_of_their_currency(call: Call, store: stores.Store) -> None:
    yen = made.settled(store, [made.line(2500, -80)], currency="JPY")
    dinar = made.settled(store, [made.line(2500, -80)], currency="KWD", arrives="2026-11-21")
    nets = [row["totals"]["net"] for row in call("GET", "/settlements").get_json()["data"]]
    assert nets == [2.42, 2420]
    lines = [call("GET", f"/settlements/{row.id}/lines").get_json() for row in (yen, dinar)]
    assert [found["data"][0]["fee"] for found in lines] == [-80, -0.08]


def test_the_newest_payout_comes_first_however_late_it_was_read(
    call: Call, store: stores.Store
) -> None:
    days = ("2026-11-20", "2026-11-22", "2026-11-21")
    rows = {day: made.settled(store, arrives=day).id for day in days}
    first = call("GET", "/settlements?limit=2")
    assert ids(first) == [rows["2026-11-22"], rows["2026-11-21"]]
    cursor = first.get_json()["next_cursor"]
    rest = call("GET", f"/settlements?limit=2&cursor={cursor}")
    assert (ids(rest), rest.get_json()["has_more"]) == ([rows["2026-11-20"]], False)


def test_those_of_one_status(call: Call, store: stores.Store) -> None:
    failed, _ = (made.settled(store, status=status) for status in (Status.FAILED, Status.PENDING))
    assert ids(call("GET", "/settlements?status=failed")) == [failed.id]
    assert refusal(call("GET", "/settlements?status=lost")) == (400, "invalid_parameter")


def test_lines_come_in_their_order_page_by_page(call: Call, store: stores.Store) -> None:
    row = made.settled(store, [made.line(number) for number in range(1000, 1250)])
    gross: list[float] = []
    path = f"/settlements/{row.id}/lines?limit=100"
    found = call("GET", path).get_json()
    while True:
        gross += [line["gross"] for line in found["data"]]
        if not found["has_more"]:
            break
        found = call("GET", f"{path}&cursor={found['next_cursor']}").get_json()
    assert gross == [number / 100 for number in range(1000, 1250)]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "state=completed", "limit=1&limit=2", "cursor=x", "order=id"]
)
def test_what_cannot_be_asked_is_refused(call: Call, store: stores.Store, query: str) -> None:
    row = made.settled(store)
    for path in ("/settlements", f"/settlements/{row.id}/lines"):
        assert refusal(call("GET", f"{path}?{query}")) == (400, "invalid_parameter")
    assert refusal(call("GET", f"/settlements/{row.id}?a=b")) == (400, "invalid_parameter")


@pytest.mark.parametrize("place", [-1, 10**30, 2**63, 1.5, True, "1", None])
def test_a_forged_place_within_the_lines_is_refused_or_empty(
    call: Call, store: stores.Store, place: Any
) -> None:
    row = made.settled(store, [made.line()])
    cursor = cursor_of("settlement_lines", place)
    answer = call("GET", f"/settlements/{row.id}/lines?cursor={cursor}")
    assert answer.status_code == (200 if place == -1 else 400)


def test_another_shops_settlement_is_not_there(
    call: Call, store: stores.Store, twin: stores.Store
) -> None:
    theirs = made.settled(twin, [made.line()])
    for settlement_id in (theirs.id, *OTHERS):
        for path in ("", "/lines"):
            answer = call("GET", f"/settlements/{settlement_id}{path}")
            assert refusal(answer) == (404, "settlement_not_found")
    assert ids(call("GET", "/settlements")) == []


def test_reading_needs_its_scope(call: Call, store: stores.Store) -> None:
    row = made.settled(store)
    _, reader = stores.create_key(store.id, name="Books", scopes=("settlements:read",))
    _, other = stores.create_key(store.id, name="Orders", scopes=("orders:read",))
    for path in ("/settlements", f"/settlements/{row.id}", f"/settlements/{row.id}/lines"):
        assert call("GET", path, key=reader).status_code == 200
        refused = call("GET", path, key=other)
        assert refusal(refused) == (403, "missing_scope")
        assert refused.get_json()["error"]["scope"] == "settlements:read"


def test_a_payout_is_only_read(call: Call, store: stores.Store) -> None:
    row = made.settled(store)
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert call(method, f"/settlements/{row.id}", json={}).status_code == 405
