"""A checkout session through the unmodified SDK: opened, read, listed, refused."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
import stripe

from tests.sandbox.stage import LINE, SHOP, Stage, code_of, sdk, staged


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One sandbox for all of these: each test has merchants of its own."""
    with staged(tmp_path_factory.mktemp("checkout")) as stage:
        yield stage


def refused(stage: Stage, account: str, **params: Any) -> stripe.InvalidRequestError:
    with pytest.raises(stripe.InvalidRequestError) as error:
        stage.open(account, **params)
    assert error.value.http_status == 400
    return error.value


def priced(currency: str, amount: int) -> list[dict[str, Any]]:
    price = {"currency": currency, "unit_amount": amount, "product_data": {"name": "Gear"}}
    return [{"price_data": price}]


def test_shop_opens_a_page_with_nested_lines(stage: Stage):
    vase = {"currency": "gbp", "unit_amount": 990, "product_data": {"name": "Vase & bowl [2]"}}
    session = stage.open(
        stage.merchant(),
        line_items=[LINE, {"price_data": vase}],
        metadata={"order_id": "ord_1", "7": "seven"},
        payment_intent_data={"metadata": {"order_id": "ord_1"}},
        adaptive_pricing={"enabled": False},
        expires_at=int(time.time()) + 31 * 60,
        expand=["line_items"],
    )
    assert (session.amount_total, session.currency, session.livemode) == (3490, "gbp", False)
    assert session.metadata.to_dict() == {"order_id": "ord_1", "7": "seven"}
    assert (session.status, session.payment_status) == ("open", "unpaid")
    assert session.adaptive_pricing.enabled is False
    assert session.url == f"{SHOP}/sandbox/checkout/{session.id}"
    assert [line.description for line in session.line_items.data] == ["Gear", "Vase & bowl [2]"]


def test_page_lives_a_day_unless_told_otherwise(stage: Stage):
    account = stage.merchant()
    session = stage.open(account)
    assert session.expires_at - session.created == 24 * 3600
    for wrong in (29 * 60, 24 * 3600 + 60):
        error = refused(stage, account, expires_at=int(time.time()) + wrong)
        assert error.param == "expires_at"


@pytest.mark.parametrize(
    ("params", "code", "param"),
    [
        ({"colour": "red"}, "parameter_unknown", "colour"),
        ({"payment_method_types": ["card"]}, "parameter_unknown", "payment_method_types"),
        (
            {"line_items": [{**LINE, "colour": "red"}]},
            "parameter_unknown",
            "line_items[0][colour]",
        ),
        ({"mode": "rent"}, None, "mode"),
        ({"ui_mode": "hosted"}, None, "ui_mode"),
        ({"success_url": "javascript:alert(1)"}, "url_invalid", "success_url"),
        ({"success_url": "http://shop.example/\r\nSet-Cookie: a=b"}, "url_invalid", "success_url"),
        ({"customer_email": "nobody"}, "email_invalid", "customer_email"),
        ({"client_reference_id": ""}, "parameter_invalid_empty", "client_reference_id"),
        ({"expires_at": "soon"}, "parameter_invalid_integer", "expires_at"),
        (
            {"line_items": [{**LINE, "quantity": 0}]},
            "parameter_invalid_integer",
            "line_items[0][quantity]",
        ),
        ({"line_items": [{"quantity": 1}]}, "parameter_missing", "line_items[0][price_data]"),
        ({"metadata": {"long": "x" * 501}}, None, "metadata[long]"),
        ({"expand": ["colour"]}, None, "expand"),
    ],
)
def test_what_stripe_would_refuse_is_refused(
    stage: Stage, params: dict[str, Any], code: str | None, param: str
):
    error = refused(stage, stage.merchant(), **params)
    assert (error.code, error.param) == (code, param)


@pytest.mark.parametrize(
    ("currency", "amount", "code"),
    [
        ("gbp", 29, "amount_too_small"),
        ("gbp", 100_000_000, "amount_too_large"),
        ("jpy", 49, "amount_too_small"),
        ("isk", 50_050, "parameter_invalid_integer"),
        ("kwd", 1_005, "parameter_invalid_integer"),
        ("xyz", 1_000, None),
    ],
)
def test_amounts_keep_to_their_currency(stage: Stage, currency: str, amount: int, code: str | None):
    assert refused(stage, stage.merchant(), line_items=priced(currency, amount)).code == code


@pytest.mark.parametrize(("currency", "amount"), [("gbp", 30), ("isk", 50_000), ("kwd", 1_010)])
def test_amounts_that_fit_are_taken(stage: Stage, currency: str, amount: int):
    assert stage.open(stage.merchant(), line_items=priced(currency, amount)).currency == currency


def test_nothing_is_sold_before_onboarding_is_over(stage: Stage):
    assert "cannot currently make charges" in str(refused(stage, stage.merchant("leave")))


def test_one_merchant_never_sees_another(stage: Stage):
    mine, other = stage.merchant(), stage.merchant()
    session = stage.open(mine)
    stage.press(session.id, "pay")
    intent = stage.read(mine, session.id).payment_intent
    foreign: Any = {"stripe_account": other}
    with pytest.raises(stripe.InvalidRequestError) as error:
        stage.read(other, session.id)
    assert (error.value.http_status, error.value.code) == (404, "resource_missing")
    with pytest.raises(stripe.InvalidRequestError):
        stage.client.v1.payment_intents.retrieve(intent, {}, foreign)
    assert stage.client.v1.checkout.sessions.list({}, foreign).data == []
    events = stage.client.v1.events.list({}, foreign)
    assert {event.type for event in events.data} == {"account.updated"}


def test_stranger_account_is_refused(stage: Stage):
    with pytest.raises(stripe.PermissionError) as error:
        stage.open("acct_of_somebody_else")
    assert (error.value.http_status, code_of(error.value)) == (403, "account_invalid")


def test_lists_come_in_pages_newest_first(stage: Stage):
    account = stage.merchant()
    made = [stage.open(account).id for _ in range(5)]
    options: Any = {"stripe_account": account}
    sessions = stage.client.v1.checkout.sessions
    first = sessions.list({"limit": 2}, options)
    assert ([s.id for s in first.data], first.has_more) == (made[:2:-1], True)
    rest = sessions.list({"starting_after": made[3], "limit": 100}, options)
    assert ([s.id for s in rest.data], rest.has_more) == (made[2::-1], False)
    assert [s.id for s in sessions.list({"limit": 2}, options).auto_paging_iter()] == made[::-1]
    before = sessions.list({"ending_before": made[0], "limit": 2}, options)
    assert ([s.id for s in before.data], before.has_more) == ([made[2], made[1]], True)
    with pytest.raises(stripe.InvalidRequestError):
        sessions.list({"limit": 101}, options)


def test_keys_of_others_and_live_keys_are_turned_away(stage: Stage):
    for key, say in (("sk_test_wrong", "Invalid API Key"), ("sk_live_real", "refuses live keys")):
        with pytest.raises(stripe.AuthenticationError, match=say):
            sdk(stage.address, key).v1.accounts.retrieve_current()


def test_unknown_address_is_named(stage: Stage):
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL") as error:
        stage.client.raw_request("post", "/v1/subscriptions")
    assert error.value.http_status == 404
    assert error.value.request_id


def test_same_key_gives_the_same_page(stage: Stage):
    account = stage.merchant()
    first, second = (stage.open(account, "ord_1:1") for _ in range(2))
    assert first.id == second.id
    headers = second.last_response.headers
    assert headers["Idempotent-Replayed"] == "true"
    assert stage.open(account, "ord_1:2").id != first.id
    assert stage.open(stage.merchant(), "ord_1:1").id != first.id


def test_same_key_for_another_question_is_refused(stage: Stage):
    account = stage.merchant()
    stage.open(account, "ord_1:1")
    with pytest.raises(stripe.IdempotencyError) as error:
        stage.open(account, "ord_1:1", metadata={"order_id": "ord_2"})
    assert error.value.http_status == 400


def test_refused_question_may_be_asked_again_under_its_key(stage: Stage):
    account = stage.merchant()
    with pytest.raises(stripe.InvalidRequestError):
        stage.open(account, "ord_1:1", mode="rent")
    assert stage.open(account, "ord_1:1").status == "open"
