"""What is typed and not sent, on every page that shows it again."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from synqro import quotes, stores
from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.stores.models import Membership, Role
from tests import makers
from tests.console.asked import answered, asked, form, fresh, offer, uploaded
from tests.makers import HTMX
from tests.orders import shop

BOX = "/console/quotes"
ANA = "ana@northlight.example"


@pytest.fixture(autouse=True)
def payments(store: stores.Store) -> None:
    shop.set_up_payments(store)


@pytest.fixture
def ana(app: Flask, store: stores.Store) -> stores.Person:
    """A second person of the shop."""
    return colleague(store)


@transaction()
def colleague(store: stores.Store) -> stores.Person:
    person = makers.person(ANA, "Ana Maker")
    facts = {"role": Role.OWNER, "created_at": now()}
    db.session.add(Membership(person_id=person.id, store_id=store.id, **facts))
    return person


@pytest.fixture
def hers(app: Flask, ana: stores.Person) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    client.post("/login", data={"email": ANA, "password": makers.PASSWORD})
    return client


def at(quote: quotes.Quote, step: str = "") -> str:
    return f"{BOX}/{quote.id}{step}"


def typing(quote: quotes.Quote, **changes: str) -> dict[str, str]:
    held = f"{quote.offered}-{quote.status}"
    return {**form(quote), "held": held, "message": "Half a sen", **changes}


def keep(client: FlaskClient, quote: quotes.Quote, **changes: str) -> TestResponse:
    answer = client.post(at(quote, "/draft"), data=typing(fresh(quote), **changes))
    assert (answer.status_code, answer.data) == (204, b""), answer.text
    return answer


def value(page: str, name: str) -> str | None:
    """What stands in a field of the page."""
    found = re.search(rf'name="{re.escape(name)}"[^>]*? value="([^"]*)"', page)
    area = re.search(rf'name="{re.escape(name)}"[^>]*>\n([^<]*)</textarea>', page)
    return found[1] if found else area[1] if area else None


def says_draft(page: str) -> bool:
    return 'id="draft-said">' in page


def test_a_draft_comes_back_on_any_device(
    console: FlaskClient, hers: FlaskClient, store: stores.Store
) -> None:
    quote = asked(store)
    assert not says_draft(console.get(at(quote)).text)
    before = fresh(quote).version
    kept = keep(console, quote, text="Which gr", note="Pays late", do="add", **{"was.0.part": "0"})
    assert kept.headers["X-Kept-At"] and fresh(quote).version == before
    page = console.get(at(quote)).text
    assert says_draft(page) and f'data-kept="{kept.headers["X-Kept-At"]}"' in page
    for name, typed in {
        "lines.0.unit_price": "15,75", "message": "Half a sen", "shipping": "5.90",
        "text": "Which gr", "note": "Pays late",
    }.items():  # fmt: skip
        assert value(page, name) == typed, name
    theirs = hers.get(at(quote)).text
    assert not says_draft(theirs)
    assert (value(theirs, "text"), value(theirs, "message")) == ("", "")
    dropped = console.post(at(quote, "/draft/drop"))
    assert dropped.status_code == 303
    page = console.get(at(quote)).text
    assert "Draft dropped" in page and not says_draft(page) and value(page, "text") == ""


def test_a_message_alone_is_no_draft_of_an_answer(
    console: FlaskClient, store: stores.Store
) -> None:
    quote = answered(store)
    console.post(at(quote, "/draft"), data={"text": "Which gr"})
    page = console.get(at(quote)).text
    assert value(page, "text") == "Which gr"
    assert not says_draft(page) and 'id="answer"' not in page
    console.post(at(quote, "/draft"), data={"do": "add", "x" * 90: "y", "": "z", "a b": "c"})
    assert value(console.get(at(quote)).text, "text") == ""


def test_what_is_said_is_no_draft_any_more(console: FlaskClient, store: stores.Store) -> None:
    quote = asked(store)
    keep(console, quote, text="Which grey?", note="Pays late")
    console.post(at(quote, "/messages"), data={"text": "Which grey?"})
    console.post(at(quote, "/notes"), data={"note": "Pays late"})
    page = console.get(at(quote)).text
    assert (value(page, "text"), value(page, "note")) == ("", "")
    assert value(page, "message") == "Half a sen"


def test_own_words_do_not_stand_in_the_way_of_the_own_answer(
    console: FlaskClient, hers: FlaskClient, store: stores.Store
) -> None:
    quote = asked(store)
    seen = str(fresh(quote).version)
    for path, field in (("/messages", "text"), ("/notes", "note")):
        said = console.post(at(quote, path), data={field: "Hello", "seen": seen}, headers=HTMX)
        seen = value(said.text, "seen") or ""
        assert seen == str(fresh(quote).version)
    hers.post(at(quote, "/messages"), data={"text": "Me too"}, headers=HTMX)
    said = console.post(at(quote, "/messages"), data={"text": "Oh", "seen": seen}, headers=HTMX)
    assert value(said.text, "seen") is None  # somebody else spoke in between
    assert [m.text for m in quotes.messages(fresh(quote))] == ["Hello", "Me too", "Oh"]
    sent = console.post(at(quote, "/offer"), data=typing(quote, seen=seen))
    assert sent.status_code == 409 and "Half a sen" in sent.text


def test_two_people_on_one_quote_see_each_other(
    console: FlaskClient, hers: FlaskClient, store: stores.Store
) -> None:
    quote = asked(store)
    live = f"{at(quote)}?live=1&seen={fresh(quote).version}"
    tag = console.get(live).headers["ETag"]
    assert console.get(live, headers={"If-None-Match": tag}).status_code == 304
    keep(hers, quote)
    news = console.get(live, headers={"If-None-Match": tag})
    said = "Ana Maker is answering this quote too, last at "
    assert news.status_code == 200 and said in news.text
    assert said in console.get(at(quote)).text
    assert "answering this quote too" not in hers.get(at(quote)).text
    tag = news.headers["ETag"]
    assert console.get(live, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("end", ["sent", "declined", "cancelled"])
def test_nothing_typed_is_lost_where_somebody_else_was_first(
    console: FlaskClient, hers: FlaskClient, store: stores.Store, end: str
) -> None:
    quote = asked(store)
    typed = typing(quote, text="Which gr")
    keep(console, quote, text="Which gr")
    if end == "sent":
        hers.post(at(quote, "/offer"), data=form(quote, **{"lines.0.unit_price": "20"}))
    elif end == "declined":
        hers.post(at(quote, "/decline"), data={"seen": typed["seen"], "reason": "Too big"})
    else:
        quotes.cancel_by_customer(store, quotes.link_token(quote))
    assert fresh(quote).status != "pending"
    refused = console.post(at(quote, "/offer"), data=typed, headers=HTMX)
    assert refused.status_code == 409
    assert value(refused.text, "lines.0.unit_price") == "15,75"
    assert value(refused.text, "message") == "Half a sen"
    assert value(refused.text, "text") == "Which gr"
    if end == "sent":
        assert "Theirs: €" in refused.text
    page = console.get(at(quote)).text
    assert "Half a sen" in page and value(page, "text") == "Which gr"
    if end == "cancelled":
        assert "You have a draft that was not sent." in page and "15,75 EUR" in page
        assert 'id="send-quote"' not in page
        return
    assert says_draft(page) and "Your text is kept below." in page
    assert ("Theirs: €" in page) == (end == "sent")
    seen = value(page, "seen") or ""
    sent = console.post(at(quote, "/offer"), data={**typed, "seen": seen})
    assert sent.status_code == 303 and fresh(quote).status == "quoted"
    assert not says_draft(console.get(at(quote)).text)


def test_a_message_of_the_customers_overtakes_no_draft(
    console: FlaskClient, store: stores.Store
) -> None:
    quote = asked(store)
    keep(console, quote)
    quotes.write(store, quotes.link_token(quote), "Make it five")
    page = console.get(at(quote)).text
    assert says_draft(page) and "The quote changed at" in page and "kept below" not in page
    assert value(page, "seen") == str(fresh(quote).version)


def test_a_draft_outlives_an_answer_that_cannot_be_sent(
    console: FlaskClient, store: stores.Store
) -> None:
    quote = asked(store)
    keep(console, quote, **{"lines.0.unit_price": "much"})
    wrong = typing(quote, **{"lines.0.unit_price": "much"})
    assert console.post(at(quote, "/offer"), data=wrong).status_code == 422
    assert value(console.get(at(quote)).text, "lines.0.unit_price") == "much"


def test_a_draft_too_large_is_refused_and_the_one_before_stays(
    console: FlaskClient, store: stores.Store
) -> None:
    quote = asked(store)
    keep(console, quote)
    for large in ({"text": "x" * 200_001}, {f"lines.{n}.quantity": "1" for n in range(401)}):
        assert console.post(at(quote, "/draft"), data=large).status_code == 422
    assert value(console.get(at(quote)).text, "message") == "Half a sen"
    assert console.post(f"{BOX}/qt_0/draft", data={"text": "x"}).status_code == 404


def test_a_change_of_a_sent_price_is_kept_until_it_is_dropped(
    console: FlaskClient, store: stores.Store
) -> None:
    quote = answered(store)
    keep(console, quote, **{"lines.0.unit_price": "99"})
    page = console.get(at(quote)).text
    assert says_draft(page) and value(page, "lines.0.unit_price") == "99"
    assert "Keep as sent" in page
    console.post(at(quote, "/draft/drop"))
    assert 'id="answer"' not in console.get(at(quote)).text


def test_a_quote_is_duplicated_with_its_price_as_a_draft(
    console: FlaskClient, store: stores.Store
) -> None:
    file = uploaded(store)
    quote = asked(store, files=[quotes.Wanted(file, "mm")])
    quotes.send(store.id, quote.id, offer(lead_time_days=7, shipping=590))
    page = console.get(at(quote)).text
    assert f'action="{at(quote)}/duplicate"' in page
    made = console.post(at(quote, "/duplicate"))
    assert made.status_code == 303
    page = console.get(made.location).text
    number = quotes.display_number(quote)
    for words in (f"Duplicated from {number}", "Quote duplicated: Q-1002", "hinge-bracket-v3.stl"):
        assert words in page, words
    assert says_draft(page) and "The quote changed" not in page
    assert value(page, "lines.0.unit_price") == "15.75" and value(page, "lead_time_days") == "7"
    assert value(page, "shipping") == "5.90" and value(page, "lines.0.quantity") == "4"
    plain = console.post(at(asked(store), "/duplicate"))
    assert not says_draft(console.get(plain.location).text)
