"""/v1/quotes/{id}/…: a price sent, kept open, turned down, and what is written back."""

from datetime import date, timedelta
from typing import Any

import pytest

from synqro import orders, payments, quotes, stores
from synqro.core import idempotency
from synqro.core.clock import today
from tests import makers
from tests.api.conftest import Call
from tests.conftest import Clock
from tests.makers import refusal, wrong
from tests.orders import shop
from tests.quotes.desk import fresh, kinds, mails, money_comes, told
from tests.storefront.conftest import change
from tests.storefront.test_access import noon

LINE = {"description": "Bracket, PETG grey", "quantity": 4, "unit_price": 15.75}


@pytest.fixture
def store(store: stores.Store) -> stores.Store:
    shop.set_up_payments(store)
    return store


@pytest.fixture
def quote(store: stores.Store) -> quotes.Quote:
    return makers.quote(store).quote


def answer(call: Call, quote: quotes.Quote, step: str, body: Any, **how: Any) -> Any:
    found = call("POST", f"/quotes/{quote.id}/{step}", json=body, **how)
    assert found.status_code == 200, found.text
    return found.get_json()


def send(call: Call, quote: quotes.Quote, **more: Any) -> Any:
    return answer(call, quote, "send", {"lines": [LINE], **more})


def refused(call: Call, quote: quotes.Quote, step: str, **body: Any) -> Any:
    return call("POST", f"/quotes/{quote.id}/{step}", json=body)


def test_a_price_is_sent_with_all_that_can_be_said(
    call: Call, store: stores.Store, quote: quotes.Quote
) -> None:
    change(store, tax_included=False)
    last = today(store.timezone) + timedelta(days=3)
    found = send(
        call,
        quote,
        shipping="5.90",
        tax=3,
        lead_time_days=7,
        expires_on=last.isoformat(),
        deposit_percent=50,
        message="With 40 % infill.\nThey carry a gate.",
    )
    assert (found["status"], found["version"]) == ("quoted", 1)
    assert found["lines"] == [{**LINE, "amount": 63.0}]
    assert (found["subtotal"], found["shipping"], found["tax"]) == (63.0, 5.9, 3.0)
    assert (found["total"], found["deposit_due"], found["balance_due"]) == (71.9, 35.95, 35.95)
    assert (found["amount_due"], found["deposit_percent"]) == (35.95, 50.0)
    assert (found["lead_time_days"], found["expires_on"]) == (7, last.isoformat())
    assert found["message"] == "With 40 % infill.\nThey carry a gate."
    assert found == call("GET", f"/quotes/{quote.id}").get_json()
    assert told()[-1] == "quote.sent" and mails()[-1] == "quoted"


def test_what_is_left_out_is_as_the_settings_have_it(
    call: Call, store: stores.Store, quote: quotes.Quote, clock: Clock
) -> None:
    noon(clock, store)
    change(
        store,
        tax_rate_bp=2000,
        tax_included=False,
        quote_lead_time_days=6,
        quote_deposit_bp=2500,
        quote_expires_after_days=10,
    )
    found = send(call, quote)
    assert (found["tax"], found["total"], found["deposit_percent"]) == (12.6, 75.6, 25.0)
    assert found["lead_time_days"] == 6
    day = today(store.timezone) + timedelta(days=10)
    assert found["expires_on"] == day.isoformat()
    again = send(call, quote, lead_time_days=None, deposit_percent=0, tax=0)
    assert (again["version"], again["lead_time_days"], again["tax"]) == (2, None, 0)
    assert (again["deposit_percent"], again["amount_due"]) == (0, 63.0)


def test_everything_that_is_wrong_with_a_price_is_said_at_once(
    call: Call, store: stores.Store, quote: quotes.Quote
) -> None:
    yesterday = (today(store.timezone) - timedelta(days=1)).isoformat()
    lines = [{"description": "x" * 201, "quantity": 0, "unit_price": 1}]
    found = refused(
        call, quote, "send", lines=lines, expires_on=yesterday, deposit_percent=101, extra=1
    )
    assert wrong(found) == {
        "expires_on": "in_the_past",
        "deposit_percent": "out_of_range",
        "extra": "unknown_field",
        "lines.0.description": "too_long",
        "lines.0.quantity": "out_of_range",
    }
    lines = [{"quantity": "many", "unit_price": 1.005}]
    found = refused(call, quote, "send", lines=lines, expires_on=yesterday)
    assert wrong(found) == {
        "lines.0.description": "required",
        "lines.0.quantity": "not_a_whole_number",
        "lines.0.unit_price": "too_many_decimals",
        "expires_on": "in_the_past",
    }
    lines = [LINE, {"description": " ", "quantity": 0, "unit_price": 1, "unit": "kg"}, "a vase"]
    assert wrong(refused(call, quote, "send", lines=lines)) == {
        "lines.1.description": "required",
        "lines.1.quantity": "out_of_range",
        "lines.1.unit": "unknown_field",
        "lines.2": "not_an_object",
    }
    assert wrong(refused(call, quote, "send", lines=[])) == {"lines": "too_few"}
    assert wrong(refused(call, quote, "send")) == {"lines": "required"}
    free = refused(call, quote, "send", lines=[{**LINE, "unit_price": 0}])
    assert refusal(free) == (409, "amount_too_small")
    assert fresh(quote).status == "pending"


@pytest.mark.parametrize("percent", ["\u0665", "1e1", "5,5", True, [], "Infinity", "0x1"])
def test_a_share_is_written_as_a_number(call: Call, quote: quotes.Quote, percent: object) -> None:
    found = refused(call, quote, "send", lines=[LINE], deposit_percent=percent)
    assert wrong(found) == {"deposit_percent": "not_a_number"}


@pytest.mark.parametrize("day", ["2026-02-30", "20261123", 1764000000, "2026-11-23T00:00:00Z"])
def test_a_day_is_written_as_a_day(call: Call, quote: quotes.Quote, day: object) -> None:
    found = refused(call, quote, "send", lines=[LINE], expires_on=day)
    assert wrong(found) == {"expires_on": "invalid_date"}


def test_steps_that_the_status_forbids_name_it(
    call: Call, store: stores.Store, quote: quotes.Quote
) -> None:
    bodies: dict[str, dict[str, Any]] = {
        "send": {"lines": [LINE]},
        "decline": {},
        "cancel": {},
        "extend": {"expires_on": date.max.isoformat()},
    }

    def forbidden(steps: str) -> None:
        for step in steps.split():
            found = refused(call, quote, step, **bodies[step])
            assert refusal(found) == (409, "quote_not_open")
            assert found.get_json()["error"]["status"] == fresh(quote).status

    forbidden("cancel extend")
    send(call, quote)
    forbidden("cancel")
    order = quotes.accept(store, quotes.link_token(fresh(quote)), version=1).order
    forbidden("decline extend")
    money_comes(order)
    forbidden("send decline cancel extend")


def test_a_new_price_takes_back_what_was_accepted(
    call: Call, store: stores.Store, quote: quotes.Quote
) -> None:
    send(call, quote)
    order = quotes.accept(store, quotes.link_token(fresh(quote)), version=1).order
    found = send(call, quote, shipping=1)
    assert (found["status"], found["version"], found["order_id"]) == ("quoted", 2, None)
    assert orders.find(store.id, order.id).status == "cancelled"


def test_a_price_whose_payment_is_on_its_way_stays(
    call: Call, store: stores.Store, quote: quotes.Quote
) -> None:
    send(call, quote)
    order = quotes.accept(store, quotes.link_token(fresh(quote)), version=1).order
    orders.mark_settling(order.id, session_id="cs_1")
    for step, body in (("send", {"lines": [LINE]}), ("cancel", {})):
        found = refused(call, quote, step, **body)
        assert refusal(found) == (409, "payment_processing")
    assert fresh(quote).status == "accepted"


def test_a_price_is_kept_open_for_longer(
    call: Call, store: stores.Store, quote: quotes.Quote
) -> None:
    first = send(call, quote)
    later = date.fromisoformat(first["expires_on"]) + timedelta(days=7)
    found = answer(call, quote, "extend", {"expires_on": later.isoformat()})
    assert (found["version"], found["expires_on"]) == (1, later.isoformat())
    assert kinds(fresh(quote))[-1] == "extended" and mails()[-1] == "extended"
    for day, code in ((later, "not_later"), (today(store.timezone) - timedelta(1), "in_the_past")):
        again = refused(call, quote, "extend", expires_on=day.isoformat())
        assert wrong(again) == {"expires_on": code}
    assert wrong(refused(call, quote, "extend")) == {"expires_on": "required"}


def test_a_request_is_turned_down_and_asked_about(call: Call, quote: quotes.Quote) -> None:
    said = answer(call, quote, "message", {"text": "How thick?\nIn mm, please."})
    [message] = said["messages"]
    assert (message["from"], message["text"]) == ("merchant", "How thick?\nIn mm, please.")
    assert wrong(refused(call, quote, "message")) == {"text": "required"}
    assert wrong(refused(call, quote, "message", text=" ")) == {"text": "required"}
    found = answer(call, quote, "decline", {"reason": "Too large for our machines."})
    assert (found["status"], found["reason"]) == ("declined", "Too large for our machines.")
    assert told()[-2:] == ["quote.message", "quote.declined"]
    assert mails()[-2:] == ["message", "declined"]


def test_nothing_has_to_be_said_to_decline(call: Call, quote: quotes.Quote) -> None:
    found = call("POST", f"/quotes/{quote.id}/decline")
    assert found.status_code == 200 and found.get_json()["reason"] is None


def test_thirty_days_after_the_end_nothing_is_said_any_more(
    call: Call, quote: quotes.Quote, clock: Clock
) -> None:
    answer(call, quote, "decline", {})
    clock.forward(31 * 86_400)
    found = refused(call, quote, "message", text="Hello?")
    assert refusal(found) == (409, "quote_not_open")


def test_what_was_accepted_is_called_off(
    call: Call, store: stores.Store, quote: quotes.Quote
) -> None:
    send(call, quote)
    quotes.accept(store, quotes.link_token(fresh(quote)), version=1)
    found = answer(call, quote, "cancel", {"reason": "No filament."})
    assert (found["status"], found["reason"]) == ("cancelled", "No filament.")


@pytest.mark.parametrize("step", ["send", "extend", "decline", "cancel", "message"])
def test_a_repeat_after_a_crash_does_nothing_twice(
    call: Call,
    store: stores.Store,
    quote: quotes.Quote,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    body: dict[str, Any] = {
        "send": {"lines": [LINE]},
        "extend": {"expires_on": (today(store.timezone) + timedelta(days=90)).isoformat()},
        "message": {"text": "Hello"},
    }.get(step, {})
    if step in ("extend", "cancel"):
        send(call, quote)
    if step == "cancel":
        quotes.accept(store, quotes.link_token(fresh(quote)), version=1)
    with monkeypatch.context() as dying:
        for what in ("keep", "free"):
            dying.setattr(idempotency, what, dies)
        with pytest.raises(KeyboardInterrupt):
            answer(call, quote, step, body, once="k")
    happened = told(), mails(), kinds(fresh(quote))
    clock.forward(61)
    found = answer(call, quote, step, body, once="k")
    assert (told(), mails(), kinds(fresh(quote))) == happened
    again = call("POST", f"/quotes/{quote.id}/{step}", json=body, once="k")
    assert again.headers["Idempotent-Replayed"] == "true" and again.get_json() == found


def dies(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_where_the_open_page_cannot_be_closed_nothing_is_sent(
    call: Call, store: stores.Store, quote: quotes.Quote, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(call, quote)
    quotes.accept(store, quotes.link_token(fresh(quote)), version=1)

    def away(*_: object, **__: object) -> None:
        raise payments.PaymentProviderError

    monkeypatch.setattr(orders, "withdraw", away)
    found = refused(call, quote, "send", lines=[LINE])
    assert refusal(found) == (502, "payment_provider_error")
    assert (fresh(quote).status, fresh(quote).offered) == ("accepted", 1)
