"""What a buyer does on the pay page, as the shop hears of it."""

import json
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import stripe

from synqro.sandbox.stripe import faults
from tests.makers import wait_for
from tests.sandbox.stage import Stage, code_of, sdk

DAY = 24 * 3600


def ending(stage: Stage, account: str, session: str) -> tuple[str, str]:
    found = stage.read(account, session)
    return found.status, found.payment_status


def test_paid_session_is_told_with_everything_behind_it(stage: Stage):
    account = stage.merchant()
    stage.switch(balance_after=600)
    session = stage.open(account, payment_intent_data={"metadata": {"order_id": "ord_1"}})
    shown = stage.press(session.id, "pay")
    assert shown["success_url"].endswith(f"/thanks?id={session.id}")
    stage.hears("checkout.session.completed", "payment_intent.succeeded", "charge.succeeded")
    paid = stage.read(account, session.id, "payment_intent.latest_charge")
    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
    intent = paid.payment_intent
    assert (intent.status, intent.amount_received) == ("succeeded", 2500)
    assert intent.metadata.to_dict() == {"order_id": "ord_1"}
    assert (intent.latest_charge.paid, intent.latest_charge.amount) == (True, 2500)
    assert intent.latest_charge.balance_transaction is None


def test_events_are_signed_for_the_account_and_the_version(stage: Stage):
    account = stage.merchant()
    session = stage.open(account, "ord_1:1")
    stage.press(session.id, "pay")
    stage.hears("checkout.session.completed")
    secret = stage.secrets.webhook_secret
    for _, header, body in [a for a in stage.hook.arrived if a[0] == "/hooks/stripe"]:
        event = stage.client.construct_event(body, header, secret)
        assert (event.account, event.livemode) == (account, False)
        assert (event.api_version, event.pending_webhooks) == (stripe.api_version, 1)
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.Webhook.construct_event(body + b" ", header, secret)


def test_account_events_come_thin_as_well(stage: Stage):
    account = stage.merchant()
    thin = wait_for(lambda: [a for a in stage.hook.arrived if a[0].endswith("/v2")])
    _, header, body = thin[0]
    secret = stage.secrets.webhook_secret_v2
    note: Any = stage.client.parse_event_notification(body, header, secret)
    assert note.type.startswith("v2.core.account[configuration.merchant]")
    assert note.fetch_related_object().id == account
    assert note.fetch_event().id == note.id


def test_declined_card_can_be_tried_again(stage: Stage):
    account = stage.merchant()
    session = stage.open(account)
    assert stage.press(session.id, "decline")["error"] == "Your card was declined."
    assert ending(stage, account, session.id) == ("open", "unpaid")
    assert stage.press(session.id, "pay")["error"] is None
    stage.hears("charge.failed", "payment_intent.payment_failed", "checkout.session.completed")
    paid = stage.read(account, session.id, "payment_intent")
    assert paid.payment_intent.last_payment_error is None


def test_bank_check_that_fails_leaves_the_page_open(stage: Stage):
    account = stage.merchant()
    session = stage.open(account)
    stage.press(session.id, "three_ds")
    asked = stage.read(account, session.id, "payment_intent").payment_intent
    assert asked.status == "requires_action"
    assert "unable to authenticate" in stage.press(session.id, "fail")["error"]
    stage.press(session.id, "complete")
    assert ending(stage, account, session.id) == ("complete", "paid")


def test_bank_transfer_arrives_later(stage: Stage):
    account = stage.merchant()
    session = stage.open(account)
    stage.switch(settle_after=60)
    stage.press(session.id, "async_ok")
    stage.hears("checkout.session.completed")
    assert ending(stage, account, session.id) == ("complete", "unpaid")
    stage.forward(61)
    stage.hears("checkout.session.async_payment_succeeded", "charge.succeeded")
    assert ending(stage, account, session.id) == ("complete", "paid")


def test_bank_transfer_that_fails_is_told(stage: Stage):
    account = stage.merchant()
    session = stage.open(account)
    stage.switch(settle_after=60)
    stage.press(session.id, "async_fail")
    stage.forward(61)
    stage.hears("checkout.session.async_payment_failed", "charge.failed")
    assert ending(stage, account, session.id) == ("complete", "unpaid")


def test_two_presses_charge_once(stage: Stage):
    account = stage.merchant()
    session = stage.open(account)
    threads = [
        threading.Thread(target=stage.press, args=(session.id, "pay"), daemon=True)
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stage.hears("checkout.session.completed")
    assert stage.hook.types("charge.s") == ["charge.succeeded"]


def test_page_expires_by_the_clock(stage: Stage):
    account = stage.merchant()
    session = stage.open(account)
    stage.press(session.id, "decline")
    stage.forward(DAY + 1)
    stage.hears("checkout.session.expired", "payment_intent.canceled")
    assert ending(stage, account, session.id) == ("expired", "unpaid")
    assert stage.press(session.id, "pay")["status"] == "expired"


def test_shop_closes_a_page_once(stage: Stage):
    account = stage.merchant()
    session = stage.open(account)
    options: Any = {"stripe_account": account}
    sessions = stage.client.v1.checkout.sessions
    assert sessions.expire(session.id, {}, options).status == "expired"
    stage.hears("checkout.session.expired")
    with pytest.raises(stripe.InvalidRequestError, match="status of `expired`"):
        sessions.expire(session.id, {}, options)


def test_event_waits_for_a_shop_that_is_down(stage: Stage):
    account = stage.merchant()
    stage.hook.status = 500
    stage.press(stage.open(account).id, "pay")
    stage.hears("payment_intent.created")
    stage.hook.status = 200
    stage.forward(5)
    stage.hears("checkout.session.completed")
    events = stage.client.v1.events
    options: Any = {"stripe_account": account}
    wait_for(lambda: all(e.pending_webhooks == 0 for e in events.list({}, options).data))


def test_events_can_come_twice(stage: Stage):
    account = stage.merchant()
    stage.switch(deliver={"twice": True})
    stage.press(stage.open(account).id, "pay")
    wait_for(lambda: stage.hook.types("checkout") == ["checkout.session.completed"] * 2)


def test_events_can_come_out_of_order(stage: Stage):
    account = stage.merchant()
    stage.hears("account.updated")
    stage.switch(deliver={"out_of_order": True}, balance_after=600)  # which would be told, too
    stage.press(stage.open(account).id, "pay")
    stage.hears("payment_intent.created")
    assert stage.hook.types()[1:] == [
        "checkout.session.completed",
        "payment_intent.succeeded",
        "charge.succeeded",
        "payment_intent.created",
    ]


def test_events_can_come_late_or_never(stage: Stage):
    account = stage.merchant()
    stage.switch(deliver={"never": True})
    lost = stage.open(account)
    stage.press(lost.id, "pay")
    stage.switch(deliver={"late": 3600})
    late = stage.open(account)
    stage.press(late.id, "pay")
    stage.switch()
    assert stage.hook.types("checkout") == []
    stage.forward(3601)
    stage.hears("checkout.session.completed")
    heard = [json.loads(body) for *_, body in stage.hook.arrived]
    told = [e["data"]["object"]["id"] for e in heard if e["type"].startswith("checkout")]
    assert told == [late.id]
    assert ending(stage, account, lost.id) == ("complete", "paid")


def test_events_can_be_signed_by_somebody_else(stage: Stage):
    account = stage.merchant()
    stage.switch(deliver={"wrong_secret": True})
    stage.press(stage.open(account).id, "pay")
    stage.hears("checkout.session.completed")
    _, header, body = stage.hook.arrived[-1]
    with pytest.raises(stripe.SignatureVerificationError):
        stage.client.construct_event(body, header, stage.secrets.webhook_secret)


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("server_error", stripe.APIError),
        ("rate_limited", stripe.RateLimitError),
        ("card_declined", stripe.CardError),
    ],
)
def test_api_fails_when_told_to(stage: Stage, kind: str, error: type[stripe.StripeError]):
    account = stage.merchant()
    stage.switch(faults=[{"kind": kind, "path": "/v1/checkout/sessions", "times": 2}])
    for _ in range(2):
        with pytest.raises(error):
            stage.open(account, "ord_1:1")
    assert stage.open(account, "ord_1:1").status == "open"


@pytest.fixture
def go(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """What slow calls wait for, in place of seconds."""
    go = threading.Event()
    monkeypatch.setattr(faults, "time", SimpleNamespace(sleep=lambda _: go.wait(60)))
    yield go
    go.set()


def test_key_in_use_is_refused_until_the_first_is_done(stage: Stage, go: threading.Event):
    account = stage.merchant()
    stage.switch(faults=[{"kind": "slow", "path": "/v1/checkout/sessions"}])
    done: list[Any] = []
    slow = threading.Thread(target=lambda: done.append(stage.open(account, "ord_1:1")))
    slow.start()
    wait_for(lambda: stage.ask("GET", "switches")["faults"] == [])
    with pytest.raises(stripe.StripeError) as error:
        stage.open(account, "ord_1:1")
    assert (error.value.http_status, code_of(error.value)) == (409, "idempotency_key_in_use")
    go.set()
    slow.join()
    assert stage.open(account, "ord_1:1").id == done[0].id


def test_impatient_shop_gives_up_and_finds_its_page(stage: Stage, go: threading.Event):
    account = stage.merchant()
    stage.switch(faults=[{"kind": "slow", "path": "/v1/checkout/sessions"}])
    hasty = stripe.RequestsClient(timeout=0.2)
    client = sdk(stage.address, stage.secrets.secret_key, http_client=hasty)
    params: Any = {"mode": "payment", "success_url": "http://shop.example", "line_items": []}
    with pytest.raises(stripe.APIConnectionError):
        client.v1.checkout.sessions.create(params, {"stripe_account": account})
    hasty.close()
