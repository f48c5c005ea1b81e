"""The box of quotes, and a quote answered in it, as the merchant uses them."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from synqro import orders, quotes, stores
from synqro.core.clock import today
from synqro.core.db import db, transaction
from synqro.orders import Customer
from tests import makers
from tests.console.asked import answered, asked, form, fresh, offer, uploaded
from tests.console.test_orders import counted
from tests.makers import HTMX
from tests.orders import shop

BOX = "/console/quotes"


@pytest.fixture(autouse=True)
def payments(store: stores.Store) -> None:
    shop.set_up_payments(store)


def names(answer: TestResponse) -> list[str]:
    """Whose quotes a page lists, from above."""
    return re.findall(r'<span class="who ell"><bdi>([^<]+)</bdi>', answer.text)


def by(name: str) -> Customer:
    return Customer(name, f"{name.lower()}@example.com")


def at(quote: quotes.Quote, step: str = "") -> str:
    return f"{BOX}/{quote.id}{step}"


def send(console: FlaskClient, quote: quotes.Quote, **changes: Any) -> TestResponse:
    headers = changes.pop("headers", {})
    return console.post(at(quote, "/offer"), data=form(quote, **changes), headers=headers)


def test_an_empty_box_says_what_will_be_there(console: FlaskClient, store: stores.Store) -> None:
    page = console.get(BOX).text
    assert "No quotes yet" in page and f"/s/{store.publishable_key}/custom" in page
    for show in ("todo", "waiting", "paid", "nonsense"):
        assert console.get(f"{BOX}?show={show}").status_code == 200
    assert console.get(f"{BOX}?first=1").status_code == 200
    asked(store)
    assert console.get(f"{BOX}?first=1").headers["HX-Redirect"] == BOX


def test_every_quote_stands_where_it_belongs(
    console: FlaskClient, store: stores.Store, twin: stores.Store
) -> None:
    asked(store, customer=by("Ana"))
    answered(store, asked(store, customer=by("Tom")))
    declined = asked(store, customer=by("Jo"))
    quotes.decline(store.id, declined.id)
    asked(twin, customer=by("Twin"))
    for quote in db.session.query(quotes.Quote).filter_by(store_id=store.id):
        quotes.mark_read(store.id, quote.id)
    assert names(console.get(BOX)) == ["Jo", "Tom", "Ana"]
    assert names(console.get(f"{BOX}?show=todo")) == ["Ana"]
    assert names(console.get(f"{BOX}?show=waiting")) == ["Tom"]
    assert names(console.get(f"{BOX}?q=tom%40")) == ["Tom"]
    assert "No quote matches" in console.get(f"{BOX}?q=%00%25_").text
    page = console.get(BOX).text
    for words in ("Pending", "Quoted", "€63.00", "Declined", "needs a look", "× 4"):
        assert words in page
    assert '<span class="n">1' in page and "To do <span" in page


def test_a_long_box_grows_and_goes_on(console: FlaskClient, store: stores.Store) -> None:
    first = asked(store)
    for _ in range(50):
        copied(first)
    page = console.get(BOX)
    assert len(names(page)) == 50 and f"{BOX}?show=all&amp;rows=100" in page.text
    assert len(names(console.get(f"{BOX}?rows=100"))) == 51
    assert console.get(f"{BOX}?rows=x&cursor=nonsense").status_code == 400


@transaction()
def copied(quote: quotes.Quote) -> None:
    facts = {c.key: getattr(quote, c.key) for c in quotes.Quote.__mapper__.column_attrs}
    number = (db.session.query(db.func.max(quotes.Quote.number)).scalar() or 0) + 1
    facts |= {"id": f"qt_{number}", "number": number, "token_hash": f"hash{number}"}
    db.session.add(quotes.Quote(**facts))


@pytest.mark.parametrize("size", [5, 50])
def test_the_box_takes_few_queries_at_any_size(
    console: FlaskClient, store: stores.Store, size: int
) -> None:
    first = asked(store)
    for _ in range(size - 1):
        copied(first)
    with counted() as found:
        page = console.get(BOX)
    assert len(names(page)) == size
    assert len(found) <= 4, found


def test_an_unchanged_box_is_asked_for_and_not_sent(
    console: FlaskClient, store: stores.Store
) -> None:
    quote = asked(store)
    for path in (f"{BOX}?live=1", f"{at(quote)}?live=1"):
        tag = console.get(path).headers["ETag"]
        assert console.get(path, headers={"If-None-Match": tag}).status_code == 304
    old = quote.version
    quotes.reply(store.id, quote.id, "Which grey?")
    news = console.get(f"{at(quote)}?live=1&seen={old}", headers={"If-None-Match": tag})
    assert news.status_code == 200 and "Which grey?" in news.text and "changed at" in news.text


def test_a_quote_shows_what_was_asked(console: FlaskClient, store: stores.Store) -> None:
    file = uploaded(store)
    quote = asked(
        store,
        files=[quotes.Wanted(file, "in")],
        description="A gate <b>",
        needed_by=today(store.timezone) + timedelta(days=20),
    )
    page = console.get(at(quote))
    for words in ("A gate &lt;b&gt;", "hinge-bracket-v3.stl", "Customer says in", "4 pieces",
                  "sam%40example.com", "Lyon", f"Q-{quote.number}", "Needed by"):  # fmt: skip
        assert words in page.text, words
    assert (
        'value="hinge-bracket-v3"' in page.text and 'name="lines.0.quantity" value="4"' in page.text
    )
    alone = console.get(at(quote), headers=HTMX)
    assert alone.text.lstrip().startswith("<article") and "<title>" not in alone.text
    restored = console.get(at(quote), headers={**HTMX, "HX-History-Restore-Request": "true"})
    assert "<title>" in restored.text
    got = console.get(at(quote, f"/files/{file}"))
    assert got.status_code == 200 and "attachment" in got.headers["Content-Disposition"]
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    other = asked(store)
    assert console.get(at(other, f"/files/{file}")).status_code == 404
    assert console.get(at(quote, "/files/up_0/thumbnail")).status_code == 404


def test_a_link_is_shown_as_text_and_never_followed(
    console: FlaskClient, store: stores.Store
) -> None:
    quote = asked(store, description=None, file_url="https://files.example/part.stl?a=1")
    page = console.get(at(quote)).text
    assert 'rel="noopener noreferrer"' in page and "files.example/part.stl?a=1" in page
    assert "Link: files.example" in page


def test_to_see_a_quote_changes_nothing_and_to_have_read_it_does(
    console: FlaskClient, store: stores.Store
) -> None:
    quote = asked(store)
    page = console.get(at(quote)).text
    assert fresh(quote).unread and 'hx-trigger="load"' in page
    assert console.post(at(quote, "/read"), headers=HTMX).status_code == 204
    assert not fresh(quote).unread and fresh(quote).version == quote.version
    assert console.post(at(quote, "/unread")).location == BOX
    assert fresh(quote).unread


def test_a_price_is_sent_with_and_without_script(console: FlaskClient, store: stores.Store) -> None:
    quote = asked(store)
    answer = send(console, quote, headers=HTMX)
    assert answer.status_code == 200 and "Quote sent" in answer.text, answer.text
    assert (
        "€68.90" in answer.text and "deposit €34.45" in answer.text and "data-sent" in answer.text
    )
    assert "Change and send again" in answer.text and 'id="answer"' not in answer.text
    version = quotes.offer_of(fresh(quote))
    assert version and (version.total, version.due, version.shipping) == (6890, 3445, 590)
    change = console.get(at(quote) + "?change=1").text
    assert 'value="15.75"' in change and 'value="5.90"' in change and "Keep as sent" in change
    again = send(console, fresh(quote), **{"lines.0.unit_price": "16", "change": "1"})
    assert (again.status_code, again.location) == (303, at(quote))
    page = console.get(at(quote)).text
    assert "Version 1" in page and "€69.90" in page and "version 2" in page


def test_two_people_never_overwrite_each_other(console: FlaskClient, store: stores.Store) -> None:
    quote = asked(store)
    old = str(quote.version)
    answered(store, quote, price=2000)
    for headers in ({}, HTMX):
        answer = send(console, quote, headers=headers, message="My words", seen=old)
        assert answer.status_code == 409
        assert "Someone else changed this quote at" in answer.text
        assert "Your text is kept below." in answer.text and "Theirs: €80.00" in answer.text
        assert "My words" in answer.text and 'value="15,75"' in answer.text
    seen = re.search(r'name="seen" value="(\d+)"', answer.text)
    assert seen and send(console, fresh(quote), seen=seen[1]).status_code == 303


WRONG = [
    ({"lines.0.unit_price": ""}, "Enter a price."),
    ({"lines.0.unit_price": "twelve"}, "Enter an amount like 24.99."),
    ({"lines.0.unit_price": "1.234"}, "at most 2 decimals"),
    ({"lines.0.unit_price": "-3"}, "Enter 0 or an amount that can be charged."),
    ({"lines.0.unit_price": "9" * 9}, "Enter 0 or an amount"),
    ({"lines.0.quantity": "0"}, "Enter a number from 1"),
    ({"lines.0.quantity": "1,5"}, "Enter a whole number."),
    ({"lines.0.description": " "}, "Say what this is."),
    ({"lines.0.description": "x" * 201}, "Use at most 200 characters."),
    ({"shipping": "-1"}, "Enter 0 or an amount"),
    ({"tax": "a"}, "Enter an amount"),
    ({"deposit": "101"}, "Enter a number from 0 to 100."),
    ({"deposit": "half"}, "Enter a percentage like 50."),
    ({"deposit": "0,5"}, "The deposit and the balance"),
    ({"expires_on": "2020-01-01"}, "Choose today or a later day."),
    ({"expires_on": "4.12.2026"}, "Enter a date like 2026-12-04."),
    ({"lead_time_days": "-1"}, "days."),
    ({"lines.0.unit_price": "0.01", "shipping": "", "deposit": "0"}, "at least €0.50"),
    ({"message": "x" * 5001}, "Use at most 5,000 characters."),
]
# The line above it is blank, and counts for nothing.
ANOTHER = {
    "lines.1.description": "",
    "lines.1.quantity": "1",
    "lines.2.description": "Bolt",
    "lines.2.quantity": "1",
    "lines.2.unit_price": "one",
}


def test_everything_wrong_is_said_at_once_and_kept(
    console: FlaskClient, store: stores.Store
) -> None:
    quote = asked(store)
    for changes, words in WRONG:
        for headers in ({}, HTMX):
            answer = send(console, quote, headers=headers, **changes)
            assert answer.status_code in (409, 422), (changes, answer.status_code)
            assert words in answer.text, changes
            for name, value in changes.items():
                assert value.strip() in answer.text, name
    both = send(console, quote, deposit="x", **{"lines.0.quantity": "", "lines.0.unit_price": ""})
    assert "Three fields need a look." in both.text and both.text.count('aria-invalid="true"') == 3
    mixed = {"shipping": "x", "expires_on": "2020-01-01", "lines.1.unit_price": "", **ANOTHER}
    answer = send(console, quote, message="a\0b", **mixed)
    marked = re.findall(r'name="([^"]+)"[^>]*aria-invalid="true"', answer.text)
    assert set(marked) == {"lines.2.unit_price", "shipping", "expires_on", "message"}
    many = {f"lines.{n}.{k}": v for n in range(60) for k, v in
            (("description", "Part"), ("quantity", "1"), ("unit_price", "1"))}  # fmt: skip
    answer = send(console, quote, **many)
    assert answer.status_code == 422 and "Use at most 50 lines." in answer.text
    assert answer.text.count(', what"') == 60
    assert fresh(quote).offered == 0


def test_a_deposit_of_nothing_or_of_all_is_all_at_once(
    console: FlaskClient, store: stores.Store
) -> None:
    for deposit in ("0", "100"):
        quote = asked(store)
        assert send(console, quote, deposit=deposit).status_code == 303
        version = quotes.offer_of(fresh(quote))
        assert version and version.due == version.total


def test_lines_come_go_and_come_back(console: FlaskClient, store: stores.Store) -> None:
    quote = asked(store)
    path = at(quote, "/offer/lines")
    two = {"lines.1.description": "Delivery", "lines.1.quantity": "1", "lines.1.unit_price": "5.9"}
    added = console.post(path, data=form(quote, **two, do="add"), headers=HTMX).text
    assert added.count(', what"') == 3 and "€63.00" in added
    removed = console.post(path, data=form(quote, **two, do="remove-0"), headers=HTMX).text
    assert removed.count(', what"') == 1 and "Line removed." in removed
    gone = dict(re.findall(r'name="(gone\.\w+)" value="([^"]*)"', removed))
    left = {
        f"lines.0.{part}": two[f"lines.1.{part}"]
        for part in ("description", "quantity", "unit_price")
    }
    back = console.post(path, data={**left, **gone, "do": "undo"}, headers=HTMX).text
    assert re.findall(r'description" value="([^"]*)"', back) == ["Bracket, PETG grey", "Delivery"]
    plain = console.post(path, data=form(quote, do="add", message="Kept"))
    assert plain.status_code == 200 and "<title>" in plain.text and "Kept" in plain.text


def test_totals_are_added_up_by_the_shops_rate(console: FlaskClient, store: stores.Store) -> None:
    stores.save_storefront(store.id, tax_rate_bp=2000, tax_label="VAT", tax_included=False)
    quote = asked(store)
    path = at(quote, "/offer/totals")
    found = console.post(path, data=form(quote), headers=HTMX).text
    assert "€82.68" in found and "deposit €41.34" in found and "€63.00" in found
    typed = console.post(path, data=form(quote, tax="1"), headers=HTMX).text
    assert "€69.90" in typed
    nothing = console.post(path, data={}, headers=HTMX).text
    assert "Enter a price to see the total" in nothing
    assert "<title>" in console.post(path, data=form(quote)).text


def test_messages_and_notes_are_written(console: FlaskClient, store: stores.Store) -> None:
    quote = asked(store)
    said = console.post(at(quote, "/messages"), data={"text": "Which <i> grey?"}, headers=HTMX)
    assert (
        said.status_code == 200
        and "Which &lt;i&gt; grey?" in said.text
        and 'id="talk"' in said.text
    )
    empty = console.post(at(quote, "/messages"), data={"text": " "}, headers=HTMX)
    assert empty.status_code == 422 and empty.text.lstrip().startswith("<p")
    plain = console.post(at(quote, "/messages"), data={"text": "x" * 5001})
    assert plain.status_code == 422 and "x" * 5001 in plain.text
    noted = console.post(at(quote, "/notes"), data={"note": "Asks a lot"}, headers=HTMX)
    assert "Asks a lot" in noted.text and 'id="timeline"' in noted.text
    assert console.post(at(quote, "/notes"), data={"note": "Twice"}).status_code == 303
    assert [m.text for m in quotes.messages(fresh(quote))] == ["Which <i> grey?"]


def test_a_quote_is_declined_held_longer_and_mailed_again(
    console: FlaskClient, store: stores.Store
) -> None:
    quote = answered(store)
    later = str(today(store.timezone) + timedelta(days=60))
    ask = console.get(at(quote, "/extend"), headers=HTMX).text
    assert "Hold the price" in ask and "<title>" not in ask
    assert "<title>" in console.get(at(quote, "/decline")).text
    by_us = {"seen": str(quote.version)}
    wrong = console.post(at(quote, "/extend"), data={"expires_on": "2020-01-01", **by_us})
    assert wrong.status_code == 422 and "2020-01-01" in wrong.text
    held = console.post(at(quote, "/extend"), data={"expires_on": later, **by_us}, headers=HTMX)
    assert held.headers["HX-Redirect"] == at(quote) and fresh(quote).expires_on == later
    assert console.post(at(quote, "/resend")).status_code == 303
    late = console.post(at(quote, "/decline"), data={"reason": "Too big", **by_us})
    assert late.status_code == 409 and "Too big" in late.text
    by_us = {"seen": str(fresh(quote).version)}
    assert (
        console.post(at(quote, "/decline"), data={"reason": "Too big", **by_us}).status_code == 303
    )
    page = console.get(at(quote)).text
    assert "You declined this." in page and "Too big" in page and "Change and send again" in page
    assert console.post(at(quote, "/resend")).status_code == 409
    assert console.post(at(quote, "/cancel"), data=by_us).status_code == 409


def test_an_acceptance_is_called_off_with_its_order(
    console: FlaskClient, store: stores.Store
) -> None:
    quote = answered(store)
    order = quotes.accept(store, quotes.link_token(quote), version=1).order
    assert 'name="reason"' in console.get(at(quote, "/cancel")).text
    ours = {"reason": "The machine broke.", "seen": fresh(quote).version}
    assert console.post(at(quote, "/cancel"), data=ours).status_code == 303
    now = fresh(quote)
    assert (now.status, now.reason, now.ended_by) == ("cancelled", "The machine broke.", "merchant")
    assert orders.find(store.id, order.id).status == "cancelled"
    assert "The machine broke." in console.get(at(quote)).text


def test_a_price_is_printed_as_a_letter(console: FlaskClient, store: stores.Store) -> None:
    quote = asked(store)
    assert console.get(at(quote, "/print")).status_code == 404
    answered(store, quote)
    page = console.get(at(quote, "/print")).text
    assert store.name in page and "Bracket, PETG grey" in page and "€63.00" in page


def test_what_a_customer_bought_before_is_said(console: FlaskClient, store: stores.Store) -> None:
    product = makers.product(store)
    order = shop.place(store, product).order
    orders.mark_paid(order.id, reference="pi_1", amount=order.total, currency=order.currency)
    assert "1 order, €28.00" in console.get(at(asked(store))).text


def test_another_shops_quotes_are_not_there(
    console: FlaskClient, store: stores.Store, twin: stores.Store
) -> None:
    quote = asked(twin)
    for step in ("", "/print", "/decline", "/extend", "/cancel", "/files/up_0"):
        assert console.get(at(quote, step)).status_code == 404, step
    for step in ("/offer", "/read", "/unread", "/messages", "/notes", "/settle", "/resend"):
        assert console.post(at(quote, step), data={"text": "x", "note": "x"}).status_code == 404
    console.post("/console/mode", data={"mode": "test"})
    assert console.get(at(quote)).status_code == 200 and offer().lines


def test_home_names_the_quotes_that_wait(console: FlaskClient, store: stores.Store) -> None:
    asked(store)
    assert f'href="{BOX}?show=todo"' in console.get("/console/").text
