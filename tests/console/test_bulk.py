"""Many quotes at once: asked about, done one by one, and what could not be done is said."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from synqro import quotes, stores
from synqro.core.clock import today
from tests import makers
from tests.console.asked import answered, asked, fresh
from tests.console.test_any_input import NASTY
from tests.console.test_quotes import by
from tests.makers import HTMX
from tests.orders import shop
from tests.quotes.desk import money_comes

BULK = "/console/quotes/bulk"


@pytest.fixture(autouse=True)
def payments(store: stores.Store) -> None:
    shop.set_up_payments(store)


@pytest.fixture
def three(store: stores.Store) -> list[quotes.Quote]:
    return [asked(store, customer=by(name)) for name in ("Ana", "Bob", "Cem")]


def ask(
    console: FlaskClient, chosen: list[quotes.Quote], do: str = "decline", **more: Any
) -> TestResponse:
    given = MultiDict([("do", do), *(("quote", quote.id) for quote in chosen)])
    return console.get(BULK, query_string=given, **more)


def send(
    console: FlaskClient, chosen: list[quotes.Quote], do: str = "decline", **typed: Any
) -> TestResponse:
    headers = typed.pop("headers", {})
    given: MultiDict[str, str] = MultiDict([("do", do), *typed.items()])
    for quote in chosen:
        given.add("quote", quote.id)
        given.add(f"seen.{quote.id}", str(quote.version))
    return console.post(BULK, data=given, headers=headers)


def states(chosen: list[quotes.Quote]) -> list[str]:
    return [fresh(quote).status.value for quote in chosen]


def test_many_are_declined_with_one_reason(
    console: FlaskClient, store: stores.Store, three: list[quotes.Quote]
) -> None:
    page = ask(console, three)
    assert "<h1>Decline 3 quotes?</h1>" in page.text and "Q-1001 <bdi>Ana</bdi>" in page.text
    answer = send(console, three, reason="On holiday")
    assert (answer.status_code, answer.location) == (303, "/console/quotes")
    assert "3 quotes declined" in console.get("/console/quotes").text
    assert states(three) == ["declined"] * 3
    assert {fresh(quote).reason for quote in three} == {"On holiday"}


def test_the_dialog_says_it_in_a_toast(
    console: FlaskClient, store: stores.Store, three: list[quotes.Quote]
) -> None:
    dialog = ask(console, three[:1], headers=HTMX)
    assert '<h2 id="dialog-title"' in dialog.text and "Decline 1 quote?" in dialog.text
    assert "<html" not in dialog.text
    done = send(console, three[:1], headers=HTMX)
    assert done.status_code == 200 and "1 quote declined" in done.text
    assert "hx-partial" in done.text and "<form" not in done.text


def test_what_cannot_be_done_is_named_before_and_after(
    console: FlaskClient, store: stores.Store, three: list[quotes.Quote]
) -> None:
    paid = makers.quoted(store)
    quote = fresh(paid.quote)
    order = quotes.accept(store, paid.token, version=1).order
    page = ask(console, [*three, fresh(quote)])
    assert "Decline 3 quotes?" in page.text and "1 stays as it is:" in page.text
    assert "Q-1004, <bdi>Sam Field</bdi>: This quote was accepted" in page.text
    assert f'value="{quote.id}"' not in page.text
    assert "None of these can be declined" in ask(console, [quote]).text
    money_comes(order)
    seen = {f"seen.{three[0].id}": str(three[0].version)}
    quotes.reply(store.id, three[0].id, "Which grey?")
    done = send(console, [*three, quote], **seen)
    assert done.status_code == 200 and "<h1>2 quotes declined</h1>" in done.text
    assert "Q-1004 was paid meanwhile." in done.text
    assert "Q-1001 changed meanwhile. Look at it again." in done.text
    assert states([*three, quote]) == ["pending", "declined", "declined", "paid"]
    none = send(console, [fresh(quote)])
    assert none.status_code == 200 and "<h1>0 quotes declined</h1>" in none.text


def test_prices_are_held_longer(
    console: FlaskClient, store: stores.Store, three: list[quotes.Quote]
) -> None:
    sent = [fresh(answered(store, quote)) for quote in three[:2]]
    page = ask(console, [*sent, three[2]], "extend")
    assert "Hold 2 prices longer?" in page.text and "No price has been sent yet." in page.text
    day = today(store.timezone) + timedelta(days=40)
    later = quotes.extend(store.id, sent[1].id, day + timedelta(days=3))
    done = send(console, [sent[0], fresh(later)], "extend", expires_on=str(day))
    assert "1 price held longer" in done.text and "Q-1002 is held that long already." in done.text
    assert fresh(sent[0]).expires_on == str(day)
    past = send(console, [fresh(sent[0])], "extend", expires_on="2020-01-01")
    assert past.status_code == 422 and "Choose today or a later day." in past.text
    assert 'value="2020-01-01"' in past.text
    assert send(console, [fresh(sent[0])], "extend").status_code == 422


def test_only_what_can_be_chosen_is_done(
    console: FlaskClient, store: stores.Store, three: list[quotes.Quote]
) -> None:
    for deed in ("", "delete", "Decline"):
        sent = {"quote": three[0].id, "do": deed, f"seen.{three[0].id}": str(three[0].version)}
        answer = console.post(BULK, data=sent)
        assert answer.status_code == 422
        assert "Choose what to do with these quotes." in answer.text
    assert quotes.find(store.id, three[0].id).status is three[0].status


def test_a_hundred_are_the_most_and_none_is_nothing(
    console: FlaskClient, store: stores.Store, three: list[quotes.Quote]
) -> None:
    for answer in (console.get(BULK), console.post(BULK), console.get(BULK, headers=HTMX)):
        assert answer.status_code == 422 and "Select a quote first." in answer.text
    many = MultiDict([("quote", f"qt_{number}") for number in range(101)])
    for answer in (console.get(BULK, query_string=many), console.post(BULK, data=many)):
        assert answer.status_code == 422 and "At most 100 quotes at once." in answer.text


def test_whatever_is_sent_declines_nothing_else(
    console: FlaskClient, store: stores.Store, twin: stores.Store, three: list[quotes.Quote]
) -> None:
    foreign = asked(twin)
    assert ask(console, [*three, foreign]).status_code == 404
    assert send(console, [*three, foreign]).status_code == 404
    for bad in NASTY:
        for field in ("quote", "do", "reason", f"seen.{three[0].id}", "expires_on"):
            given: dict[str, str] = {
                "quote": three[0].id,
                "do": "extend",
                "expires_on": "2030-01-04",
            }
            answer = console.post(BULK, data={**given, field: bad})
            assert answer.status_code in (200, 404, 422), (field, bad)
        assert console.get(BULK, query_string={"quote": bad}).status_code in (404, 422)
    long = send(console, three[:1], reason="x" * 2_001)
    assert long.status_code == 422 and "x" * 2_001 in long.text
    assert states([*three, foreign]) == ["pending"] * 4


def test_the_rows_can_be_selected_without_script(
    console: FlaskClient, store: stores.Store, three: list[quotes.Quote]
) -> None:
    page = console.get("/console/quotes?show=todo").text
    assert page.count('form="bulk"') == 3 and "Select Q-1001, Ana" in page
    assert '<input type="hidden" name="show" value="todo">' in page
    here = {"Referer": f"http://localhost{BULK}?show=todo&do=decline"}
    done = send(console, three, headers=here)
    assert done.location == "/console/quotes?show=todo"
