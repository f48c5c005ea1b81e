"""The mails when money goes back, or a bank wants it."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from synqro import catalogue, mail, orders, stores
from synqro.core.db import transaction
from synqro.orders import Order
from synqro.payments import Provider
from synqro.payments.client import options, speaking
from tests import makers
from tests.payments import moneybox
from tests.payments.till import Till, checkout, fresh


@pytest.fixture
def product(connected: stores.Store) -> catalogue.Product:
    return makers.product(connected, stock=5, title="Ripple <vase>")


@pytest.fixture
def order(till: Till, connected: stores.Store, product: catalogue.Product) -> Order:
    return moneybox.paid(till, connected, product, 2)


def sent(till: Till, template: str) -> mail.Message:
    """The last mail of that kind, once it is written."""

    def look() -> mail.Message | None:
        till.run_jobs()
        found = moneybox.mailed(template)
        return found[-1] if found and found[-1].status == "sent" else None

    message: mail.Message = makers.wait_for(look)
    assert "\n\n\n" not in (message.text or "") and "&" not in (message.text or "")
    assert "Ripple <vase>" not in (message.html or "")
    return message


def dispute(till: Till, order: Order, **how: str) -> Any:
    with speaking(Provider.SANDBOX) as client:
        wanted = moneybox.payment(order)
        intent = client.v1.payment_intents.retrieve(wanted, None, options(order.session_account))
    return till.ask(f"charges/{intent.latest_charge}/dispute", **how)


def test_a_part_and_the_whole_are_told_apart(order: Order, till: Till) -> None:
    orders.refund(order.store_id, order.id, amount=1000, note="For our eyes only")
    part = sent(till, "orders/refunded")
    assert part.to == "sam@example.com"
    assert part.subject == "€10.00 of your order 1001 is on its way back"
    text = part.text or ""
    assert "has refunded €10.00 of your order 1001. The rest of the order stands." in text
    assert "Banks take 5 to 10 days" in text and "2 × Ripple <vase>" in text
    assert "our eyes" not in text + (part.html or "")
    orders.refund(order.store_id, order.id)
    makers.wait_for(
        lambda: till.run_jobs() is not None and len(moneybox.mailed("orders/refunded")) == 2
    )
    whole = sent(till, "orders/refunded").text or ""
    assert "in full" in whole and "The rest" not in whole


def test_a_cancelled_order_says_what_happens_to_the_money(
    order: Order, connected: stores.Store, product: catalogue.Product, till: Till
) -> None:
    orders.cancel(order.store_id, order.id)
    paid = sent(till, "orders/cancelled")
    assert paid.subject == "Your order 1001 with Northlight Prints is cancelled"
    assert "€56.00 goes back the way you paid." in (paid.text or "")
    assert moneybox.mailed("orders/refunded") == []
    unpaid = checkout(connected, product)
    orders.cancel(connected.id, unpaid.id)
    makers.wait_for(
        lambda: till.run_jobs() is not None and len(moneybox.mailed("orders/cancelled")) == 2
    )
    text = sent(till, "orders/cancelled").text or ""
    assert "Nothing was charged." in text and "goes back" not in text


@pytest.mark.parametrize("kind", ["chargeback", "inquiry"])
def test_a_contested_payment_says_until_when_to_answer(order: Order, till: Till, kind: str) -> None:
    dispute(till, order, kind=kind, reason="product_not_received")
    message = sent(till, "orders/disputed")
    assert message.to == makers.EMAIL
    verb = "contests" if kind == "chargeback" else "asks about"
    assert message.subject == f"A bank {verb} €56.00 for order 1001"
    text, (row,) = message.text or "", orders.disputes(fresh(order))
    assert "they say that it has not arrived." in text
    assert row.respond_by
    until = row.respond_by.astimezone(ZoneInfo("Europe/Berlin"))
    assert f"Answer on Stripe by {until:%A} {until.day} {until:%B, %H:%M}." in text
    assert ("No money has been taken yet." in text) == (kind == "inquiry")
    assert f"/console/orders/{order.id}" in text and f"/console/orders/{order.id}" in (
        message.html or ""
    )


def test_a_refund_that_failed_says_why_and_what_to_do(order: Order, till: Till) -> None:
    how = {"begins": "pending", "ends": "failed", "after": 1}
    till.ask("switches", refunds={**how, "failure_reason": "lost_or_stolen_card"})
    orders.refund(order.store_id, order.id, amount=1000)
    message = sent(till, "orders/refund_failed")
    assert message.to == makers.EMAIL
    assert message.subject == "A refund of €10.00 for order 1001 didn’t go through"
    text = message.text or ""
    assert "Sam Field did not get €10.00 of order 1001: the card was lost or stolen." in text
    assert "Refund again on the order’s page" in text


def test_a_mail_about_nothing_is_not_sent(order: Order, till: Till) -> None:
    with transaction():
        mail.send(
            "sam@example.com",
            "orders/refunded",
            store_id=order.store_id,
            order_id=order.id,
            refund_id="rfd_gone",
        )
        mail.send(
            "sam@example.com",
            "orders/disputed",
            store_id=order.store_id,
            order_id=order.id,
            dispute_id="dp_gone",
        )
    till.run_jobs()
    for template in ("orders/refunded", "orders/disputed"):
        [message] = moneybox.mailed(template)
        assert message.status == "failed"
