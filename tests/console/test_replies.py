"""Saved replies: their page, and what of them stands beside a quote's messages."""

import re

import pytest
from flask.testing import FlaskClient

from synqro import quotes, stores
from tests.console.asked import answered, asked, form
from tests.makers import HTMX
from tests.orders import shop

PAGE = "/console/quotes/replies"


@pytest.fixture(autouse=True)
def payments(store: stores.Store) -> None:
    shop.set_up_payments(store)


def saved(store: stores.Store, title: str = "Grey", text: str = "Which grey, {name}?") -> str:
    return quotes.save_reply(store.id, title=title, text=text).id


def test_an_empty_page_offers_three(console: FlaskClient, store: stores.Store) -> None:
    page = console.get(PAGE).text
    assert "No saved replies yet" in page and "Add these three" in page
    assert quotes.replies(store.id) == []
    assert console.post(f"{PAGE}/starters").status_code == 303
    assert console.post(f"{PAGE}/starters").status_code == 303
    page = console.get(PAGE).text
    assert len(quotes.replies(store.id)) == 3 and "Add these three" not in page
    assert page.count('href="/console/quotes/replies/rpl_') == 3


def test_replies_are_added_changed_and_deleted(console: FlaskClient, store: stores.Store) -> None:
    typed = {"title": "Grey", "text": "Which <grey>, {name}?"}
    assert console.post(PAGE, data=typed).status_code == 303
    [reply] = quotes.replies(store.id)
    page = console.get(PAGE).text
    assert "Reply saved" in page and "Which &lt;grey&gt;, {name}?" in page
    there = f"{PAGE}/{reply.id}"
    assert "Which &lt;grey&gt;" in console.get(there).text
    assert console.post(there, data={**typed, "title": "Dark grey"}).status_code == 303
    deleted = console.post(f"{there}/delete")
    assert "Reply deleted" in deleted.text and quotes.replies(store.id) == []
    [undo] = re.findall(r'<form class="undo".*?</form>', deleted.text, re.S)
    back = dict(re.findall(r'name="(\w+)" value="([^"]*)"', undo))
    assert back["title"] == "Dark grey"
    assert console.post(there, data=typed).status_code == 404
    assert console.post(f"{there}/delete").status_code == 404


def test_deleting_is_undone_from_the_toast(console: FlaskClient, store: stores.Store) -> None:
    there = f"{PAGE}/{saved(store)}/delete"
    deleted = console.post(there, headers=HTMX).text
    assert deleted.lstrip().startswith("<section") and 'hx-target="#toasts"' in deleted
    again = {"title": "Grey", "text": "Which grey, {name}?"}
    restored = console.post(PAGE, data=again, headers=HTMX).text
    assert 'id="saved-replies"' in restored and "Reply saved" in restored
    assert [reply.title for reply in quotes.replies(store.id)] == ["Grey"]


def test_what_no_reply_can_be_comes_back_as_typed(
    console: FlaskClient, store: stores.Store
) -> None:
    refused = console.post(PAGE, data={"title": "Grey", "text": "Hello {nmae}"})
    assert refused.status_code == 422 and quotes.replies(store.id) == []
    assert "{nmae} is no placeholder. There are {name}, {number}" in refused.text
    assert "Hello {nmae}</textarea>" in refused.text and 'value="Grey"' in refused.text
    reply = saved(store)
    refused = console.post(f"{PAGE}/{reply}", data={"title": "", "text": "Hello"})
    assert refused.status_code == 422 and "Enter a title." in refused.text
    assert f'action="{PAGE}/{reply}"' in refused.text
    dialog = console.post(PAGE, data={"title": "", "text": "Hi", "quote": "1"}, headers=HTMX)
    assert dialog.status_code == 422 and "data-reply-form" in dialog.text


def test_a_quote_offers_replies_in_its_own_words(console: FlaskClient, store: stores.Store) -> None:
    quote, reply = answered(store), saved(store, text="{name}, {price} for {number}")
    there = f"/console/quotes/{quote.id}"
    page = console.get(there).text
    assert f'data-reply="{reply}"' in page and "Saved replies" in page
    found = console.get(f"{there}/replies/{reply}")
    assert (found.mimetype, found.text) == ("text/plain", "Sam, €63.00 for Q-1001")
    writing = form(quote, **{"lines.0.unit_price": "20", "shipping": ""})
    assert console.post(f"{there}/replies/{reply}", data=writing).text == "Sam, €80.00 for Q-1001"
    unread = {**writing, "lines.0.unit_price": "much"}
    said = console.post(f"{there}/replies/{reply}", data=unread).text
    assert said == "Sam, the price for Q-1001"
    assert console.get(f"{there}/replies/rpl_0").status_code == 404


def test_a_reply_works_without_script(console: FlaskClient, store: stores.Store) -> None:
    quote, reply = asked(store), saved(store)
    there = f"/console/quotes/{quote.id}"
    assert "\nWhich grey, Sam?</textarea>" in console.get(f"{there}?reply={reply}").text
    console.post(f"{there}/draft", data={"text": "One more thing."})
    page = console.get(f"{there}?reply={reply}").text
    assert "\nOne more thing.\nWhich grey, Sam?</textarea>" in page
    for nonsense in ("rpl_0", "%00", "x" * 500):
        assert console.get(f"{there}?reply={nonsense}").status_code == 200
    begun = console.post(
        f"{PAGE}/new", data={"text": "Which grey?\nDark or light grey, and how matt?"}
    )
    assert 'value="Which grey? Dark or light grey, and how"' in begun.text
    assert quotes.replies(store.id)[0].title == "Grey"
    dialog = console.post(f"{PAGE}/new", data={"text": "Hello"}, headers=HTMX).text
    assert "<h2" in dialog and "<title>" not in dialog


def test_replies_are_the_shops_own(
    console: FlaskClient, store: stores.Store, twin: stores.Store
) -> None:
    foreign = saved(twin)
    quote = asked(store)
    assert foreign not in console.get(PAGE).text
    for path in (f"{PAGE}/{foreign}", f"/console/quotes/{quote.id}/replies/{foreign}"):
        assert console.get(path).status_code == 404
    assert console.post(f"{PAGE}/{foreign}/delete").status_code == 404
    assert "Which grey" not in console.get(f"/console/quotes/{quote.id}?reply={foreign}").text
