"""The customer's quote by private link, without JavaScript: every state, and every way on."""

import re
from collections.abc import Callable

from flask.testing import FlaskClient

from synqro import orders, quotes, stores
from synqro.orders import Tracking
from synqro.quotes import OfferLine, Status
from tests import makers
from tests.payments.till import Till
from tests.widget.quoting import Link, answered, asked, at, fresh, order_of, quoted, title

Jobs = Callable[[], int]


def test_a_request_waits_for_a_price_and_can_be_taken_back(
    client: FlaskClient, store: stores.Store, twin: stores.Store
) -> None:
    link = Link(client, asked(store, file=True, material=None))
    answer = link.get()
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "Set-Cookie" not in answer.headers
    assert "<title>Your quote · Northlight Prints</title>" in answer.text
    page = link.page()
    assert title(page) == "Waiting for a price"
    for words in (
        "Quote Q-1001",
        "hinge-bracket-v3.stl",
        "84 × 33 × 54 mm, 4 pieces",
        "Sent today",
    ):
        assert words in page, words
    assert "Accept" not in page.replace(">Accepted<", "") and "€" not in page
    token = link.path.rsplit("/", 1)[1]
    for path in (f"/s/{twin.publishable_key}/quotes/{token}", f"{link.path}x", f"{link.path}%00"):
        assert client.get(path).status_code == 404
        assert client.post(f"{path}/cancel").status_code == 404
    before = link.page()
    assert link.send("cancel", before, reason="Found one").status_code == 303
    assert title(link.page()) == "You cancelled this request"
    assert f"/custom?again={token}" in link.page() and "Ask again with the same file" in link.page()
    again = link.send("cancel", before, reason="Found one")  # the same form, pressed once more
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (303, "true")
    assert fresh(link.quote).reason == "Found one"


def test_opening_a_link_changes_nothing(
    client: FlaskClient, connected: stores.Store, run_jobs: Jobs
) -> None:
    link = Link(client, quoted(connected))
    run_jobs()
    before, row = quotes.as_wire(fresh(link.quote)), fresh(link.quote).version
    for query in ("", "?result=success", "?result=success&tries=5", "?result=cancel", "?print=1"):
        assert link.get(query).status_code == 200
        assert client.head(link.path + query).status_code == 200
        link.get(query, headers={"Purpose": "prefetch", "User-Agent": "MailScanner"})
    for act in ("accept", "pay", "decline", "cancel", "message"):
        assert client.get(f"{link.path}/{act}?version=1").status_code == 405
    assert (quotes.as_wire(fresh(link.quote)), fresh(link.quote).version) == (before, row)
    assert run_jobs() == 0


def test_a_price_says_all_of_itself_and_is_accepted_and_paid_in_one_press(
    client: FlaskClient, connected: stores.Store, till: Till
) -> None:
    stores.save_storefront(connected.id, tax_rate_bp=2000, tax_label="VAT")
    quote = quoted(stores.by_id(connected.id), file=True, deposit_bp=5000, message="I’ll print it.")
    link = Link(client, quote)
    page = link.page()
    assert title(page) == "€68.90 for 4 brackets"
    for words in (
        "Printed and sent within 5 working days of your deposit.", "Bracket, PETG grey × 4",
        "€63.00", "Delivery", "€5.90", "includes 20% VAT", "€11.48", "Due now, 50% deposit",
        "€34.45", "Accept and pay €34.45", "Decline", "before it ships", "I’ll print it.",
    ):  # fmt: skip
        assert words in page, words
    assert re.search(r"the end of \w+day \d+ \w+", page)
    tag = link.get().headers["ETag"]
    assert link.get(headers={"If-None-Match": tag}).status_code == 304
    one, two = link.send("accept", page), link.send("accept", page)  # two tabs
    assert one.status_code == two.status_code == 303
    assert one.location == two.location, "a second payment page was opened"
    assert link.get(headers={"If-None-Match": tag}).status_code == 200
    page = link.page("?result=cancel")
    assert title(page) == "Accepted. One step left"
    assert "You left the payment page. Nothing was charged." in page
    assert "Pay the deposit, €34.45" in page and "Cancel this request" in page
    assert link.send("accept", page).location == one.location
    assert link.title("?result=success") == "Payment received, confirming…"
    assert "tries=1" in link.page("?result=success") and "Pay the" not in link.page(
        "?result=success"
    )
    back = makers.press(client, one.location).location
    assert at(back).startswith(link.path) and "result=success" in back
    till.until(order_of(quote), "paid")
    page = client.get(at(back)).text
    assert title(page) == "Paid. Printing is next"
    for words in ("Deposit received, €34.45.", "Expect it to leave by", "Pay the balance, €34.45"):
        assert words in page
    assert quotes.find(connected.id, quote.id).status is Status.PAID


def test_a_deposit_then_its_balance(
    client: FlaskClient, connected: stores.Store, till: Till, owner: stores.Person
) -> None:
    link = Link(client, quoted(connected, deposit_bp=5000))
    link.paid(till)
    answer = link.send("pay")
    back = makers.press(client, answer.location).location
    assert "pay=balance" in back
    assert title(client.get(at(back)).text) in (
        "Payment received, confirming…", "Paid. Printing is next",
    )  # fmt: skip
    makers.wait_for(
        lambda: till.run_jobs() is not None and not orders.balance_due(order_of(link.quote))
    )
    page = client.get(at(back)).text
    assert title(page) == "Paid. Printing is next" and "€68.90 received." in page
    assert "Balance" not in page and "Download quote and receipt" in page
    order = order_of(link.quote)
    orders.start(connected.id, order.id, person_id=owner.id)
    assert link.title() == "In the workshop"
    orders.ship(connected.id, order.id, Tracking("DHL <b>", "JD014600"), person_id=owner.id)
    page = link.page()
    assert title(page) == "It's on its way" and "DHL &lt;b&gt;" in page and "JD014600" in page
    paper = link.page("?print=1")
    for words in (
        "Quote and receipt",
        "Northlight Prints",
        "Q-1001",
        "Version",
        "Paid on",
        "€68.90",
    ):
        assert words in paper, words
    assert "<form" not in paper
    orders.refund(connected.id, order.id, amount=1000)
    page = link.page()
    assert "€10.00" in page and "Refunded" in page


def test_a_stale_press_shows_what_changed_and_asks_again(
    client: FlaskClient, connected: stores.Store
) -> None:
    link = Link(client, quoted(connected))
    old = link.page()
    answered(link.quote, lines=[OfferLine("Bracket, PETG grey", 4, 1700)], lead_time_days=7)
    answer = link.send("accept", old)
    assert answer.status_code == 409
    text = answer.text.replace("&#39;", "'")
    assert "The workshop sent a new price" in text
    assert "It was €68.90 and is now €73.90. It takes 7 working days. Nothing was charged." in text
    assert fresh(link.quote).status is Status.QUOTED
    assert link.send("accept", text).status_code == 303
    assert order_of(link.quote).total == 7390
    answered(link.quote)  # accepted and unpaid, and the workshop thinks again
    answer = link.send("accept", text)
    assert answer.status_code == 409 and title(answer.text) == "€68.90 for 4 brackets"


def test_a_declined_a_lapsed_and_a_refused_quote_lead_on(
    client: FlaskClient, connected: stores.Store, clock: object
) -> None:
    link = Link(client, quoted(connected))
    page = link.page()
    answer = link.send("decline", page, reason="x" * 2001)
    assert answer.status_code == 422 and "x" * 2001 in answer.text
    assert link.send("decline", page, reason="Too much").status_code == 303
    assert link.title() == "You declined this price" and "Ask again" in link.page()
    late = link.send("accept", page)
    assert late.status_code == 409 and "changed in the meantime" in late.text
    lapsed = Link(client, quoted(connected))
    page = lapsed.page()
    clock.forward(60 * 24 * 3600)  # type: ignore[attr-defined]
    for _ in range(2):
        answer = lapsed.send("accept", page)
        assert answer.status_code == 410 and title(answer.text) == "This price has expired"
        page_now = lapsed.page()
        assert "Ask for a fresh price" in page_now and "/accept" not in page_now
        quotes.follow_up(connected.id)
    refused = Link(client, asked(connected))
    quotes.decline(connected.id, refused.quote.id, reason="Walls of <0.4 mm.")
    page = refused.page()
    assert title(page) == "The workshop can't make this one"
    assert "“Walls of &lt;0.4 mm.”" in page and "Send a changed file" in page
    assert refused.page().count("msg") == 0 or "Nothing has been said yet." in page


def test_words_go_both_ways_once_each(client: FlaskClient, store: stores.Store) -> None:
    link = Link(client, asked(store))
    page = link.page()
    for _ in range(2):
        answer = link.send("message", page, text="Could it be <b>darker</b>?\r\nThanks")
        assert answer.status_code == 303 and answer.location.endswith("#messages")
    quotes.reply(store.id, link.quote.id, "Yes.")
    assert [row.text for row in quotes.messages(fresh(link.quote))] == [
        "Could it be <b>darker</b>?\nThanks", "Yes.",
    ]  # fmt: skip
    page = link.page()
    assert "Could it be &lt;b&gt;darker&lt;/b&gt;?" in page and "You, " in page
    empty = link.send("message", page, text="  ")
    assert empty.status_code == 422 and "Write something first." in empty.text
    long = link.send("message", page, text="y" * 5001)
    assert long.status_code == 422 and "y" * 5001 in long.text


def test_an_address_is_asked_for_where_one_is_needed(
    client: FlaskClient, connected: stores.Store
) -> None:
    store = stores.save_storefront(connected.id, address_required=True)
    link = Link(client, quoted(store))
    page = link.page()
    assert "Where should it go?" in page
    answer = link.send("accept", page, customer__phone="call me", customer__address__country="DE",
                       customer__address__line1="Weg 1")  # fmt: skip
    assert answer.status_code == 422
    for words in ('value="Weg 1"', 'value="call me"', "Three things need a look", "Postcode"):
        assert words in answer.text, words
    assert fresh(link.quote).status is Status.QUOTED
    answered(link.quote)
    stale = link.send("accept", page)
    assert stale.status_code == 409 and "The workshop sent a new price" in stale.text
    page = link.page()
    given = {"line1": "Weg 1", "postal_code": "10115", "city": "Berlin", "country": "DE"}
    typed = {f"customer__address__{name}": value for name, value in given.items()}
    answer = link.send("accept", page, customer__phone="+49 30 1234", **typed)
    assert answer.status_code == 303
    order = order_of(link.quote)
    assert order.customer.address and order.customer.address.city == "Berlin"
    assert order.customer_phone == "+49 30 1234"
    assert "Where should it go?" not in link.page()


def test_a_payment_page_that_does_not_open_costs_nothing(
    client: FlaskClient, connected: stores.Store, till: Till
) -> None:
    link = Link(client, quoted(connected))
    till.fault("server_error", times=9)
    answer = link.send("accept")
    assert answer.status_code == 502
    text = answer.text.replace("&#39;", "'")
    assert "The payment page didn't open" in text and "Nothing was charged." in text
    assert title(text) == "Accepted. One step left" and "Pay €68.90" in text
    till.ask("switches", faults=[])
    assert link.send("accept", text).status_code == 303


def test_a_bank_that_takes_days_is_said(
    client: FlaskClient, connected: stores.Store, till: Till
) -> None:
    link = Link(client, quoted(connected))
    makers.press(client, link.send("accept").location, "async_ok")
    seen = set()

    def paid() -> bool:
        till.run_jobs()
        seen.add(link.title("?result=success"))
        return "Paid. Printing is next" in seen

    makers.wait_for(paid)
    assert seen <= {
        "Payment received, confirming…", "Your bank is working on it", "Paid. Printing is next",
    }  # fmt: skip


def test_a_late_event_is_asked_for_once(
    client: FlaskClient, connected: stores.Store, till: Till
) -> None:
    link = Link(client, quoted(connected))
    till.deliver(never=True)
    makers.press(client, link.send("accept").location)
    assert link.title("?result=success&tries=4") == "Payment received, confirming…"
    assert link.title("?result=success&tries=5") == "Paid. Printing is next"


def test_a_shop_without_payments_says_so_before_anything_is_pressed(
    client: FlaskClient, store: stores.Store
) -> None:
    link = Link(client, quoted(store))
    page = link.page()
    assert "This shop hasn't set up payments yet." in page and "Accept and pay" not in page
    refused = client.post(f"{link.path}/accept", data={"version": "1"})
    assert refused.status_code == 409 and fresh(link.quote).status is Status.QUOTED


def test_a_version_that_is_none_is_no_crash(client: FlaskClient, connected: stores.Store) -> None:
    link = Link(client, quoted(connected))
    for version in ("", "x", "0", "-1", "²", "9" * 5000, "99"):
        answer = client.post(f"{link.path}/accept", data={"version": version})
        assert answer.status_code == 409
    assert fresh(link.quote).order_id is None
