"""An accepted price becomes an order, and its money makes the quote paid."""

import pytest

from synqro import orders, quotes
from synqro.core.db import db, transaction
from synqro.core.errors import Invalid
from tests import makers
from tests.orders.shop import session
from tests.quotes.desk import fresh, kinds, mails, money_comes, told
from tests.storefront.conftest import change


def accept(store, asked, version=1, **more):
    return quotes.accept(store, asked.token, version=version, **more)


def test_what_was_accepted_is_what_is_paid(store):
    asked = makers.quoted(store, shipping=590, lead_time_days=3)
    home = orders.Address("1 High Street")
    accepted = accept(store, asked, phone="+44 20 7946 0018", address=home)
    order = accepted.order
    assert (order.total, order.shipping, order.deposit) == (6890, 590, None)
    assert order.customer.address == home and order.customer.phone == "+44 20 7946 0018"
    assert accept(store, asked).order.id == order.id
    assert quotes.can(fresh(asked.quote)) == (False, False, True, True, True)
    assert mails()[-1] == "accepted"
    money_comes(order)
    money_comes(order)
    now = fresh(asked.quote)
    assert (now.status, now.order_id, quotes.amount_due(now)) == ("paid", order.id, 0)
    assert kinds(now) == ["asked", "sent", "accepted", "paid"]
    assert told() == [
        "quote.created", "quote.sent", "quote.accepted", "order.created", "quote.paid",
    ]  # fmt: skip
    assert mails()[-2:] == ["paid", "paid_merchant"]
    with pytest.raises(quotes.QuoteNotOpen) as refused:
        accept(store, asked)
    assert refused.value.facts == {"status": "paid"}


def test_a_deposit_is_paid_first_and_then_the_balance(store):
    asked = makers.quoted(store, unit_price=3333, quantity=1, deposit_bp=5000)
    order = accept(store, asked).order
    wire = quotes.as_wire(fresh(asked.quote))
    assert (wire["deposit_due"], wire["balance_due"]) == (16.67, 16.66)
    assert (quotes.amount_due(fresh(asked.quote)), order.deposit) == (1667, 1667)
    money_comes(order)
    now = fresh(asked.quote)
    assert (now.status, quotes.amount_due(now), quotes.can(now).pay) == ("paid", 1666, True)
    wire = quotes.as_wire(now)
    assert (wire["deposit_due"], wire["balance_due"]) == (0, 16.66)
    money_comes(order, id="cs_balance", amount=1666, payment_id="pi_balance")
    now = fresh(asked.quote)
    assert (quotes.amount_due(now), quotes.can(now).pay) == (0, False)
    assert kinds(now)[-1] == "balance_paid"
    assert mails()[-2:] == ["balance_paid", "paid_merchant"]
    assert told().count("quote.paid") == told().count("order.created") == 1


def test_a_newer_price_takes_the_order_of_the_older_one_back(store):
    asked = makers.quoted(store)
    old = accept(store, asked).order
    quotes.send(store.id, asked.quote.id, makers.offer(2000))
    now = fresh(asked.quote)
    assert (now.status, now.offered, now.order_id) == ("quoted", 2, None)
    assert orders.find(store.id, old.id).status == "cancelled"
    with pytest.raises(quotes.VersionStale) as stale:
        accept(store, asked, 1)
    assert stale.value.facts == {"version": 2}
    new = accept(store, asked, 2).order
    assert (new.total, new.id != old.id) == (8000, True)
    money_comes(old, amount=6300)  # late: nobody may lose sight of it
    now = fresh(asked.quote)
    assert (now.status, now.order_id) == ("accepted", new.id)
    assert now.problem and "problem" in mails() and "problem" in kinds(now)
    quotes.settle_problem(store.id, now.id)
    assert fresh(now).problem is None


def test_the_price_that_was_paid_holds_whatever_was_sent_meanwhile(store):
    asked = makers.quoted(store)
    order = accept(store, asked).order
    with transaction():  # as a process leaves it that dies between Stripe and the answer
        row = db.session.get_one(quotes.Quote, asked.quote.id)
        row.status, row.order_id = quotes.Status.DECLINED, None
    quotes.send(store.id, asked.quote.id, makers.offer(2000))
    money_comes(order)
    now = fresh(asked.quote)
    assert (now.status, now.offered, now.order_id) == ("paid", 1, order.id)
    assert quotes.as_wire(now)["total"] == 63.0
    assert now.problem and kinds(now)[-2:] == ["paid", "problem"]


def test_an_order_that_is_called_off_takes_its_quote_along(store):
    asked = makers.quoted(store)
    order = accept(store, asked).order
    orders.cancel(store.id, order.id)
    now = fresh(asked.quote)
    assert (now.status, now.ended_by) == ("cancelled", "merchant")
    assert mails()[-1] == "orders/cancelled"
    own = makers.quoted(store)
    made = accept(store, own).order
    orders.cancel_by_customer(store, orders.link_token(made))
    now = fresh(own.quote)
    assert (now.status, now.ended_by) == ("cancelled", "customer")
    assert mails()[-1] == "cancelled_merchant"
    assert "quote.cancelled" in told()
    paid = makers.quoted(store)
    order = accept(store, paid).order
    money_comes(order)
    orders.ship(store.id, order.id)
    quotes.clear(store.id)
    assert fresh(paid.quote).status == "paid"
    assert fresh(paid.quote).closed_at is not None


def test_either_side_calls_an_accepted_quote_off_while_it_is_unpaid(store):
    mine, theirs = makers.quoted(store), makers.quoted(store)
    first, second = accept(store, mine).order, accept(store, theirs).order
    quotes.cancel_by_customer(store, mine.token, "Found another.")
    quotes.cancel(store.id, theirs.quote.id, reason="The machine broke.")
    assert fresh(mine.quote).status == fresh(theirs.quote).status == "cancelled"
    assert mails()[-2:] == ["cancelled_merchant", "cancelled"]
    assert quotes.as_wire(fresh(theirs.quote))["reason"] == "The machine broke."
    for order in (first, second):
        assert orders.find(store.id, order.id).status == "cancelled"
    for deed in (
        lambda: quotes.cancel_by_customer(store, mine.token),
        lambda: quotes.send(store.id, mine.quote.id, makers.offer()),
        lambda: accept(store, mine),
    ):
        with pytest.raises(quotes.QuoteNotOpen):
            deed()


def test_a_payment_on_its_way_holds_everything(store):
    asked = makers.quoted(store)
    order = accept(store, asked).order
    orders.follow(session(order, payment_status="unpaid"))
    assert quotes.can(fresh(asked.quote)) == (False, False, False, False, True)
    for deed in (
        lambda: accept(store, asked),
        lambda: quotes.cancel_by_customer(store, asked.token),
        lambda: quotes.cancel(store.id, asked.quote.id),
        lambda: quotes.send(store.id, asked.quote.id, makers.offer()),
    ):
        with pytest.raises(orders.PaymentProcessing):
            deed()
    orders.payment_failed(order.id)
    now = fresh(asked.quote)
    assert now.status == "accepted" and kinds(now)[-1] == "payment_failed"
    assert accept(store, asked).order.status == "awaiting_payment"


def test_an_address_that_the_shop_needs_is_asked_for(store):
    asked = makers.quoted(store)
    change(store, address_required=True)
    with pytest.raises(Invalid) as refused:
        accept(store, asked)
    assert refused.value.facts["fields"][0]["field"] == "customer.address"
    assert fresh(asked.quote).status == "quoted"
    assert accept(store, asked, address=orders.Address("1 High Street")).order
