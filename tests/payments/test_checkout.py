"""The page where an order is paid, opened at the real sandbox through the real SDK."""

from urllib.parse import parse_qs, urlsplit

import pytest

from synqro import orders, payments, stores
from synqro.core.db import db, transaction
from synqro.core.errors import Invalid
from synqro.orders import Customer, Item
from synqro.payments.client import speaking
from tests import makers
from tests.payments.till import SAM, at_stripe, checkout, fresh, place

POST = [{"id": "ship_post", "name": "Post", "price": 490, "countries": []}]


def change(store: stores.Store, **facts: object) -> stores.Store:
    with transaction():
        row = db.session.get_one(stores.Store, store.id)
        for name, value in facts.items():
            setattr(row, name, value)
    return stores.by_id(store.id)


def test_the_session_says_what_the_order_says(shop):
    product = makers.product(shop, price=2800, stock=5)
    taxed = change(
        shop, shipping_options=POST, tax_rate_bp=1900, tax_included=False, tax_label="VAT 19%"
    )
    order = checkout(taxed, product, 2)
    found = at_stripe(order)
    assert (found.amount_total, found.currency, found.livemode) == (order.total, "eur", False)
    assert [(i.description, i.quantity, i.amount_total) for i in found.line_items.data] == [
        ("Ripple vase", 2, 5600),
        ("Post", 1, 490),
        ("VAT 19%", 1, 1157),
    ]
    assert found.metadata.to_dict() == {"order_id": order.id, "order_number": "1001"}
    assert found.client_reference_id == order.id
    assert found.customer_email == SAM.email
    assert found.expires_at == int(order.session_expires_at.timestamp())
    assert order.checkout_url == found.url
    back = f"/s/{shop.publishable_key}/orders/{orders.link_token(order)}"
    assert urlsplit(found.success_url).path == urlsplit(found.cancel_url).path == back
    assert (urlsplit(found.success_url).query, urlsplit(found.cancel_url).query) == (
        "result=success", "result=cancel"
    )  # fmt: skip


def test_the_shops_own_page_is_told_the_order_and_no_secret(shop):
    product = makers.product(shop)
    placed = orders.place(
        shop,
        items=[Item(product.id)],
        customer=SAM,
        return_url="https://shop.example/thanks?a=1&result=x#top",
        cancel_url="https://shop.example/",
    )
    orders.checkout_page(shop, placed.order)
    order = fresh(placed.order)
    found = at_stripe(order)
    asked = parse_qs(urlsplit(found.success_url).query)
    assert asked == {"a": ["1"], "order_id": [order.id], "result": ["success"]}
    assert urlsplit(found.success_url).fragment == "top"
    assert found.cancel_url == f"https://shop.example/?order_id={order.id}&result=cancel"
    assert placed.token not in found.success_url + found.cancel_url


@pytest.mark.parametrize(
    ("currency", "price", "asked"),
    [("JPY", 2500, 2500), ("ISK", 900, 90_000), ("KWD", 12_340, 12_340), ("GBP", 1999, 1999)],
)
def test_amounts_in_every_kind_of_currency(shop, currency, price, asked, till):
    krona = change(shop, currency=currency)
    order = checkout(krona, makers.product(krona, price=price, stock=None))
    assert at_stripe(order).amount_total == asked
    till.press(order, "pay")
    paid = till.until(order, "paid")
    assert (orders.paid(paid), paid.payment_problem) == (price, None)


def test_paying_again_leads_to_the_same_page(shop):
    placed = place(shop, makers.product(shop))
    url = orders.checkout_page(shop, placed.order)
    assert orders.pay(shop, placed.token).checkout_url == url
    assert orders.checkout_page(shop, placed.order) == url


def test_a_crash_before_the_page_opened_leaves_the_order_payable(shop):
    placed = place(shop, makers.product(shop))
    order = orders.pay(shop, placed.token)
    assert (order.checkout_url is not None, order.attempt) == (True, 1)


def test_a_crash_before_the_page_was_written_down_finds_the_same_page(shop):
    placed = place(shop, makers.product(shop))
    url = orders.checkout_page(shop, placed.order)
    with transaction():
        db.session.execute(db.update(orders.Order).values(session_id=None, checkout_url=None))
    assert orders.pay(shop, placed.token).checkout_url == url


def test_a_crash_long_ago_takes_another_attempt_and_a_longer_hold(shop, clock):
    placed = place(shop, makers.product(shop))
    clock.forward(20 * 60)
    order = orders.pay(shop, placed.token)
    assert order.attempt == 2
    assert (order.expires_at - placed.order.expires_at).total_seconds() >= 20 * 60
    assert at_stripe(order).expires_at == int(order.session_expires_at.timestamp())


def test_an_order_whose_time_is_over_cannot_be_paid(shop, clock):
    placed = place(shop, makers.product(shop))
    orders.checkout_page(shop, placed.order)
    clock.forward(32 * 60)
    with pytest.raises(orders.OrderExpired):
        orders.pay(shop, placed.token)


def test_what_cannot_be_paid_says_why(shop, till):
    placed = place(shop, makers.product(shop))
    orders.checkout_page(shop, placed.order)
    order = fresh(placed.order)
    orders.mark_settling(order.id)
    with pytest.raises(orders.PaymentProcessing):
        orders.pay(shop, placed.token)
    orders.payment_failed(order.id)
    with pytest.raises(orders.OrderExpired):
        orders.pay(shop, placed.token)
    orders.mark_paid(order.id, reference="pi_1", amount=order.total, currency="EUR")
    with pytest.raises(orders.NotPayable):
        orders.pay(shop, placed.token)
    with pytest.raises(orders.OrderNotFound):
        orders.pay(shop, "wrong")


def left(product) -> int:
    db.session.rollback()
    return db.session.scalar(db.text("SELECT stock - held FROM variants"))


@pytest.mark.parametrize("kind", ["server_error", "rate_limited", "card_declined"])
def test_a_stripe_that_fails_frees_the_pieces(shop, till, kind):
    product = makers.product(shop, stock=1)
    placed = place(shop, product)
    till.fault(kind, times=9)
    with pytest.raises(payments.PaymentProviderError):
        orders.checkout_page(shop, placed.order)
    assert (fresh(placed.order).status, left(product)) == ("expired", 1)


def test_one_hiccup_is_not_noticed(shop, till):
    placed = place(shop, makers.product(shop))
    till.fault("server_error", times=1)
    assert orders.checkout_page(shop, placed.order)


def test_a_stripe_that_is_away_for_a_moment_can_be_asked_again(shop, till):
    placed = place(shop, makers.product(shop))
    till.fault("server_error", times=3)
    with pytest.raises(payments.PaymentProviderError):
        orders.pay(shop, placed.token)
    assert orders.pay(shop, placed.token).checkout_url


def test_an_account_that_is_gone_closes_the_till_at_once(shop, till):
    placed = place(shop, makers.product(shop, stock=1))
    account = payments.account_of(shop.id)
    with speaking(payments.Provider.SANDBOX) as stripe:
        stripe.oauth.deauthorize({"client_id": "ca_sandbox", "stripe_user_id": account.account_id})
    with pytest.raises(payments.PaymentsNotSetUp):
        orders.checkout_page(shop, placed.order)
    assert fresh(placed.order).status == "expired"
    assert not payments.ready(shop)


def test_an_email_that_stripe_refuses_is_a_wrong_field(shop):
    placed = orders.place(
        shop,
        items=[Item(makers.product(shop).id)],
        customer=Customer("Sam", "sam@localhost-without-a-dot"),
    )
    with pytest.raises(Invalid) as error:
        orders.checkout_page(shop, placed.order)
    assert [f["field"] for f in error.value.facts["fields"]] == ["customer.email"]


def test_two_shops_never_meet(shop, till, twin, client):
    makers.connect(client, twin)
    mine = checkout(shop, makers.product(shop))
    theirs = checkout(twin, makers.product(twin))
    assert mine.session_account != theirs.session_account
    with pytest.raises(payments.PaymentProviderError):
        payments.read_session(payments.Provider.SANDBOX, theirs.session_account, mine.session_id)
