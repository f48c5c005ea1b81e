"""The mails of a quote, to its customer and to the merchant, true when they are written."""

import re
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from PIL import Image

from synqro import mail, orders, quotes, stores, uploads
from synqro.config import Settings
from synqro.core.clock import now, today
from synqro.core.db import db, transaction
from synqro.quotes import OfferLine, Quote
from tests import makers
from tests.payments.till import Till
from tests.widget.quoting import Link, answered, asked, fresh, order_of, quoted

Jobs = Callable[[], int]
CUSTOMERS = ("received", "quoted", "extended", "reminder", "declined", "expired", "cancelled",
             "message", "paid", "balance_paid")  # fmt: skip


@pytest.fixture
def store(store: stores.Store) -> stores.Store:
    return stores.save_storefront(store.id, tax_rate_bp=2000, tax_label="VAT")


def written(template: str) -> list[mail.Message]:
    db.session.rollback()
    wanted = db.select(mail.Message).filter_by(template=f"quotes/{template}")
    return list(db.session.scalars(wanted.order_by(mail.Message.id)))


def sent(template: str, subject: str, *words: str) -> mail.Message:
    """The last mail of that kind: what it says, in text and in HTML, and to whom."""
    message = written(template)[-1]
    assert message.status == "sent", message.error
    assert message.subject == subject
    text, html = message.text or "", message.html or ""
    for part in words:
        assert part in text, text
    assert "\n\n\n" not in text and "&" not in text and "<p>" not in text, text
    customers = template in CUSTOMERS
    assert message.to == ("sam@example.com" if customers else makers.EMAIL)
    address = "/quotes/" if customers else "/console/quotes/"
    lines = text.splitlines()
    link = next(line for line in lines if address in line)
    assert link in html and lines[lines.index(link) - 1].endswith((":", "."))
    return message


def test_asked_and_answered(
    store: stores.Store, client: FlaskClient, run_jobs: Jobs, settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    still = BytesIO()
    Image.new("RGBA", (512, 384), "#0f6b5c80").save(still, "WEBP")
    monkeypatch.setattr(uploads, "thumbnail", lambda _: still.getvalue())
    quote = asked(store, file=True)
    run_jobs()
    received = sent(
        "received", "Your request is with Northlight Prints (Q-1001)", "Thank you, Sam Field.",
        "4 × hinge-bracket-v3", "File: hinge-bracket-v3.stl", "A hinge for a shed door",
        "Nothing is charged before you accept one.",
    )  # fmt: skip
    link = next(word for word in (received.text or "").split() if "/quotes/" in word)
    page = client.get("/" + link.partition("//")[2].partition("/")[2])
    assert "Waiting for a price" in page.text
    sent(
        "new", "New request from Sam Field: 4 × hinge-bracket-v3", "Q-1001 waits", "sam@example.com"
    )
    answered(quote, deposit_bp=5000, message="I’ll print it <upright>.\nFine outdoors.")
    run_jobs()
    until = re.compile(r"holds until the end of \w+day \d+ \w+\.")
    message = sent(
        "quoted", "Your price: €68.90 for 4 brackets", "4 × Bracket, PETG grey  €63.00",
        "Delivery  €5.90", "VAT (included)  €11.48", "Total  €68.90", "I’ll print it <upright>.",
        "Due when you accept: €34.45. The balance of €34.45 is due before it ships.",
        "Lead time: 5 working days",
    )  # fmt: skip
    assert until.search(message.text or "") and "&lt;upright&gt;" in (message.html or "")
    assert "data:image/jpeg;base64," in (message.html or ""), "the demo shows the part"
    wire = (settings.data_dir / "mail" / f"{message.id}.eml").read_bytes()
    read = message_from_bytes(wire, policy=default)
    assert read["From"].addresses[0].display_name == "Northlight Prints via Synqro"
    assert read["Reply-To"] == makers.EMAIL
    kinds = [part.get_content_type() for part in read.walk()]
    assert kinds == [
        "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/jpeg",
    ]  # fmt: skip
    picture = list(read.walk())[-1]
    assert picture["Content-ID"] == "<part>" and picture.get_content()[:2] == b"\xff\xd8"
    answered(fresh(quote), lines=[OfferLine("Bracket", 4, 1700), OfferLine("Finish", 1, 100)])
    quotes.extend(store.id, quote.id, today(store.timezone) + timedelta(days=40))
    run_jobs()
    sent("quoted", "Your new price: €74.90 for 4 brackets and 1 more", "takes the place")
    assert (written("extended")[-1].subject or "").startswith("Your price now holds until ")


def test_accepted_and_paid_twice(connected: stores.Store, client: FlaskClient, till: Till) -> None:
    link = Link(client, quoted(connected, deposit_bp=5000))
    link.send("accept")
    till.run_jobs()
    sent("accepted", "Sam Field accepted Q-1001", "Payment of €34.45 is next.", "Total  €68.90")
    link.paid(till)
    till.run_jobs()
    number = order_of(link.quote).number
    paid = sent(
        "paid", "Paid: printing is next", "Your payment of €34.45 for Q-1001 has arrived.",
        "Expect it to leave by ", "The balance of €34.45 is due before it ships",
    )  # fmt: skip
    assert "pay it on your quote’s page" in (paid.html or "")
    sent("paid_merchant", "Paid: €34.45 for Q-1001", "has paid the deposit.", f"order {number}")
    link.paid(till, "pay")
    till.run_jobs()
    sent("balance_paid", "Balance paid: €34.45 for Q-1001", "Nothing is left to pay.")
    sent("paid_merchant", "Paid: €34.45 for Q-1001", "has paid the balance.")
    assert [len(written(name)) for name in ("paid", "paid_merchant", "balance_paid")] == [1, 2, 1]
    assert not [m for m in mail.of_stores([connected.id]) if m.template.startswith("orders/")]


def test_ended_in_every_way(
    connected: stores.Store, client: FlaskClient, run_jobs: Jobs, clock: object
) -> None:
    store = connected
    refused = asked(store)
    quotes.decline(store.id, refused.id, reason="Walls of <0.4 mm>.")
    declined = quoted(store)
    quotes.decline_by_customer(store, quotes.link_token(declined), "Too much")
    cancelled = asked(store)
    quotes.cancel_by_customer(store, quotes.link_token(cancelled))
    lapsing = quoted(store)
    quotes.write(store, quotes.link_token(lapsing), "Darker & <b>bolder</b>?")
    quotes.reply(store.id, lapsing.id, "Yes.")
    run_jobs()
    sent(
        "declined",
        "Northlight Prints can’t make Q-1001",
        "Walls of <0.4 mm>.",
        "Nothing was charged.",
    )
    sent("declined_merchant", "Sam Field declined Q-1002", "Too much")
    sent("cancelled_merchant", "Sam Field cancelled Q-1003")
    sent("message", "A message about Q-1004", "Northlight Prints writes", "Yes.")
    [said] = written("message_merchant")
    assert said.subject == "Sam Field wrote about Q-1004" and "Darker & <b>bolder</b>?" in (
        said.text or ""
    )
    assert "Darker &amp; &lt;b&gt;bolder&lt;/b&gt;?" in (said.html or "")
    expires = fresh(lapsing).expires_at
    assert expires
    clock.forward((expires - now()).total_seconds() - 2 * 86400 + 60)  # type: ignore[attr-defined]
    quotes.follow_up(store.id)
    run_jobs()
    sent("reminder", "Your price ends in two days", "4 brackets", "ask for a fresh one")
    clock.forward(3 * 86400)  # type: ignore[attr-defined]
    quotes.follow_up(store.id)
    run_jobs()
    sent("expired", "Your price for 4 brackets has expired", "Nothing was charged.")
    sent("expired_merchant", "Your price for Q-1004 has expired", "Sam Field has not answered")


def test_what_is_no_longer_true_is_not_sent(connected: stores.Store, run_jobs: Jobs) -> None:
    """Mails are written when they leave, which may be after the quote has moved on."""
    store = connected
    quote = asked(store)
    answered(quote)
    answered(fresh(quote), shipping=0)
    token = quotes.link_token(quote)
    with transaction():
        for name in ("reminder", "declined", "expired", "cancelled", "accepted", "problem"):
            mail.send("a@example.com", f"quotes/{name}", store_id=store.id, quote_id=quote.id)
        for name in ("quotes/paid", "quotes/message"):
            gone = {"quote_id": quote.id, "message_id": "msg_gone"}
            mail.send("a@example.com", name, store_id=store.id, **gone)
        mail.send("a@example.com", "quotes/new", store_id=store.id, quote_id="qt_gone")
    quotes.cancel_by_customer(store, token)
    run_jobs()
    status = {m.template.partition("/")[2]: m.status for m in mail.of_stores([store.id])}
    alive = {"received", "cancelled_merchant"}
    assert {name for name, state in status.items() if state == "sent"} == alive
    assert status["quoted"] == status["new"] == "failed"
    assert [m.subject for m in written("quoted")] == [None, None]


def test_names_cannot_become_anything_else(
    store: stores.Store, run_jobs: Jobs, client: FlaskClient
) -> None:
    evil = orders.Customer('Sam\r\nBcc: x@evil.example <img src="x">', "sam@example.com")
    quote: Quote = asked(store, customer=evil, description="\n<script>alert(1)</script>")
    quotes.decline(store.id, quote.id, reason="<a href='https://evil.example'>here</a>")
    run_jobs()
    for message in mail.of_stores([store.id]):
        assert "\n" not in (message.subject or "")
        for tag in ("<script", '<img src="x"', "<a href='https://evil"):
            assert tag not in (message.html or "")
        page = client.get(f"/demo/mail/{message.id}")
        assert page.status_code == 200 and "<script>alert" not in page.text
